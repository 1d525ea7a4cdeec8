"""FSL's brain extraction tool, called where it is installed. Knows no torch.

Smith S. M. Fast robust automated brain extraction. Human Brain Mapping 17, 2002.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import nibabel as nib
import numpy as np
from pydantic import Field

from samb.dialogue import Prediction, Prompt
from samb.errors import CaseError, RefusedError, RequestError
from samb.models.base import Embedding, Model, Runtime, Segmenter
from samb.models.predicted_masks import voxels_on
from samb.models.store import compute_sha256
from samb.types import BoolArray, FloatArray, View

_NIBABEL: Any = nib  # has no types for these
GET = (
    "it comes with FSL (fsl.fmrib.ox.ac.uk, installed by its fslinstaller.py; free for "
    "non-commercial use): install it, then let FSLDIR name its folder or put bet on the PATH"
)


@dataclass(frozen=True)
class Bet(Model):
    """Brain masks of head volumes (T1, T2 ...), by `bet IN OUT -m -f F [-R]`, at FSL's defaults."""

    view: ClassVar[Literal["frame", "volume"]] = "volume"
    understands: ClassVar[frozenset[str]] = frozenset()
    asks_raw: ClassVar[bool] = True
    prompt_free: ClassVar[bool] = True

    fractional_intensity: Annotated[float, Field(ge=0, le=1)] = 0.5
    """bet's -f: a smaller value gives a larger brain."""
    robust: bool = False
    """bet's -R: finds the centre of the brain again and again, for volumes with much neck."""
    structure: str = "brain"
    """What the data set calls the brain."""

    def check(self) -> None:
        program()

    def identity(self) -> Mapping[str, str]:
        found = program()
        return {"fsl": version(found), "bet": compute_sha256(found)}

    def load(self, runtime: Runtime) -> Segmenter:
        return BetSegmenter(self, program())


def program() -> Path:
    """`bet` in FSLDIR or on the PATH. Raises RequestError, with where to get it."""
    folder = os.environ.get("FSLDIR")
    if folder and os.access(inside := Path(folder).expanduser() / "bin" / "bet", os.X_OK):
        return inside
    found = shutil.which("bet")
    if found is None:
        where = f"in {Path(folder) / 'bin'}, which FSLDIR names, or " if folder else ""
        msg = f"the program bet is not there: not {where}on the PATH; {GET}"
        raise RequestError(msg)
    return Path(found)


def version(found: Path) -> str:
    """FSL's version, as the folder of the program says it."""
    told = found.resolve().parents[1] / "etc" / "fslversion"
    return told.read_text().strip() if told.is_file() else "not stated"


@dataclass(frozen=True)
class BetSegmenter(Segmenter):
    """Runs the program on each volume that it sees."""

    model: Bet
    program: Path

    def embed(self, views: Sequence[View]) -> list[Embedding]:
        return [Embedding(view.shape, self._brain(view)) for view in views]

    def segment(self, requests: Sequence[tuple[Embedding, Prompt]]) -> list[Prediction]:
        """Raises RefusedError for a prompt that asks for anything."""
        return [self._answer(embedding, prompt) for embedding, prompt in requests]

    def _answer(self, embedding: Embedding, prompt: Prompt) -> Prediction:
        if prompt.kinds:
            msg = f"bet takes no prompt, and was given {', '.join(sorted(prompt.kinds))}"
            raise RefusedError(msg)
        masks: BoolArray = embedding.payload[None]
        return Prediction(masks, np.full(1, np.nan), class_names=(self.model.structure,))

    def _brain(self, view: View) -> BoolArray:
        """(F, H, W). Raises RefusedError where the view is no volume in space, or bet fails."""
        if view.shape[0] == 1:
            raise RefusedError("bet takes volumes of a head, and this is one picture or slice")
        if view.affine is None:
            msg = "bet needs to know how the volume lies in space, and its data set does not say it"
            raise RefusedError(msg)
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder) / "head.nii.gz", Path(folder) / "brain.nii.gz"
            _NIBABEL.save(_upright(_values(view), view.affine), source)
            said = self._run(source, target)
            mask = target.with_name("brain_mask.nii.gz")
            if not mask.is_file():
                msg = f"bet ended without an error and wrote no mask; it said: {said or 'nothing'}"
                raise RefusedError(msg)
            try:
                return voxels_on(view, mask, "match") > 0
            except CaseError as error:
                raise RefusedError(f"bet's mask does not fit: {error}") from error

    def _run(self, source: Path, target: Path) -> str:
        """What the program said. Raises RefusedError where it failed."""
        options = ["-m", "-f", str(self.model.fractional_intensity)]
        paths = [str(it) for it in (self.program, source, target)]
        command = [*paths, *options, *["-R"] * self.model.robust]
        try:
            done = subprocess.run(  # noqa: S603 # the program that the user installed, on our own files
                command,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                env={**os.environ, "FSLOUTPUTTYPE": "NIFTI_GZ"},
            )
        except OSError as error:
            msg = f"bet could not be started: {error.strerror}: {self.program}"
            raise RefusedError(msg) from error
        said = " ".join(f"{done.stderr} {done.stdout}".split())[:400]
        if done.returncode:
            msg = f"bet ended with status {done.returncode} and said: {said or 'nothing'}"
            raise RefusedError(msg)
        return said


def _values(view: View) -> FloatArray:
    """(F, H, W) as stored; of a data set that does not keep them, the grey of the rendering."""
    if view.raw is not None:
        return np.asarray(view.raw[..., 0], dtype=np.float32)
    return np.asarray(view.images.mean(axis=3), dtype=np.float32)


def _upright(values: FloatArray, affine: FloatArray) -> Any:
    """The volume with axes to the right, front and head, as bet expects of a standard image."""
    image: Any = _NIBABEL.as_closest_canonical(_NIBABEL.Nifti1Image(values, affine))
    image.header.set_xyzt_units("mm")
    return image
