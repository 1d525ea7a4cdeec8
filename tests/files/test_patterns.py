import unicodedata
from pathlib import Path

import pytest

from samb.errors import RequestError
from samb.files.file_index import index_files
from samb.files.patterns import compile_glob, parent_of, stem_of


def names(root: Path, pattern: str, **known: str) -> list[str]:
    return [match.name for match in index_files(root).match(compile_glob(pattern, known))]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in (
        "a.png",
        "benign/benign (1).png",
        "benign/benign (1)_mask.png",
        "benign/benign (1)_mask_1.png",
        "benign/benign (10)_mask.png",
        "deep/er/[x]{y}*.png",
        "deep/er/z.PNG",
        ".hidden.png",
        ".git/b.png",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def test_a_star_stays_within_one_folder(root: Path) -> None:
    assert names(root, "*.png") == ["a.png"]


def test_two_stars_are_any_number_of_folders_and_hidden_files_never_match(root: Path) -> None:
    found = names(root, "**/*.png")
    assert found[0] == "a.png"
    assert "deep/er/[x]{y}*.png" in found
    assert not any(".hidden" in name or ".git" in name for name in found)


def test_brackets_in_a_pattern_stand_for_themselves(root: Path) -> None:
    assert names(root, "deep/er/[x]*") == ["deep/er/[x]{y}*.png"]


def test_a_question_mark_is_one_character(root: Path) -> None:
    assert names(root, "?.png") == ["a.png"]
    assert names(root, "??.png") == []


def test_filled_placeholders_match_literally(root: Path) -> None:
    assert names(root, "{parent}/{stem}_mask*.png", parent="benign", stem="benign (1)") == [
        "benign/benign (1)_mask.png",
        "benign/benign (1)_mask_1.png",
    ]
    assert names(root, "{parent}/{stem}.png", parent="deep/er", stem="[x]{y}*") == [
        "deep/er/[x]{y}*.png"
    ]
    assert names(root, "{parent}/{stem}.png", parent="deep/er", stem="*") == []


def test_an_image_in_the_root_has_no_parent(root: Path) -> None:
    assert names(root, "{parent}/{stem}.png", parent="", stem="a") == ["a.png"]


def test_two_dots_lead_to_the_folder_above(root: Path) -> None:
    assert names(root, "{parent}/../../a.png", parent="deep/er") == ["a.png"]
    with pytest.raises(RequestError, match="leads out of the root"):
        names(root, "{parent}/../../a.png", parent="benign")


def test_an_unfilled_placeholder_captures_and_must_repeat(tmp_path: Path) -> None:
    for name in ("001/001_scan.nii", "002/009_scan.nii"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    matches = index_files(tmp_path).match(compile_glob("{id}/{id}_scan.nii", {}))
    assert [(match.name, match.captured) for match in matches] == [
        ("001/001_scan.nii", {"id": "001"})
    ]


def test_composed_and_decomposed_letters_are_the_same(tmp_path: Path) -> None:
    (tmp_path / unicodedata.normalize("NFD", "Läsion.png")).touch()
    (match,) = index_files(tmp_path).match(compile_glob("{stem}.png", {"stem": "Läsion"}))
    assert match.path.exists()


def test_a_link_to_a_folder_above_ends(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    (tmp_path / "loop").symlink_to(tmp_path)
    assert index_files(tmp_path).names == ("a.png",)


def test_a_missing_root_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"nowhere is none\. Correct `root`"):
        index_files(tmp_path / "nowhere")


def test_stem_and_parent() -> None:
    assert [stem_of(name) for name in ("a/b.nii.gz", "b.c.png", "b.tar.gz")] == [
        "b",
        "b.c",
        "b.tar",
    ]
    assert [parent_of(name) for name in ("a/b/c.png", "c.png")] == ["a/b", ""]


def test_capitals_in_a_suffix_do_not_matter_and_elsewhere_do(root: Path) -> None:
    assert names(root, "deep/er/*.png") == ["deep/er/[x]{y}*.png", "deep/er/z.PNG"]
    assert names(root, "deep/er/z.png") == ["deep/er/z.PNG"]
    assert names(root, "**/{stem}.png", stem="z") == ["deep/er/z.PNG"]
    assert names(root, "a.PNG") == ["a.png"]
    assert names(root, "A.png") == []
    assert names(root, "*/Z.png") == []
