from pathlib import Path

import numpy as np

from samb.records import CaseRecord
from samb.results.folder import RunFolder
from samb.results.part import Part
from samb.stages.describing import described
from samb.types import Content, MaskStack, Target

MASKS = np.zeros((3, 8, 9), dtype=bool)
MASKS[0, 2:4, 3:6] = MASKS[2, 2:5, 3:6] = True
STACK = MaskStack.from_array(MASKS)
CONTENT = Content(
    np.zeros((3, 8, 9, 3), dtype=np.uint8),
    (Target("liver", "liver", {"expert": STACK}, "expert"),),
    dimensions=3,
    spacing_mm=(5.0, 0.5, 2.0),
)


def test_every_frame_of_a_target_and_the_volume_are_described() -> None:
    found = described(CONTENT)
    assert [it.frame for it in found] == [0, 2, -1]
    assert found[0].values["area"] == 6 * 0.5 * 2.0
    assert found[-1].values == {"volume": 15 * 5.0, "share": 15 / 216, "components": 2}


def test_attributes_come_back_from_a_run_folder_as_columns(tmp_path: Path) -> None:
    record = CaseRecord("set", "c", "p", 3, (3, 8, 9), None, "", CONTENT.targets)
    part, run = Part(), RunFolder(tmp_path)
    part.add_case(record, [], described(CONTENT))
    run.append(part)
    run.append(part)
    table = run.attributes()
    assert table["frame"].tolist() == [-1, 0, 2]
    assert table["volume"].notna().tolist() == [True, False, False]
    assert table["area"].tolist()[1:] == [6.0, 9.0]


def test_a_run_without_attributes_has_an_empty_table(tmp_path: Path) -> None:
    assert RunFolder(tmp_path).attributes().empty
