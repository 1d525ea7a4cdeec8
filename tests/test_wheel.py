"""The wheel holds all that `samb run` needs, configs too."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RUN = ["run", "dataset=phantoms", "model=box_fill", "prompt=box", "limit=1", "name=wheel"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    return next(folder.glob("samb-*.whl"))


def environment(folder: Path) -> Path:
    """An empty virtual environment; returns its folder of programs."""
    venv.create(folder, with_pip=True)
    return folder / ("Scripts" if os.name == "nt" else "bin")


def ran_elsewhere(programs: Path, folder: Path) -> str:
    """What `samb run` prints in an empty folder."""
    folder.mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SAMB")}
    clean.pop("PYTHONPATH", None)
    done = subprocess.run(
        [programs / "samb", *RUN],
        cwd=folder,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "results" / "runs" / "wheel" / "report" / "report.html").is_file()
    return done.stdout


def test_every_config_is_in_the_wheel(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    ours = {f"samb/{path.relative_to(ROOT)}" for path in (ROOT / "configs").rglob("*.yaml")}
    assert ours
    assert ours <= inside


def test_the_built_in_weights_are_in_the_wheel(wheel: Path) -> None:
    assert "samb/models/weights/builtin.safetensors" in zipfile.ZipFile(wheel).namelist()


def test_an_installed_wheel_runs_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    programs = environment(tmp_path / "env")
    install = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--no-deps", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    # Dependencies are borrowed; a line in a .pth adds a folder without running its .pth files, so
    # the editable install of samb that lies there is not seen.
    borrowed = next((tmp_path / "env").rglob("site-packages")) / "borrowed.pth"
    borrowed.write_text(sysconfig.get_path("purelib"))
    assert "DSC" in ran_elsewhere(programs, tmp_path / "anywhere")
    where = [str(programs / "python"), "-c", "import samb; print(samb.__file__)"]
    imported = subprocess.run(where, check=True, capture_output=True, text=True, cwd=tmp_path)
    assert str(tmp_path / "env") in imported.stdout


@pytest.mark.slow
def test_a_wheel_installs_with_its_dependencies_into_an_empty_environment(
    wheel: Path, tmp_path: Path
) -> None:
    programs = environment(tmp_path / "env")
    python = [str(programs / "python"), "-m", "pip"]
    constraints = ["--constraint", str(ROOT / "constraints.txt")]
    subprocess.run([*python, "install", "--quiet", *constraints, str(wheel)], check=True)
    assert "DSC" in ran_elsewhere(programs, tmp_path / "anywhere")
