"""What a training step sees: pictures in the model's input frame, and tasks on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from samb.adapt.colours import recoloured
from samb.adapt.geometry import Look, drawn, plain
from samb.adapt.pool import Picture
from samb.adapt.recipe import Augmentation, Recipe
from samb.geometry import pixels_xy
from samb.models.preprocessing import Preprocessing
from samb.streams import stream
from samb.types import BoolArray, ByteArray, FloatArray, MaskStack, Target, Task, View

ANNOTATOR = "expert"


@dataclass(frozen=True)
class Sample:
    """One picture in the input frame, (side, side)."""

    picture: Picture
    image: ByteArray
    """(side, side, 3) RGB."""
    tasks: tuple[Task, ...]
    """One for each chosen target; masks are in the input frame too. A promptable model has at least
    one to answer, a prompt-free head may see none."""


@dataclass(frozen=True)
class Samples:
    """Draws the samples of a step. Equal seeds and steps, equal samples, whatever came before."""

    pictures: Sequence[Picture]
    recipe: Recipe
    preprocessing: Preprocessing

    def step(self, number: int) -> list[Sample]:
        """The samples of step `number`, counted from 0."""
        found: list[Sample] = []
        attempt = 0
        while len(found) < self.recipe.images_per_step and attempt < 100:
            rng = stream("adapt", self.recipe.seed, "step", number, attempt)
            sample = self._sample(self._picture(rng), rng)
            if is_usable(sample, self.recipe):
                found.append(sample)
            attempt += 1
        return found

    def _picture(self, rng: np.random.Generator) -> Picture:
        shelf = self._shelves[self._drawn_shelf(rng)]
        return self.pictures[shelf[rng.integers(len(shelf))]]

    def _drawn_shelf(self, rng: np.random.Generator) -> int:
        shares = self.recipe.shares
        if not shares:
            return int(rng.integers(len(self._shelves)))
        names = [self.pictures[own[0]].dataset for own in self._shelves]
        weights = np.array([shares.get(name, 1.0) for name in names])
        return int(rng.choice(len(names), p=weights / weights.sum()))

    @cached_property
    def _shelves(self) -> list[list[int]]:
        return _shelves(self.pictures, self.recipe.balance)

    def _sample(self, picture: Picture, rng: np.random.Generator) -> Sample:
        rule = self.recipe.augmentation
        order = rng.permutation(len(picture.outlines))
        whole = np.ones(picture.shape, dtype=bool)
        look = self._look(picture, picture.mask(int(order[0])) if len(order) else whole, rng)
        chosen = self._chosen(picture, order.tolist(), look)
        image = recoloured(look.image(picture.image), rule, rng)
        image[~look.mask(whole)] = self.preprocessing.padding
        return Sample(picture, image, tasks_on(picture, image, chosen))

    def _look(self, picture: Picture, focus: BoolArray, rng: np.random.Generator) -> Look:
        rule = self.recipe.augmentation
        if rule == Augmentation() or rng.random() < rule.plain:
            return plain(picture.shape, self.preprocessing)
        place: FloatArray = rng.choice(pixels_xy(focus))
        return drawn(picture.shape, place, rule, self.preprocessing, rng)

    def _chosen(self, picture: Picture, order: Sequence[int], look: Look) -> dict[int, BoolArray]:
        """The first targets in this order that are large enough where they are seen."""
        chosen: dict[int, BoolArray] = {}
        for index in order[: 4 * self.recipe.targets_per_image]:
            mask = look.mask(picture.mask(index))
            if np.count_nonzero(mask) >= self.recipe.min_pixels:
                chosen[index] = mask
            if len(chosen) == self.recipe.targets_per_image:
                break
        return chosen


def is_usable(sample: Sample, recipe: Recipe) -> bool:
    """Whether a target is large enough to ask for; a prompt-free head may see a picture of none."""
    return bool(sample.tasks) or (recipe.prompt_free and not sample.picture.outlines)


def tasks_on(
    picture: Picture, image: ByteArray, masks: Mapping[int, BoolArray]
) -> tuple[Task, ...]:
    """A task for each mask (H, W) of an image (H, W, 3); keys number the picture's outlines."""
    view = View(picture.case_id, (picture.frame,), image[None])
    return tuple(_task(view, picture, index, mask) for index, mask in masks.items())


def _task(view: View, picture: Picture, index: int, mask: BoolArray) -> Task:
    outline = picture.outlines[index]
    references = {ANNOTATOR: MaskStack.from_array(mask[None])}
    target = Target(outline.object_id, outline.structure, references, ANNOTATOR)
    return Task(view, outline.object_id, (target,))


def _shelves(pictures: Sequence[Picture], balance: str) -> list[list[int]]:
    shelves: dict[str, list[int]] = {}
    for index, picture in enumerate(pictures):
        shelves.setdefault(_shelf(picture, balance), []).append(index)
    return [shelves[name] for name in sorted(shelves)]


def _shelf(picture: Picture, balance: str) -> str:
    if balance == "appearances":
        return picture.appearance
    return picture.dataset if balance == "datasets" else ""
