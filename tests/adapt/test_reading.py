"""What a training takes of its data, and what its identity says of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from samb.adapt.pool import split
from samb.stages.adaptation import Request, fingerprints, read_pool
from samb.stages.progress import Silent
from tests.adapt.conftest import RECIPE, pictures


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four pictures with masks; the last is one pixel high."""
    for name, size in {"a": (64, 48), "b": (64, 48), "c": (64, 48), "thin": (2049, 1)}.items():
        Image.new("RGB", size).save(tmp_path / f"{name}.png")
        Image.new("L", size, 255).save(tmp_path / f"{name}_mask.png")
    return tmp_path


def test_a_picture_that_the_model_cannot_take_is_named_and_left_out(folder: Path) -> None:
    choice = [f"dataset.image_folder.{it}" for it in (
        f"root={folder}", "images=*.png", "exclude=*_mask.png", "masks={stem}_mask.png",
    )]  # fmt: skip
    request = Request.parse(["recipe=builtin", "model=sam_random", "dataset=image_folder", *choice])
    pool = read_pool(request, 1, Silent())
    assert [it.case_id for it in (*pool.training, *pool.validation)].count("thin") == 0
    assert len((*pool.training, *pool.validation)) == 3
    assert "image_folder thin frame 0: SAM cannot take an image of 1 x 2049 px" in pool.unread[0]


def test_data_of_other_groups_or_structures_are_other_data() -> None:
    own = pictures(4)
    regrouped = [replace(it, group_id=f"{it.group_id} of another hospital") for it in own]
    outlines = [tuple(replace(one, structure="another") for one in it.outlines) for it in own]
    renamed = [replace(it, outlines=new) for it, new in zip(own, outlines, strict=True)]
    seen = [
        fingerprints(split(some, [], RECIPE.validation.fraction, 0))
        for some in (own, own, regrouped, renamed)
    ]
    assert seen[0] == seen[1]
    assert seen[2] != seen[0] != seen[3]
    assert np.unique([str(it) for it in seen]).size == 3
