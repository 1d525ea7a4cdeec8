"""Every study ends in its table where nothing but samb is on the machine, and says what that is."""

import re
from pathlib import Path

import pytest

import samb
from samb.choices import ConfigFolders
from samb.pipeline import Place

STUDIES = sorted(ConfigFolders.find().choices("study"))
PHANTOM = ["dataset=phantoms", "dataset.phantoms.kinds=[polyp]", "dataset.phantoms.count=1"]


@pytest.mark.slow
@pytest.mark.parametrize("study", STUDIES)
def test_a_study_runs_on_a_phantom_and_calls_it_plumbing(study: str, tmp_path: Path) -> None:
    place = Place(runs=tmp_path, device="cpu", workers=1)
    result = samb.run([f"study={study}", "model=builtin", *PHANTOM], place)
    ours = result.study[result.study["role"] == "phantoms"]
    assert len(ours) > 0
    assert ours["ours"].between(0, 1).any()
    assert ours["difference"].isna().all()
    page = (result.folder / "report" / "table.md").read_text()
    assert "generated: plumbing only" in page
    assert not re.search(r"\b[1-9]\d* of \d+ cells? of the paper's", page)
