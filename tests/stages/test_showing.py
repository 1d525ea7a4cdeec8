"""What a picture of prompts shows is what a run would play."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from samb.config import load_prompting
from samb.dialogue import Tile
from samb.errors import RequestError
from samb.models.base import Runtime
from samb.prompts.file import write_prompts
from samb.reports.prompt_sheet import PromptRow
from samb.stages.progress import Silent
from samb.stages.prompting import Simulator, first_round
from samb.stages.showing import chosen, drawn

PHANTOM = ["dataset=phantoms", "dataset.phantoms.kinds=[polyp]", "dataset.phantoms.count=3"]
NUCLEI = ["dataset=phantoms", "dataset.phantoms.kinds=[nuclei]", "dataset.phantoms.count=2"]


def shown(*arguments: str, rows: int = 2, answered: bool = False) -> list[PromptRow]:
    simulator = Simulator(load_prompting(arguments), 1, Silent())
    modes = simulator.modes
    segmenter = simulator.prompting.models[0].built.load(Runtime()) if answered else None
    return list(drawn(simulator, modes, chosen(simulator, modes, rows), segmenter))


def only(rows: list[PromptRow], column: int = 0) -> Tile:
    tile = rows[0].tiles[column]
    assert tile is not None
    return tile


def test_one_row_per_case_with_its_largest_target_then_the_second_largest() -> None:
    titles = [row.title for row in shown(*NUCLEI, "prompt=box", rows=3)]
    cases = [title.split("\n")[0] for title in titles]
    assert cases[0] != cases[1]
    assert cases[0] == cases[2]
    sizes = [int(row.tiles[0].reference.sum()) for row in shown(*NUCLEI, "prompt=box", rows=3)  # type: ignore[union-attr]
             ]  # fmt: skip
    assert sizes[0] >= sizes[2]


def test_without_a_model_a_corrective_mode_shows_its_first_click() -> None:
    tile = only(shown(*PHANTOM, "prompt=clicks_ritm_5"))
    assert len(tile.prompt.points_xy) == 1
    assert tile.caption == "first click; model= gives the rest"
    assert not tile.prediction.any()


def test_with_a_model_clicks_are_numbered_and_the_answer_is_drawn() -> None:
    tile = only(shown(*PHANTOM, "prompt=clicks_ritm_5", "model=ellipse_fill", answered=True))
    assert tile.numbers == (1, 2, 3, 4, 5)
    assert tile.prediction.any()
    assert tile.caption.startswith("5 attempts, DSC 0.")


def test_a_mode_that_the_model_cannot_do_says_so_in_its_tile() -> None:
    tile = only(shown(*PHANTOM, "prompt=prompt_free", "model=ellipse_fill", answered=True))
    assert tile.caption == "no prompt: the whole image"


def test_prompts_of_a_file_are_shown_without_a_model(tmp_path: Path) -> None:
    file = first_round(Simulator(load_prompting([*PHANTOM, "prompt=point_random_3"]), 1, Silent()))
    write_prompts(tmp_path / "p.jsonl", file)
    tile = only(shown(*PHANTOM, f"prompts_from={tmp_path / 'p.jsonl'}"))
    fresh = only(shown(*PHANTOM, "prompt=point_random_3"))
    assert np.array_equal(tile.prompt.points_xy, fresh.prompt.points_xy)


def test_cases_without_targets_leave_nothing_to_show(tmp_path: Path) -> None:
    from PIL import Image

    for folder in ("images", "masks"):
        (tmp_path / folder).mkdir()
        Image.fromarray(np.zeros((8, 8), np.uint8)).save(tmp_path / folder / "a.png")
    arguments = [
        "dataset=image_folder", f"dataset.image_folder.root={tmp_path}",
        "dataset.image_folder.images=images/*.png", "dataset.image_folder.masks=masks/{stem}.png",
    ]  # fmt: skip
    with pytest.raises(RequestError, match="nothing to show"):
        shown(*arguments, "prompt=box")


def test_of_a_file_only_what_it_prompts_is_shown(tmp_path: Path) -> None:
    file = first_round(Simulator(load_prompting([*NUCLEI, "prompt=box"]), 1, Silent()))
    last = file.entries[-1]
    write_prompts(tmp_path / "p.jsonl", replace(file, entries=(last,)))
    (row,) = shown(*NUCLEI, f"prompts_from={tmp_path / 'p.jsonl'}", rows=5)
    assert row.title == f"{last.case}\n{last.object}"
