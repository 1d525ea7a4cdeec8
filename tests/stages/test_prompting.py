"""What is written and played again gives the scores of the original, for every mode."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import samb
from samb.choices import ConfigFolders
from samb.config import load_prompting
from samb.errors import RequestError
from samb.pipeline import Place
from samb.prompts.file import Entry, PromptFile, read_prompts, write_prompts
from samb.result import Result
from samb.results.folder import RunFolder
from samb.stages.progress import Silent
from samb.stages.prompting import Simulator, first_round, from_run


def shipped(*, corrective: bool) -> list[str]:
    names = list(ConfigFolders.find().choices("prompt"))
    return [name for name in names if name.startswith("clicks_") == corrective]


CORRECTIVE = ["clicks_ritm_5", "clicks_microsam_fb_8"]


def picture(path: Path, image: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three 24 x 30 pictures, each with two separate blocks as objects of their own."""
    rng = np.random.default_rng(0)
    for index in range(3):
        mask = np.zeros((24, 30), dtype=np.uint8)
        mask[3:14, 4 : 11 + index] = 255
        mask[16:22, 20:27] = 255
        noise = rng.integers(0, 255, (24, 30, 3), dtype=np.uint8)
        picture(tmp_path / "data" / "images" / f"{index}.png", noise)
        picture(tmp_path / "data" / "masks" / f"{index}.png", mask)
    return tmp_path


def request(folder: Path, *more: str) -> list[str]:
    return [
        "dataset=image_folder",
        f"dataset.image_folder.root={folder / 'data'}",
        "dataset.image_folder.images=images/*.png",
        "dataset.image_folder.masks=masks/{stem}.png",
        "dataset.image_folder.objects=component",
        *more,
    ]


def run(folder: Path, name: str, *more: str, model: str = "ellipse_fill") -> Result:
    arguments = request(folder, f"model={model}", f"name={name}", *more)
    return samb.run(arguments, Place(folder / "runs", device="cpu", workers=1))


def simulated(folder: Path, *more: str) -> PromptFile:
    return first_round(Simulator(load_prompting(request(folder, *more)), 1, Silent()))


def written(folder: Path, file: PromptFile) -> Path:
    path = folder / "prompts.jsonl"
    write_prompts(path, file)
    return path


SOME = ["box_jitter_0p1", "points_2_pos_4_neg", "box_each_3", "all_points", "scribble_walk_mask"]


@pytest.mark.parametrize(
    "names", [SOME, pytest.param(shipped(corrective=False), marks=pytest.mark.slow)]
)
def test_modes_without_answers_replayed_give_the_scores_of_the_original(
    folder: Path, names: list[str]
) -> None:
    modes = f"prompt=[{','.join(names)}]"
    path = written(folder, simulated(folder, modes, "prompt_repeats=2", "seed=5"))
    original = run(folder, "original", modes, "prompt_repeats=2", "seed=5").scores
    replayed = run(folder, "replayed", f"prompts_from={path}").scores
    assert set(original["repeat"]) == {0, 1}
    whole_views = {name for name in names if name.startswith(("prompt_free", "everything"))}
    assert set(original["prompt"]) == set(names) - whole_views  # which a floor cannot do
    pd.testing.assert_frame_equal(replayed, original)


def test_corrective_modes_replayed_with_the_same_model_give_the_same_scores(folder: Path) -> None:
    modes = f"prompt=[box,{','.join(CORRECTIVE)}]"
    original = run(folder, "original", modes, "limit=1", model="sam_random")
    file = from_run(RunFolder(original.folder), None, None)
    assert {entry.attempt for entry in file.entries if entry.mode == "clicks_ritm_5"} >= {1, 2, 3}
    assert not file.not_written
    replayed = run(
        folder, "replayed", f"prompts_from={written(folder, file)}", "limit=1", model="sam_random"
    )
    pd.testing.assert_frame_equal(replayed.scores, original.scores)


def test_corrective_modes_are_named_and_not_written_without_a_run(folder: Path) -> None:
    file = simulated(folder, "prompt=[box,clicks_ritm_5]")
    assert set(file.modes) == {entry.mode for entry in file.entries} == {"box"}
    assert "write it from a run" in file.not_written["clicks_ritm_5"]
    with pytest.raises(RequestError, match="nothing can be written: clicks_ritm_5"):
        simulated(folder, "prompt=[clicks_ritm_5]")


def test_feedback_of_an_unknown_candidate_is_not_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = run(folder, "original", "prompt=[box,clicks_ritm_5]")
    answers = list(RunFolder(original.folder).answers("image_folder"))
    lost = [
        (case, replace(it, prompt={**it.prompt, "feedback": True}) if it.attempt > 1 else it)
        for case, it in answers
    ]
    monkeypatch.setattr(RunFolder, "answers", lambda *_: iter(lost))
    file = from_run(RunFolder(original.folder), None, None)
    assert set(file.modes) == {"box"}
    assert "those of which candidate" in file.not_written["clicks_ritm_5"]


def test_a_run_of_two_models_asks_for_one(folder: Path) -> None:
    result = run(folder, "two", "prompt=box", model="[box_fill,ellipse_fill]")
    stored = RunFolder(result.folder)
    with pytest.raises(RequestError, match=r"box_fill, ellipse_fill.*model=NAME"):
        from_run(stored, None, None)
    assert len(from_run(stored, "box_fill", None).entries) == 6
    with pytest.raises(RequestError, match="holds no prompt mode 'bx'; did you mean 'box'"):
        from_run(stored, "box_fill", ["bx"])


def test_another_file_in_the_same_run_is_refused_as_another_seed_is(folder: Path) -> None:
    path = written(folder, simulated(folder, "prompt=point_random_1"))
    run(folder, "run", f"prompts_from={path}")
    again = run(folder, "run", f"prompts_from={path}")
    assert again.added == 0
    written(folder, simulated(folder, "prompt=point_random_1", "seed=1"))
    with pytest.raises(RequestError, match="prompt/point_random_1: sha256 was"):
        run(folder, "run", f"prompts_from={path}")


def test_provenance_names_file_and_digest(folder: Path) -> None:
    file = simulated(folder, "prompt=box")
    path = written(folder, file)
    result = run(folder, "run", f"prompts_from={path}")
    (session,) = result.material.provenance["run"]["sessions"]  # type: ignore[index] # JSON
    assert session["prompt_files"] == {str(path): file.sha256}


def without(file: PromptFile, places: Sequence[tuple[str, str]]) -> PromptFile:
    kept = [it for it in file.entries if (it.case, it.object) not in places]
    return replace(file, entries=tuple(kept))


def remarks(result: Result) -> dict[str, tuple[str, str]]:
    rows = result.material.outcomes.itertuples()
    return {str(it.case): (str(it.status), str(it.reason)) for it in rows if it.reason}


def test_targets_and_cases_without_a_prompt_are_recorded_and_told(folder: Path) -> None:
    file = simulated(folder, "prompt=box")
    objects = sorted({str(entry.object) for entry in file.entries})
    lost = [("images/0", objects[1]), *(("images/2", name) for name in objects)]
    result = run(folder, "run", f"prompts_from={written(folder, without(file, lost))}")
    assert remarks(result) == {
        "images/0": ("done", f"no prompt for 1 of 2: {objects[1]} on frame 0"),
        "images/2": ("unprompted", "the prompt file has no prompt for it"),
    }
    table = (result.report.parent / "table.md").read_text()
    assert "images/2" in table
    assert objects[1] in table


def test_prompts_for_what_does_not_exist_are_recorded_and_told(folder: Path) -> None:
    file = simulated(folder, "prompt=box")
    first = file.entries[0]
    ghost, stray = replace(first, case="images/9"), replace(first, object="moon")
    file = replace(file, entries=(*file.entries, ghost, stray))
    result = run(folder, "run", f"prompts_from={written(folder, file)}")
    told = remarks(result)
    assert told["images/9"][0] == "unprompted"
    assert "does not hold it" in told["images/9"][1]
    assert told[first.case][1].endswith("does not hold: 1 of 3: moon on frame 0")
    assert run(folder, "run", f"prompts_from={folder / 'prompts.jsonl'}").added == 0


def test_a_mode_that_the_file_does_not_hold_lists_those_it_holds(folder: Path) -> None:
    path = written(folder, simulated(folder, "prompt=[box,point_middle]"))
    only = run(folder, "run", f"prompts_from={path}", "prompt=point_middle")
    assert set(only.scores["prompt"]) == {"point_middle"}
    with pytest.raises(RequestError, match=r"a mode 'bx'\. There are: box, point_mid"):
        run(folder, "other", f"prompts_from={path}", "prompt=bx")


def test_a_report_needs_the_run_alone_and_not_the_file(folder: Path) -> None:
    path = written(folder, simulated(folder, "prompt=box"))
    result = run(folder, "run", f"prompts_from={path}")
    path.unlink()
    from samb.pipeline import reported

    _, shown = reported([RunFolder(result.folder)])
    assert shown.headline == {"box": "single"}
    assert "prompts.jsonl" in (result.report.parent / "table.md").read_text()


def test_attempts_that_leave_out_a_number_are_refused(folder: Path) -> None:
    file = simulated(folder, "prompt=box")
    late: tuple[Entry, ...] = (replace(file.entries[0], attempt=3), *file.entries[1:])
    path = written(folder, replace(file, entries=late))
    with pytest.raises(RequestError, match=r"count 1, 2, 3 .* has \[3\]"):
        run(folder, "run", f"prompts_from={path}")


def test_a_file_reads_back_equal_and_names_its_seed(folder: Path) -> None:
    file = simulated(folder, "prompt=[scribble_walk_mask,box_each_3,prompt_free]", "seed=3")
    assert read_prompts(written(folder, file)) == file
    assert file.seed == 3
    assert {entry.object for entry in file.entries if entry.mode == "prompt_free"} == {None}
