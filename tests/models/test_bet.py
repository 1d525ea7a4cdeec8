"""BET through a stand-in for FSL's program, which says what it was given and writes a mask."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from samb.dialogue import Prompt
from samb.errors import RefusedError, RequestError
from samb.models.base import Runtime
from samb.models.bet import Bet
from samb.types import View

AXIAL = np.array([[0, 0, -1, 10], [0, -2, 0, 20], [3, 0, 0, 30], [0, 0, 0, 1]], dtype=float)
"""3 mm frames towards the head, 2 mm rows to the back, 1 mm columns to the left."""
SHAPE = (4, 3, 5)
VALUES = np.arange(60, dtype=np.float32).reshape(SHAPE)

STANDS_IN = """\
#!{python}
import sys
import nibabel as nib
import numpy as np
source, target, *options = sys.argv[1:]
image = nib.load(source)
with open({log!r}, "w") as log:
    sides = [float(side) for side in image.header.get_zooms()]
    print(nib.aff2axcodes(image.affine), image.shape, sides, options, file=log)
{body}
"""
MASK = """\
mask = nib.Nifti1Image((image.get_fdata() >= 50).astype(np.uint8), image.affine)
mask.to_filename(target.replace(".nii.gz", "_mask.nii.gz"))
"""


@pytest.fixture
def fsl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder laid out like FSL's, which FSLDIR names."""
    monkeypatch.setenv("FSLDIR", str(tmp_path / "fsl"))
    install(tmp_path / "fsl", MASK)
    return tmp_path / "fsl"


def install(folder: Path, body: str) -> None:
    program = folder / "bin" / "bet"
    program.parent.mkdir(parents=True, exist_ok=True)
    script = STANDS_IN.format(python=sys.executable, log=str(folder / "log"), body=body)
    program.write_text(script)
    program.chmod(0o755)
    (folder / "etc").mkdir(exist_ok=True)
    (folder / "etc" / "fslversion").write_text("6.0.7\n")


def head(raw: NDArray[np.float32] | None = VALUES, affine: Any = AXIAL) -> View:
    pixels = np.repeat(VALUES[..., None], 3, axis=3).astype(np.uint8)
    values = None if raw is None else raw[..., None]
    return View("head", (0, 1, 2, 3), pixels, values, affine=affine)


def brain(model: Bet, view: View) -> NDArray[np.bool_]:
    model.check()
    segmenter = model.load(Runtime())
    (answer,) = segmenter.segment([(segmenter.embed([view])[0], Prompt())])
    assert answer.class_names == (model.structure,)
    masks: NDArray[np.bool_] = answer.masks[0]
    return masks


@pytest.mark.usefixtures("fsl")
def test_the_mask_lies_on_the_voxels_that_the_program_chose() -> None:
    assert (brain(Bet(), head()) == (VALUES >= 50)).all()


def test_the_program_gets_an_upright_volume_with_its_sides_and_its_options(fsl: Path) -> None:
    brain(Bet(fractional_intensity=0.35, robust=True), head())
    told = (fsl / "log").read_text()
    upright = "('R', 'A', 'S') (5, 3, 4) [1.0, 2.0, 3.0]"
    assert told == f"{upright} ['-m', '-f', '0.35', '-R']\n"
    brain(Bet(), head())
    assert "['-m', '-f', '0.5']" in (fsl / "log").read_text()


@pytest.mark.usefixtures("fsl")
def test_without_stored_values_the_program_sees_the_rendering() -> None:
    assert (brain(Bet(), head(raw=None)) == (VALUES >= 50)).all()


@pytest.mark.usefixtures("fsl")
def test_the_structure_is_called_as_the_data_set_calls_it() -> None:
    assert brain(Bet(structure="intracranial"), head()).any()


@pytest.mark.usefixtures("fsl")
def test_a_picture_or_slice_and_a_volume_of_no_place_are_refused() -> None:
    segmenter = Bet().load(Runtime())
    slice_of_it = View("slice", (0,), head().images[:1], affine=AXIAL)
    with pytest.raises(RefusedError, match="takes volumes of a head, and this is one picture or"):
        segmenter.embed([slice_of_it])
    with pytest.raises(RefusedError, match="needs to know how the volume lies in space"):
        segmenter.embed([head(affine=None)])


def test_what_the_program_says_when_it_fails_is_shown(fsl: Path) -> None:
    install(fsl, 'print("ERROR: could not open\\n the image", file=sys.stderr); sys.exit(3)')
    with pytest.raises(RefusedError, match="status 3 and said: ERROR: could not open the image"):
        brain(Bet(), head())


def test_a_program_that_ends_well_without_a_mask_is_no_success(fsl: Path) -> None:
    install(fsl, 'print("Warning: nothing to do")')
    with pytest.raises(RefusedError, match="wrote no mask; it said: Warning: nothing to do"):
        brain(Bet(), head())


def test_a_mask_on_another_grid_is_refused(fsl: Path) -> None:
    install(fsl, MASK.replace("image.affine", "image.affine @ np.diag([2, 2, 2, 1])"))
    with pytest.raises(RefusedError, match=r"bet's mask does not fit: .*brain_mask"):
        brain(Bet(), head())


def test_a_program_that_cannot_be_started_is_told(fsl: Path) -> None:
    (fsl / "bin" / "bet").write_text("no program at all")
    with pytest.raises(RefusedError, match="bet could not be started: Exec format error"):
        brain(Bet(), head())


def test_where_it_is_not_installed_the_sentence_says_where_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("FSLDIR", str(tmp_path / "fsl"))
    with pytest.raises(RequestError, match=r"not in .*fsl/bin, which FSLDIR names, .*fslinstaller"):
        Bet().check()
    monkeypatch.delenv("FSLDIR")
    with pytest.raises(RequestError, match=r"not on the PATH; it comes with FSL \(fsl\.fmrib"):
        Bet().check()


def test_it_is_found_on_the_path_too(fsl: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FSLDIR")
    monkeypatch.setenv("PATH", str(fsl / "bin"))
    Bet().check()


def test_the_identity_is_the_version_and_the_program(fsl: Path) -> None:
    before = Bet().identity()
    assert before["fsl"] == "6.0.7"
    install(fsl, MASK + "# changed")
    assert Bet().identity()["bet"] != before["bet"]


@pytest.mark.usefixtures("fsl")
def test_it_takes_no_prompt() -> None:
    segmenter = Bet().load(Runtime())
    (embedding,) = segmenter.embed([head()])
    with pytest.raises(RefusedError, match="bet takes no prompt, and was given box"):
        segmenter.segment([(embedding, Prompt(box_xyxy=np.zeros(4)))])
