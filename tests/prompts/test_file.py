"""A prompt file says what it holds, and is refused when it is something else."""

from dataclasses import replace
from pathlib import Path

import pytest

from samb.errors import RequestError
from samb.prompts.file import Entry, FileMode, PromptFile, read_prompts, write_prompts

BOX = FileMode("target", ("box",), ("jitter", 0.0), {"title": "Tight box", "version": 1})
ENTRY = Entry("busi", "a", "lesion", (3,), "box", 1, 0, 1, {"frame": 0, "box_xyxy": [1.0, 2, 8, 9]})
FILE = PromptFile("0.1.0", 7, "a test", {"box": BOX}, (ENTRY,), {"clicks": "depends on answers"})


def written(tmp_path: Path, file: PromptFile = FILE) -> Path:
    path = tmp_path / "folder" / "prompts.jsonl"
    write_prompts(path, file)
    return path


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert read_prompts(path) == FILE
    assert len(path.read_text().splitlines()) == 2


@pytest.mark.parametrize("letter", ["\u2028", "\x85", "\x1c", "\r", "\n"])
def test_a_name_may_hold_any_kind_of_line_break(tmp_path: Path, letter: str) -> None:
    file = replace(FILE, entries=(replace(ENTRY, case=f"a{letter}b"),))
    assert read_prompts(written(tmp_path, file)) == file


def test_prompts_and_cards_are_both_covered_by_the_digest() -> None:
    moved = replace(ENTRY, prompt={"frame": 0, "box_xyxy": [1.0, 2, 8, 10]})
    renamed = replace(BOX, card={"title": "Tight bx", "version": 1})
    digests = {
        FILE.sha256,
        replace(FILE, entries=(moved,)).sha256,
        replace(FILE, modes={"box": renamed}).sha256,
    }
    assert len(digests) == 3


def test_a_file_that_was_changed_is_refused_with_both_digests(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text().replace("[1.0, 2, 8, 9]", "[1.0, 2, 8, 7]"))
    with pytest.raises(RequestError, match=f"changed after samb wrote it.*{FILE.sha256}"):
        read_prompts(path)


@pytest.mark.parametrize(("text", "told"), [
    ("", "is no prompt file"),
    ('{"a": 1}\n', "is no prompt file.*samb prompts import"),
    ("case,x,y\n", "line 1: no JSON"),
    ('{"samb_prompts": 1, "sha256": ""}\n', "line 1: not as samb writes it: KeyError 'modes'"),
])  # fmt: skip
def test_other_files_are_refused_with_what_is_wrong(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(text)
    with pytest.raises(RequestError, match=told):
        read_prompts(path)


def test_the_line_that_makes_no_prompt_is_named(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text().replace('"box_xyxy": [1.0, 2, 8, 9]', '"box_xyxy": [1.0]'))
    with pytest.raises(RequestError, match=r"line 2: .* shape \(4,\)"):
        read_prompts(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"nowhere\.jsonl cannot be read: No such file"):
        read_prompts(tmp_path / "nowhere.jsonl")
