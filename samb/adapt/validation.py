"""The pictures that validate, as the model sees them when it is used."""

from collections.abc import Sequence

import numpy as np

from samb.adapt.geometry import plain
from samb.adapt.pool import Picture
from samb.adapt.recipe import Recipe
from samb.adapt.samples import Sample, is_usable, tasks_on
from samb.models.preprocessing import Preprocessing
from samb.streams import stable_hash


def validation_samples(
    pictures: Sequence[Picture], recipe: Recipe, preprocessing: Preprocessing
) -> list[Sample]:
    """At most `validation.targets` targets, of pictures in hash order, data sets taking turns.

    A prompt-free head is asked for whole pictures: there all targets of a picture are taken, and a
    picture without any counts as one.
    """
    found: list[Sample] = []
    left = recipe.validation.targets
    for picture in _in_turn(pictures):
        sample = _sample(picture, recipe, preprocessing, left)
        if is_usable(sample, recipe):
            found.append(sample)
            left -= max(1, len(sample.tasks))
        if left <= 0:
            break
    return found


def _in_turn(pictures: Sequence[Picture]) -> list[Picture]:
    """The first of every data set in hash order, then the second of each ..."""
    shelves: dict[str, list[Picture]] = {}
    for picture in sorted(pictures, key=lambda it: stable_hash("validation", it.name)):
        shelves.setdefault(picture.dataset, []).append(picture)
    turns = [(place, name) for name, own in shelves.items() for place in range(len(own))]
    return [shelves[name][place] for place, name in sorted(turns)]


def _sample(picture: Picture, recipe: Recipe, preprocessing: Preprocessing, left: int) -> Sample:
    look = plain(picture.shape, preprocessing)
    image = look.image(picture.image).copy()
    image[~look.mask(np.ones(picture.shape, dtype=bool))] = preprocessing.padding
    indices = sorted(
        range(len(picture.outlines)),
        key=lambda it: stable_hash(picture.name, picture.outlines[it].object_id),
    )
    most = len(indices) if recipe.prompt_free else min(left, recipe.targets_per_image)
    masks = {index: look.mask(picture.mask(index)) for index in indices[:most]}
    large = {index: own for index, own in masks.items() if own.sum() >= recipe.min_pixels}
    return Sample(picture, image, tasks_on(picture, image, large))
