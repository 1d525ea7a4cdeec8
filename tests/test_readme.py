"""README's commands are run as they are written, so that they cannot rot."""

import re
import shlex
import sys
from pathlib import Path

import pytest

from samb.cli.main import main

README = (Path(__file__).parents[1] / "README.md").read_text()
OFFLINE = re.compile(r"sam_vit|polyps|fetch|kvasir")
"""What needs a download or somebody's own data."""


def tour() -> list[list[str]]:
    """The samb commands of the five-minute tour."""
    section = README.split("## Five minutes")[1].split("###")[0]
    typed = [line for line in section.splitlines() if line.startswith("samb ")]
    return [shlex.split(line, comments=True) for line in typed if not OFFLINE.search(line)]


def test_the_tour_works_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    said = []
    for command in tour():
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code, command
        said.append(capsys.readouterr().out)
    assert len(said) == 7
    assert ["Nothing to do" in text for text in said[3:6]] == [False, True, False]
    assert (tmp_path / "results" / "runs" / "tour" / "report" / "report.html").is_file()


def test_the_python_snippet_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (snippet,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(snippet, "README.md", "exec"), {})  # noqa: S102 # our own README
    assert list((tmp_path / "results" / "runs").iterdir())


def test_every_make_target_that_readme_names_exists() -> None:
    makefile = (Path(__file__).parents[1] / "Makefile").read_text()
    for target in set(re.findall(r"make ([a-z-]+)", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_ci_runs_what_readme_tells_users() -> None:
    steps = (Path(__file__).parents[1] / ".ci" / "run").read_text()
    for target in re.findall(r"^make ([a-z-]+)", steps, re.MULTILINE):
        assert f"make {target}" in README
