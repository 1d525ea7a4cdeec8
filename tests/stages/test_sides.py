"""Runs and tables as sides of a comparison: small real runs, all the way."""

import json
import shutil
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest

import samb
from samb.errors import RequestError
from samb.metrics.base import Unit
from samb.pipeline import Place, compared, exported
from samb.reports.comparison.choice import Choice
from samb.reports.comparison.rules import Rules
from samb.reports.comparison.verdict import Verdict
from samb.results.folder import RunFolder
from samb.stages.extent import Shard
from samb.stages.sides import WAY, side_of_run, side_of_table, ways, write_table

PHANTOMS = [
    "dataset=phantoms", "dataset.phantoms.kinds=[polyp]", "dataset.phantoms.count=6",
    "metric=[overlap,surface]",
]  # fmt: skip
ALL = Choice(everything=True)


def run(runs: Path, name: str, *more: str, place: Place | None = None) -> RunFolder:
    request = [*PHANTOMS, "model=[box_fill,ellipse_fill]", "prompt=[box,point_random_1]"]
    samb.run([*request, f"name={name}", *more], place or Place(runs, device="cpu", workers=1))
    return RunFolder.existing(runs / name)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return run(tmp_path_factory.mktemp("runs"), "base")


def judged(baseline: RunFolder | Path, other: RunFolder | Path, choice: Choice = ALL) -> Verdict:
    return compared(baseline, other, choice, Rules())


def test_a_run_against_itself_loses_nothing_in_any_cell(base: RunFolder) -> None:
    verdict = judged(base, base)
    assert verdict.passed
    assert len(verdict.cells) == 96  # 4 metrics x 6 selections x 2 models x 2 modes
    assert {cell.loss for cell in verdict.cells} == {0.0}
    assert verdict.differences == ()


@pytest.mark.slow
def test_shards_and_batches_make_no_difference(base: RunFolder, tmp_path: Path) -> None:
    for part in ("1/2", "2/2"):
        place = Place(tmp_path, device="cpu", workers=1, shard=Shard.parse(part), batch=3)
        run(tmp_path, "sharded", place=place)
    verdict = judged(base, RunFolder.existing(tmp_path / "sharded"))
    assert verdict.passed
    assert {cell.loss for cell in verdict.cells} == {0.0}


def test_box_fill_is_worse_than_ellipse_fill_on_boxes_and_equal_on_points(base: RunFolder) -> None:
    verdict = judged(base, base, Choice(models={"ellipse_fill": "box_fill"}))
    (cell,) = verdict.failed_cells
    assert (cell.about.prompt, [it.kind for it in cell.problems]) == ("box", ["loss"])
    assert cell.interval is not None
    assert cell.interval.low > 0
    assert "model/ellipse_fill: class" in {it.what for it in verdict.differences}
    assert judged(base, base, Choice(models={"box_fill": "ellipse_fill"})).passed


def test_what_a_smaller_run_lacks_is_missing(base: RunFolder, tmp_path: Path) -> None:
    verdict = judged(base, run(tmp_path, "small", "limit=4"), Choice())
    assert {it.kind for cell in verdict.failed_cells for it in cell.problems} == {"missing"}
    assert len(verdict.failed_cells) == 4
    assert {it.what for it in verdict.differences} == {"data of phantoms"}


@pytest.mark.parametrize("name", ["scores.csv", "scores.csv.gz", "scores.parquet"])
def test_an_exported_table_is_as_good_a_baseline_as_the_run(
    base: RunFolder, tmp_path: Path, name: str
) -> None:
    table, facts = exported(base, ALL, tmp_path / name)
    assert facts.name == "scores.json"
    verdict = judged(table, base)
    assert verdict.passed
    assert {cell.loss for cell in verdict.cells} == {0.0}  # not one digit is lost
    assert verdict.differences == ()
    assert verdict.notes == ()
    assert side_of_table(table).facts == side_of_run(base).facts


def test_an_exported_table_holds_what_a_comparison_looks_at(
    base: RunFolder, tmp_path: Path
) -> None:
    table, _ = exported(base, Choice(), tmp_path / "small.csv")
    scores = side_of_table(table).scores
    assert len(scores) == 24  # 6 groups x 2 models x 2 modes
    assert set(scores["metric"]) == {"dsc"}
    assert judged(table, base, Choice()).passed


def test_words_in_a_table_stay_words(base: RunFolder, tmp_path: Path) -> None:
    side = side_of_run(base)
    scores = side.scores.head(3).assign(
        group=["007", "NA", "1e5"], value=[0.1, float("nan"), 1 / 3]
    )
    path, _ = write_table(type(side)("x", scores, side.facts), tmp_path / "x.csv")
    back = side_of_table(path).scores
    assert list(back["group"]) == ["007", "NA", "1e5"]
    pd.testing.assert_frame_equal(back, scores, check_dtype=False)


def test_a_table_without_facts_is_compared_by_its_scores_alone(
    base: RunFolder, tmp_path: Path
) -> None:
    shutil.copy(base.scores_path, tmp_path / "bare.parquet")
    verdict = judged(tmp_path / "bare.parquet", base)
    assert verdict.passed
    assert verdict.differences == ()
    assert "bare.parquet does not tell which cases failed" in verdict.notes[0]


def test_what_is_no_table_of_scores_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(RequestError, match="should be a table of scores with the columns dataset"):
        side_of_table(tmp_path / "other.csv")
    (tmp_path / "broken.parquet").write_text("no")
    with pytest.raises(RequestError, match="should be a table of scores"):
        side_of_table(tmp_path / "broken.parquet")
    with pytest.raises(RequestError, match="there is no table of scores"):
        side_of_table(tmp_path / "none.csv")


def test_facts_of_another_format_are_refused(base: RunFolder, tmp_path: Path) -> None:
    table, facts = exported(base, Choice(), tmp_path / "later.csv")
    facts.write_text(json.dumps({**json.loads(facts.read_text()), "format": 99}))
    with pytest.raises(RequestError, match=r"later.json has format 99, expected 1"):
        side_of_table(table)


def test_the_speed_of_a_run_is_known_unless_a_session_was_killed(
    base: RunFolder, tmp_path: Path
) -> None:
    seconds = side_of_run(base).facts.seconds_per_unit
    assert seconds is not None
    assert 0 < seconds < 10
    killed = RunFolder(Path(shutil.copytree(base.path, tmp_path / "killed")))
    killed.write_text("sessions/dead.json", json.dumps({"started": "2000", "finished": None}))
    assert side_of_run(killed).facts.seconds_per_unit is None


def test_every_unit_has_a_direction(base: RunFolder) -> None:
    assert set(WAY) == set(get_args(Unit))
    found = ways([side_of_run(base)])
    assert found == {"dsc": "higher", "iou": "higher", "hd95": "lower", "assd": "lower"}
