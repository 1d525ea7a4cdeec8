"""Loss and validation DSC over the steps, as a picture."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from samb.adapt.history import History

SMOOTHED = 25
"""Steps under the running mean of the loss."""


def draw_curves(history: History, path: Path, title: str) -> None:
    """Two panels: the loss of every step with its running mean; DSC of every mode."""
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    figure.suptitle(title)
    steps, losses = history.curve("loss")
    left.plot(steps, losses, color="0.8", linewidth=0.8)
    width = min(SMOOTHED, max(1, len(losses)))
    if losses:
        mean = np.convolve(losses, np.ones(width) / width, mode="valid")
        left.plot(steps[width - 1 :], mean, color="C0", label=f"mean of {width}")
        left.legend(frameon=False)
        left.set_ylim(0, float(np.percentile(losses, 99)) * 1.1)
    left.set(xlabel="steps", ylabel="loss")
    modes = [name for name in history.names if name.startswith("dsc ")]
    for name in modes:
        right.plot(*history.curve(name), marker=".", label=name.removeprefix("dsc "))
    if len(modes) > 1:
        right.plot(*history.curve("dsc"), color="black", linewidth=2, label="mean")
    right.set(xlabel="steps", ylabel="validation DSC", ylim=(0, 1))
    right.legend(frameon=False, fontsize="small")
    figure.savefig(path, dpi=110)
