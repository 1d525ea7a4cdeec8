"""The whole flow on small real files: what is added, recorded, refused."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import samb
from samb import pipeline
from samb.errors import RequestError
from samb.pipeline import Place, reported
from samb.result import Result
from samb.results.folder import RunFolder
from samb.stages.extent import Shard
from samb.stages.progress import Silent


def picture(path: Path, image: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six 20 x 24 pictures, each with one rectangle of its own width."""
    rng = np.random.default_rng(0)
    for index in range(6):
        mask = np.zeros((20, 24), dtype=np.uint8)
        mask[4:12, 3 : 8 + index] = 255
        noise = rng.integers(0, 255, (20, 24, 3), dtype=np.uint8)
        picture(tmp_path / "data" / "images" / f"{index}.png", noise)
        picture(tmp_path / "data" / "masks" / f"{index}.png", mask)
    return tmp_path / "data"


def request(folder: Path, *more: str) -> list[str]:
    return [
        "dataset=image_folder",
        f"dataset.image_folder.root={folder}",
        "dataset.image_folder.images=images/*.png",
        "dataset.image_folder.masks=masks/{stem}.png",
        *more,
    ]


def run(folder: Path, *more: str, place: Place | None = None) -> Result:
    arguments = request(folder, "model=box_fill", "prompt=[box]", "name=run", *more)
    runs = folder.parent / "runs"
    return samb.run(arguments, place or Place(runs, device="cpu", workers=1))


def test_boxes_of_rectangles_are_filled_exactly(folder: Path) -> None:
    scores = run(folder).scores
    assert set(scores.loc[scores["metric"] == "dsc", "value"]) == {1.0}
    assert set(scores.loc[scores["metric"] == "hd95", "value"]) == {0.0}
    assert set(scores["unit"]) == {"", "px"}
    assert len(set(scores["case"])) == 6


def test_the_same_command_again_adds_nothing(folder: Path) -> None:
    first, again = run(folder), run(folder)
    assert (first.added, again.added) == (6, 0)
    pd.testing.assert_frame_equal(first.scores, again.scores)


def test_a_larger_limit_adds_only_what_is_missing(folder: Path) -> None:
    small = run(folder, "limit=2")
    large = run(folder, "limit=5")
    assert (small.added, large.added) == (2, 3)
    assert set(small.scores["case"]) < set(large.scores["case"])


def test_another_mode_is_added_and_another_metric_scored(folder: Path) -> None:
    run(folder, "metric=[overlap]")
    result = run(folder, "prompt=[box,point_random_3]", "metric=[surface]")
    assert result.added == 6
    assert set(result.scores["prompt"]) == {"box", "point_random_3"}
    assert set(result.scores["metric"]) == {"dsc", "iou", "hd95", "assd"}


def test_order_of_modes_and_shards_change_no_score(folder: Path) -> None:
    modes = "prompt=[box_jitter_0p5,point_random_1,clicks_ritm_5]"
    whole = run(folder, modes).scores
    other = folder.parent / "other"
    turned = "prompt=[clicks_ritm_5,point_random_1,box_jitter_0p5]"
    for text in ("2/2", "1/2"):
        run(folder, turned, place=Place(other, "cpu", 1, Shard.parse(text)))
    paths = [folder.parent / "runs" / "run", other / "run"]
    both = [RunFolder(path).scores_path.read_bytes() for path in paths]
    assert both[0] == both[1]
    assert set(whole["prompt"]) == {"box_jitter_0p5", "point_random_1", "clicks_ritm_5"}


def test_a_gap_stands_in_the_report_though_no_score_changed(folder: Path) -> None:
    assert "cannot do everything" not in run(folder).report.read_text()
    assert "cannot do everything" in run(folder, "prompt=[box,everything]").report.read_text()


def test_another_seed_gives_other_prompts_and_is_refused_in_the_same_folder(folder: Path) -> None:
    first = run(folder, "prompt=[box_jitter_0p5]")
    with pytest.raises(RequestError, match="seed was 0, is now 1"):
        run(folder, "prompt=[box_jitter_0p5]", "seed=1")
    other = Place(folder.parent / "other", "cpu", 1)
    second = run(folder, "prompt=[box_jitter_0p5]", "seed=1", place=other)
    assert list(first.scores["value"]) != list(second.scores["value"])


def test_one_bad_case_is_recorded_and_the_rest_goes_on(folder: Path) -> None:
    (folder / "images" / "3.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    result = run(folder)
    assert len(set(result.scores["case"])) == 5
    bad = result.material.outcomes.query("status == 'failed'")
    assert list(bad["case"]) == ["images/3"]
    assert "3.png" in bad["reason"].item()
    assert result.failed_fraction == pytest.approx(1 / 6)
    assert not result.passed
    assert run(folder, "allowed_failed=0.2").passed


def test_max_failed_stops_and_keeps_what_was_done(folder: Path) -> None:
    (folder / "images" / "3.png").write_bytes(b"not a picture")
    with pytest.raises(RequestError, match=r"max_failed=0.*images/3"):
        run(folder, "max_failed=0")
    done = RunFolder(folder.parent / "runs" / "run").outcomes().query("status == 'done'")
    assert {"images/0", "images/1", "images/2"} <= set(done["case"])


def test_a_mended_case_is_tried_again(folder: Path) -> None:
    whole = (folder / "images" / "3.png").read_bytes()
    (folder / "images" / "3.png").write_bytes(b"not a picture")
    run(folder)
    (folder / "images" / "3.png").write_bytes(whole)
    mended = run(folder)
    assert mended.added == 1
    assert mended.passed


def test_changed_data_is_refused(folder: Path) -> None:
    run(folder)
    mask = np.zeros((20, 24), dtype=np.uint8)
    mask[2:4, 2:4] = 255
    picture(folder / "masks" / "2.png", mask)
    with pytest.raises(RequestError, match=r"images/2 is not what it was"):
        run(folder, "prompt=[box,point_random_1]")


def test_a_refused_shape_is_recorded_with_its_reason(folder: Path) -> None:
    picture(folder / "images" / "flat.png", np.zeros((1, 2049, 3), dtype=np.uint8))
    picture(folder / "masks" / "flat.png", np.full((1, 2049), 255, dtype=np.uint8))
    result = run(folder, "model=[box_fill,sam_random]", "metric=overlap")
    refused = result.material.outcomes.query("status == 'refused'")
    assert set(zip(refused["case"], refused["model"], strict=True)) == {
        ("images/flat", "sam_random")
    }
    assert refused["reason"].item()
    assert len(set(result.scores.query("model == 'sam_random'")["case"])) == 6


def test_a_mode_that_a_model_cannot_take_is_an_explained_gap(folder: Path) -> None:
    result = run(folder, "prompt=[box,prompt_free]")
    gap = result.material.outcomes.query("status == 'gap'")
    assert list(gap["prompt"]) == ["prompt_free"]
    assert "needs a prompt" in gap["reason"].item()
    assert result.passed
    assert run(folder, "prompt=[box,prompt_free]").added == 0


def test_a_case_without_targets_is_done_without_scores(folder: Path) -> None:
    picture(folder / "masks" / "5.png", np.zeros((20, 24), dtype=np.uint8))
    result = run(folder)
    done = result.material.outcomes.query("status == 'done'")
    assert len(done) == 6
    assert len(set(result.scores["case"])) == 5


def test_the_report_holds_every_promised_file(folder: Path) -> None:
    result = run(folder, "prompt=[box,box_jitter_0p1,box_jitter_0p5,point_random_1,point_random_3]")
    names = {path.name for path in result.report.parent.iterdir()}
    assert {"report.html", "table.md", "table.csv", "table.tex", "dsc_boxes.png"} <= names
    assert {"dsc_by_jitter.png", "dsc_by_points.png"} <= names
    assert "sheet_image_folder__box_fill.png" in names


def test_without_pictures_there_is_no_sheet(folder: Path) -> None:
    place = Place(folder.parent / "runs", "cpu", 1, pictures=False)
    result = run(folder, place=place)
    assert not list(result.report.parent.glob("sheet_*"))


def test_nothing_is_written_where_the_data_set_is_missing(tmp_path: Path) -> None:
    (tmp_path / "somewhere").mkdir()
    with pytest.raises(RequestError, match="nowhere"):
        run(tmp_path / "nowhere")
    assert not (tmp_path / "runs").exists()


def test_scores_come_from_worker_processes_as_from_one(folder: Path) -> None:
    modes = "prompt=[box_jitter_0p01,box_jitter_0p1,box_jitter_0p5,clicks_ritm_5,point_random_10]"
    alone = run(folder, modes)
    others = run(folder, modes, place=Place(folder.parent / "others", "cpu", workers=2))
    pd.testing.assert_frame_equal(alone.scores, others.scores)


def test_repeats_of_a_stochastic_mode_have_streams_of_their_own_and_may_be_added(
    folder: Path,
) -> None:
    modes = "prompt=[box,point_random_1]"
    once = run(folder, modes)
    thrice = run(folder, modes, "prompt_repeats=3")
    assert thrice.added == 12
    counts = thrice.scores.query("metric == 'dsc' and selection == 'single'").groupby("prompt")
    assert dict(counts["repeat"].nunique()) == {"box": 1, "point_random_1": 3}
    first = thrice.scores[thrice.scores["repeat"] == 0].reset_index(drop=True)
    pd.testing.assert_frame_equal(first, once.scores)
    points = thrice.scores.query("metric == 'dsc' and prompt == 'point_random_1'")
    assert points.groupby("case")["value"].nunique().max() > 1


def test_a_case_lost_to_one_model_is_not_hidden_by_another(folder: Path) -> None:
    run(folder)
    (folder / "images" / "3.png").write_bytes(b"not a picture")
    result = run(folder, "model=[box_fill,ellipse_fill]")
    assert not result.passed
    bad = result.material.outcomes.query("status == 'failed'")
    assert list(zip(bad["case"], bad["model"], strict=True)) == [("images/3", "ellipse_fill")]
    listed = (result.report.parent / "failures.csv").read_text()
    assert "images/3" in listed


def test_an_unguarded_script_may_score_in_workers(folder: Path, tmp_path: Path) -> None:
    modes = "prompt=[box_jitter_0p01,box_jitter_0p1,clicks_ritm_5,point_random_10]"
    arguments = request(folder, "model=[box_fill]", modes, "prompt_repeats=20", "name=script")
    script = tmp_path / "script.py"
    script.write_text(
        "import samb\nfrom pathlib import Path\nfrom samb.pipeline import Place\n"
        f"result = samb.run({arguments!r}, Place(Path({str(tmp_path / 'runs')!r}), 'cpu', 2))\n"
        "print('rows', len(result.table))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("rows") == 1


def test_scores_left_behind_by_another_process_are_made_again(folder: Path) -> None:
    whole = run(folder).scores
    path = folder.parent / "runs" / "run"
    kept = RunFolder(path).read_scores()
    RunFolder(path).write_scores(kept.head(3))
    _, shown = reported([RunFolder(path)])
    pd.testing.assert_frame_equal(shown.scores, whole)


def test_the_table_of_a_result_is_the_main_table(folder: Path) -> None:
    table = run(folder).table
    assert len(table) == 1


def test_identity_names_weights_and_protocol_versions(folder: Path) -> None:
    run(folder, "model=sam_random", "limit=1")
    path = folder.parent / "runs" / "run"
    entries = RunFolder(path).read_json("identity.json")
    assert entries["model/sam_random"]["weights"]
    assert entries["prompt/box"]["version"] == 1


def scored_again(place: Place, *arguments: str) -> tuple[list[str], bytes]:
    """What a run scores, and the bytes of its scores."""
    progress = Noted()
    result = pipeline.run([*arguments, "name=run"], place, progress)
    return progress.scored, (result.folder / "scores.parquet").read_bytes()


class Noted(Silent):
    """Remembers what was scored."""

    def __init__(self) -> None:
        self.scored: list[str] = []

    def begin(self, what: str, cases: int) -> None:
        if what.startswith("scoring "):
            self.scored.append(what.removeprefix("scoring "))


def test_only_what_was_added_is_scored_and_the_bytes_are_those_of_one_run(folder: Path) -> None:
    data = request(folder, "metric=[overlap,panoptic]")
    place, at_once = Place(folder.parent / "runs"), Place(folder.parent / "at_once")
    one, _ = scored_again(place, *data, "model=box_fill", "prompt=box")
    other, grown = scored_again(place, *data, "model=ellipse_fill", "prompt=box")
    assert (one, other) == (["image_folder · box_fill"], ["image_folder · ellipse_fill"])
    both, whole = scored_again(at_once, *data, "model=[box_fill,ellipse_fill]", "prompt=box")
    assert len(both) == 2
    assert grown == whole


def test_another_metric_another_mode_or_a_changed_file_is_scored_anew(folder: Path) -> None:
    data, place = request(folder, "model=box_fill"), Place(folder.parent / "runs")
    scored_again(place, *data, "prompt=box", "metric=overlap")
    assert scored_again(place, *data, "prompt=box", "metric=overlap")[0] == []
    assert len(scored_again(place, *data, "prompt=box", "metric=surface")[0]) == 1
    _, right = scored_again(place, *data, "prompt=[box,point_dt]", "metric=surface")
    scores = place.runs / "run" / "scores.parquet"
    pd.read_parquet(scores).assign(value=0.5).to_parquet(scores)
    again, mended = scored_again(place, *data, "prompt=box", "metric=surface")
    assert len(again) == 1
    assert mended == right
