"""The simulated users of the benchmark, prompting a network that learns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from samb.adapt.network import Network
from samb.adapt.samples import Sample
from samb.dialogue import Attempt, Prediction, Prompt
from samb.errors import RequestError
from samb.models.sam_segmenter import resample
from samb.prompts.base import Prompter
from samb.streams import stream
from samb.types import Task


@dataclass(frozen=True)
class Mode:
    """A prompt mode and how often it is played."""

    name: str
    prompter: Prompter
    share: float


@dataclass(frozen=True)
class Asked:
    """What is asked of the features of some samples: one prompt for each task."""

    tasks: tuple[Task, ...]
    owners: tuple[int, ...]
    """Which sample each task is on."""
    prompts: tuple[Prompt, ...]


def draw_mode(modes: Sequence[Mode], rng: np.random.Generator) -> Mode:
    """One mode, by the shares."""
    shares = np.array([mode.share for mode in modes])
    return modes[rng.choice(len(modes), p=shares / shares.sum())]


def ask(
    network: Network,
    features: Tensor,
    samples: Sequence[Sample],
    mode: Mode,
    play: tuple[int, tuple[object, ...]],
) -> Asked:
    """The prompts of the last round of `play` = (rounds, names of the random stream).

    Earlier rounds are answered by the network as it is, without gradients. A user who is done
    earlier repeats the last prompt.
    """
    tasks = tuple(task for sample in samples for task in sample.tasks)
    owners = tuple(index for index, sample in enumerate(samples) for _ in sample.tasks)
    rounds, names = play
    attempts: list[list[Attempt]] = [[] for _ in tasks]
    prompts: list[Prompt] = []
    for number in range(rounds):
        new = [
            _prompt(mode, task, own, stream(*names, mode.name, index, number))
            for index, (task, own) in enumerate(zip(tasks, attempts, strict=True))
        ]
        if number and not any(new):
            break
        prompts = [own or prompts[index] for index, own in enumerate(new)]
        if number + 1 < rounds:
            _answer(network, features, owners, prompts, attempts)
    return Asked(tasks, owners, tuple(prompts))


def _prompt(
    mode: Mode, task: Task, attempts: Sequence[Attempt], rng: np.random.Generator
) -> Prompt | None:
    prompts = mode.prompter.next_prompts(task, attempts, rng)
    if not prompts:
        return None
    if prompts[0].parts or prompts[0].grid or not prompts[0].kinds:
        msg = (
            f"prompt mode {mode.name} cannot train: it asks in parts, by a grid or without a "
            f"prompt; take one with points or a box"
        )
        raise RequestError(msg)
    return prompts[0]


@torch.no_grad()
def _answer(
    network: Network,
    features: Tensor,
    owners: Sequence[int],
    prompts: Sequence[Prompt],
    attempts: list[list[Attempt]],
) -> None:
    logits, estimates = network.answer(features.detach(), owners, prompts)
    for index, prompt in enumerate(prompts):
        own = attempts[index]
        answer = prediction(network, logits[index], estimates[index])
        own.append(Attempt(len(own) + 1, prompt, answer))


def prediction(network: Network, logits: Tensor, estimates: Tensor) -> Prediction:
    """What the user sees: candidates (4, 1, side, side) of logits (4, h, w)."""
    side = network.preprocessing.side
    logits, estimates = logits.float(), estimates.float()
    masks = (resample(logits, (side, side)) > 0).cpu().numpy()
    return Prediction(
        masks=masks[:, None],
        iou_estimates=estimates.cpu().numpy(),
        multimask=(1, 2, 3),
        low_res_logits=logits.cpu().numpy(),
    )
