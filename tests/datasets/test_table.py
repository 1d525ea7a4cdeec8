from pathlib import Path

import pytest

from samb.datasets.image_folder import ImageFolder
from samb.datasets.table import Table
from samb.errors import CaseError, RequestError


def table(root: Path, text: str, **columns: str) -> Table:
    (root / "t.csv").write_text(text, encoding="utf-8-sig")
    return Table("t.csv", "file", **columns)


def test_rows_are_found_by_path_file_name_or_stem(tmp_path: Path) -> None:
    found = table(tmp_path, "file, mm\na/x.png,1\ny.png,2\nz,3\n").rows(
        tmp_path, ["a/x.png", "b/y.png", "c/z.png"]
    )
    assert [row["mm"] for row in found.values()] == ["1", "2", "3"]


def test_the_spacing_is_the_side_of_a_square_pixel(tmp_path: Path) -> None:
    text = "file,pixel size (mm)\nx.png,0.25\ny.png,unknown\n"
    wanted = table(tmp_path, text, spacing_mm="pixel size (mm)")
    rows = wanted.rows(tmp_path, ["x.png", "y.png"])
    assert wanted.spacing_of(rows["x.png"]) == (0.25, 0.25)
    with pytest.raises(CaseError, match=r"of y.png should be a size in mm, got 'unknown'"):
        wanted.spacing_of(rows["y.png"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file,patient\ny.png,1\n", "no row for 1 of 1 images, for example 'x.png'"),
        ("file,mm\nx.png,1\n", "no column 'patient'; it has file, mm"),
        ("file,patient\nx.png,1\nx.png,2\n", "two rows for 'x.png' that differ"),
        ("", "no column 'file'; it has none"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        table(tmp_path, text, group="patient").rows(tmp_path, ["x.png"])


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"the table .*nowhere.csv cannot be read"):
        Table("nowhere.csv", "file").rows(tmp_path, ["x.png"])


def test_groups_and_splits_of_a_table_are_those_of_the_cases(tmp_path: Path) -> None:
    for name in ("x", "y"):
        (tmp_path / f"{name}.png").touch()
    columns = table(tmp_path, "file,p,s\nx,7,train\ny,7,test\n", group="p", split="s")
    dataset = ImageFolder(
        root=str(tmp_path),
        images="*.png",
        masks="{stem}_mask.png",
        table=columns,
    )
    assert [(case.group_id, case.split) for case in dataset.cases()] == [
        ("7", "train"),
        ("7", "test"),
    ]
    with pytest.raises(ValueError, match="not off both"):
        ImageFolder(root=".", images="*.png", masks="{stem}_mask.png", table=columns, group="(.)")


def in_two_parts(root: Path, part: str | None) -> ImageFolder:
    for name in ("train", "test"):
        (root / name).mkdir(exist_ok=True)
        (root / name / "x.png").touch()
    return ImageFolder(
        root=str(root),
        images="*/*.png",
        masks="{parent}/{stem}_mask.png",
        split="(train|test)/",
        part=part,
    )


def test_one_part_of_a_data_set_can_be_asked_for_alone(tmp_path: Path) -> None:
    alone = list(in_two_parts(tmp_path, "test").cases())
    assert [it.split for it in alone] == ["test"]
    assert [it.split for it in in_two_parts(tmp_path, None).cases()] == ["test", "train"]


def test_a_part_that_is_not_there_is_refused_and_those_there_are_listed(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="is in part 'val'; there are: test, train"):
        in_two_parts(tmp_path, "val").cases()
    with pytest.raises(ValueError, match="`split` or a column of the table must say"):
        ImageFolder(root=".", images="*.png", masks="{stem}_mask.png", part="test")
