"""`samb prompts` as a person meets it."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from samb.cli.main import main

PHANTOM = ["dataset=phantoms", "dataset.phantoms.kinds=[polyp]", "dataset.phantoms.count=3"]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SAMB_DATA", "SAMB_CONFIGS", "SAMB_RUNS"):
        monkeypatch.delenv(name, raising=False)


def called(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["samb", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.slow
def test_prompts_are_written_shown_imported_and_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write = ("prompts", "write", *PHANTOM, "prompt=[box,clicks_ritm_5]", "--output", "p.jsonl")
    assert called(monkeypatch, *write) == 0
    said = capsys.readouterr().out
    assert "wrote p.jsonl: 3 prompts of 1 modes for 3 cases" in said
    assert "not written: clicks_ritm_5: each prompt depends on the answer before it" in flat(said)
    Path("c.csv").write_text("case,x,y\npolyp/000,120,100\n")
    person = ("--mode", "reader_a", "--who", "reader A", "--output", "r.jsonl")
    assert called(monkeypatch, "prompts", "import", "c.csv", *PHANTOM, *person) == 0
    run = ("run", *PHANTOM, "model=box_fill", "prompts_from=r.jsonl", "name=r")
    assert called(monkeypatch, *run) == 0
    said = flat(capsys.readouterr().out)
    assert "reader_a: prompts by reader A" in said
    assert "2 cases with a remark" in said
    assert called(monkeypatch, "prompts", "write", "r", "--output", "again.jsonl") == 0
    assert "reader_a" in Path("again.jsonl").read_text()
    show = ("prompts", "show", *PHANTOM, "prompts_from=p.jsonl", "--output", "p.png")
    assert called(monkeypatch, *show, "--rows", "1") == 0
    with Image.open("p.png") as picture:
        assert picture.width > 100


WRONG: list[tuple[Sequence[str], str]] = [
    (["write", *PHANTOM, "prompt=clicks_ritm_5", "--output", "x"], "nothing can be written"),
    (["write", *PHANTOM, "--output", "x"], "choose at least one prompt"),
    (["write", "nowhere", "--output", "x"], "there is no run 'nowhere'"),
    (["import", "c.csv", *PHANTOM, "--mode", "box", "--output", "x"], "simulated user's name"),
    (
        ["import", "c.csv", *PHANTOM, "--mode", "a", "--output", "x"],
        "c.csv cannot be read: No such",
    ),
    (["import", *PHANTOM, "--mode", "a", "--output", "x"], "name a file of marks"),
    (["show", *PHANTOM, "prompt=box", "--output", "x.gif"], "should end in .png"),
    (["show", *PHANTOM, "prompts_from=no.jsonl", "--output", "x.png"], "no.jsonl cannot be read"),
]


@pytest.mark.parametrize(("command", "told"), WRONG, ids=[told for _, told in WRONG])
def test_a_wrong_request_is_one_sentence_and_status_2(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: Sequence[str],
    told: str,
) -> None:
    assert called(monkeypatch, "prompts", *command) == 2
    assert told in flat(capsys.readouterr().err)


@pytest.mark.slow
def test_writing_and_importing_import_no_torch() -> None:
    program = (
        "import sys; sys.argv = ['samb', *sys.argv[1:]]\n"
        "from samb.cli.main import main\n"
        "try:\n    main()\nfinally:\n    print('torch:', 'torch' in sys.modules)\n"
    )
    Path("c.csv").write_text("case,x,y\npolyp/000,120,100\n")
    for command in (
        ["write", *PHANTOM, "prompt=box", "model=sam_random", "--output", "p.jsonl"],
        ["import", "c.csv", *PHANTOM, "--mode", "a", "--output", "r.jsonl"],
        ["show", *PHANTOM, "prompt=box", "--output", "p.png"],
    ):
        done = subprocess.run(
            [sys.executable, "-c", program, "prompts", *command],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert "torch: False" in done.stdout
