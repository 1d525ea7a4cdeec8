from typing import Any

import pandas as pd

from samb.reports.interaction import interaction_section
from samb.reports.section import Section

MODE = {"prompt": "clicks_ritm_5"}
SECONDS = pd.DataFrame(
    [("kvasir_seg", "c1", "polyp", "sam_vit_b", "clicks_ritm_5", 5, seconds)
     for seconds in (0.02, 0.04)],
    columns=["dataset", "case", "structure", "model", "prompt", "attempts", "seconds"],
)  # fmt: skip


def section(make: Any, *rows: dict[str, object], headline: str = "single") -> Section:
    values = make.scores(*({**MODE, **row} for row in rows))
    material = make.material(
        make.scores(MODE),
        headline={"clicks_ritm_5": headline},
        shown={"clicks_ritm_5": "single"},
        interactions=values,
        seconds=SECONDS,
    )
    found = interaction_section(material)
    assert found is not None
    return found


def test_clicks_are_averaged_and_capped_targets_counted(make: Any) -> None:
    found = section(
        make,
        {"metric": "noc_80", "value": 2, "object_id": "a"},
        {"metric": "noc_80", "value": 5, "object_id": "b"},
        {"metric": "capped_80", "value": 0, "object_id": "a"},
        {"metric": "capped_80", "value": 1, "object_id": "b"},
    )
    line = dict(zip(found.header, found.lines[0], strict=True))
    assert (line["NoC@80"], line["targets"], line["seconds per target"]) == ("3.50", "2", "30 ms")
    assert found.data["capped_80"].tolist() == [1]


def test_the_mask_shown_is_named_and_others_lie_on_its_path(make: Any) -> None:
    rows: list[dict[str, object]] = [{"metric": "noc_80", "value": 2, "selection": name}
            for name in ("largest", "single", "oracle_iou")]  # fmt: skip
    found = section(make, *rows, headline="largest")
    assert [line[2] for line in found.lines] == [
        "clicks_ritm_5, single shown",
        "clicks_ritm_5, largest on the path of single",
    ]
    assert len(found.data) == 3
    assert found.data["note"].tolist()[1] == "on the path of a user who was shown single"


def test_without_clicks_there_is_no_table(make: Any) -> None:
    assert interaction_section(make.material(make.scores({}))) is None
