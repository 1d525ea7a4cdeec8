from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from samb.datasets.file_pair import FilePair, MaskFile
from samb.datasets.mask_survey import other_sizes, several_masks, survey_pictures


def pair_of(tmp_path: Path, *masks: Any) -> FilePair:
    Image.fromarray(np.zeros((1, 3), dtype=np.uint8)).save(tmp_path / "image.png")
    files = []
    for number, mask in enumerate(masks):
        path = tmp_path / f"{number}.png"
        Image.fromarray(np.array(mask, dtype=np.uint8)).save(path)
        files.append(MaskFile(path, None))
    return FilePair(tmp_path / "image.png", "image.png", {"expert": tuple(files)})


@pytest.mark.parametrize(
    ("masks", "parameters"),
    [
        ([[[0, 1, 1]]], {"structure": "object"}),
        ([[[0, 1, 1]], [[0, 255, 255]]], {"structure": "object"}),
        ([[list(range(256))]], {"structure": "object"}),
        ([[[0, 0, 0]]], {"structure": "object"}),
        ([[[0, 128, 255]]], {"labels": {"label_128": 128, "label_255": 255}}),
        (
            [[[[0, 0, 0], [255, 0, 0], [0, 255, 0]]]],
            {"colours": {"colour_1": [0, 255, 0], "colour_2": [255, 0, 0]}},
        ),
    ],
)
def test_parameters_follow_from_the_values(
    tmp_path: Path, masks: list[Any], parameters: dict[str, Any]
) -> None:
    assert survey_pictures([pair_of(tmp_path, *masks)]).parameters == parameters


def test_sizes_and_numbers_of_masks_are_counted(tmp_path: Path) -> None:
    pair = pair_of(tmp_path, [[0, 1, 1]], [[0, 1]])
    assert several_masks([pair])
    assert other_sizes([pair]) == 1
