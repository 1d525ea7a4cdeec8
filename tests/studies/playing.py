"""Shipped prompt modes, built and played as a run does, with a model whose answers a test wrote."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from samb.building import build_parts
from samb.choices import ConfigFolders
from samb.config import compose
from samb.dialogue import Prediction, Prompt
from samb.metrics.overlap import Overlap
from samb.metrics.polyps import Polyps
from samb.metrics.scoring import Scoring
from samb.models.base import Embedding, Segmenter
from samb.prompts.base import Prompter
from samb.records import Answer, CaseRecord
from samb.selections import RULES
from samb.stages.plans import modes_of
from samb.stages.rounds import Interaction, Mode, play
from samb.types import BoolArray, MaskStack, Target, Task, View

Reply = Callable[[int, Prompt], BoolArray]
"""Number of the request, from 0, and prompt -> candidates (C, H, W); of four, SAM's tokens."""
Classes = Mapping[str, BoolArray]
"""Structure -> (H, W), none of them empty."""


@cache
def shipped(name: str) -> Mode:
    """A mode of configs/prompt, as a run has it."""
    choices = compose([f"prompt={name}"], ConfigFolders(ConfigFolders.find().shipped, None))
    (mode,) = modes_of(build_parts(choices["prompt"], "prompt", Prompter))
    return mode


@dataclass
class Scripted(Segmenter):
    """Answers as told, offers its logits for feedback, and remembers what it was asked."""

    reply: Reply
    asked: list[Prompt] = field(default_factory=list)

    def embed(self, views: Sequence[View]) -> list[Embedding]:
        return [Embedding(view.shape, None) for view in views]

    def segment(self, requests: Sequence[tuple[Embedding, Prompt]]) -> list[Prediction]:
        return [self._answer(prompt) for _, prompt in requests]

    def _answer(self, prompt: Prompt) -> Prediction:
        masks = self.reply(len(self.asked), prompt)[:, None]
        self.asked.append(prompt)
        multimask = (1, 2, 3) if len(masks) == 4 else ()
        logits = np.zeros((len(masks), 2, 2), dtype=np.float32)
        # The model's own estimate favours what no study takes: its last candidate.
        estimates = np.linspace(0.1, 0.9, len(masks))
        return Prediction(masks, estimates, multimask, low_res_logits=logits)


@dataclass(frozen=True)
class Played:
    """What came of one interaction."""

    asked: list[Prompt]
    """Every request that the model got, parts one by one."""
    answers: list[Answer]
    targets: tuple[Target, ...]

    def scores(self, metric: str, selection: str) -> list[float]:
        """Attempt by attempt, as a run scores them."""
        (shape,) = {target.prompting_reference.shape for target in self.targets}
        case = CaseRecord("set", "case", "group", 2, shape, None, "", self.targets)
        rows = Scoring((Overlap(), Polyps()), RULES).rows(case, self.answers)
        return [
            row["value"] for row in rows if (row["metric"], row["selection"]) == (metric, selection)
        ]


def everything(masks: BoolArray, reference: BoolArray) -> Played:
    """A view whose answer are (C, H, W) masks, and one target."""
    return played("everything", {"polyp": reference}, lambda *_: masks, wanted=None)


def played(
    name: str,
    classes: Classes,
    reply: Reply | None = None,
    *,
    wanted: str | None = "",
    seed: int = 0,
) -> Played:
    """One mode on the first structure, or the `wanted` one; without a reply nothing is found."""
    targets = tuple(
        Target(name, name, {"expert": MaskStack.from_array(mask[None])}, "expert")
        for name, mask in classes.items()
    )
    shape = next(iter(classes.values())).shape
    view = View("case", (0,), np.zeros((1, *shape, 3), np.uint8))
    task = Task(view, next(iter(classes)) if wanted == "" else wanted, targets)
    model = Scripted(reply or (lambda *_: np.zeros((4, *shape), dtype=bool)))
    (embedding,) = model.embed([view])
    interaction = Interaction(seed, "set", task, shipped(name), embedding)
    play([interaction], model, deterministic=True)
    return Played(model.asked, interaction.answers("sam"), targets)


def prompts(name: str, mask: BoolArray, seed: int = 0) -> list[Prompt]:
    """What a model is asked in a mode of one attempt, for the (H, W) mask of one target."""
    return played(name, {"target": mask}, seed=seed).asked
