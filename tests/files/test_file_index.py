from pathlib import Path

import pytest

from samb.files.file_index import FileIndex
from samb.files.patterns import compile_glob

NAMES = tuple(
    sorted(f"p{n % 7}/{kind}" for n in range(100) for kind in (f"x{n:03}.png", f"x{n:03}_mask.png"))
)


@pytest.mark.parametrize(
    ("pattern", "found", "looked_at"),
    [
        ("*/{stem}_mask.png", ["p3/x017_mask.png"], 1),
        ("**/*{stem}_mask.png", ["p3/x017_mask.png"], 1),
        ("**/{stem}*", ["p3/x017.png", "p3/x017_mask.png"], 2),
        ("*/../p3/{stem}.png", ["p3/x017.png"], 1),
        ("*{stem}*/*", [], 200),
    ],
)
def test_a_question_looks_at_few_names(pattern: str, found: list[str], looked_at: int) -> None:
    index = FileIndex(Path(), NAMES, {name: Path(name) for name in NAMES})
    glob = compile_glob(pattern, {"stem": "x017"})
    assert [match.name for match in index.match(glob)] == found
    assert len(index._candidates(glob)) == looked_at


def test_a_folder_in_the_middle_is_looked_up() -> None:
    names = ("a/1/images/x.png", "a/1/masks/y.png", "b/2/masks/1.png", "b/2/masks/z.png")
    index = FileIndex(Path(), names, {name: Path(name) for name in names})
    glob = compile_glob("*/{id}/masks/*", {"id": "2"})
    assert [match.name for match in index.match(glob)] == ["b/2/masks/1.png", "b/2/masks/z.png"]
    assert len(index._candidates(glob)) == 2
