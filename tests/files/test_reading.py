from pathlib import Path

import pytest

from samb.errors import CaseError
from samb.files.reading import reading

FILE = Path("folder/scan.nii")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(13, "denied"), "scan.nii cannot be read: this user has no permission"),
        (FileNotFoundError(2, "gone"), "scan.nii is gone"),
        (RuntimeError("a\n  long\nstory"), "scan.nii cannot be read as a volume: a long story"),
        (
            RuntimeError("Exception in x.cxx:9: ITK ERROR: NrrdImageIO(0x55f): cut short"),
            "as a volume: cut short",
        ),
        (EOFError(), "scan.nii cannot be read as a volume: EOFError"),
    ],
)
def test_every_error_becomes_a_sentence_with_the_file(error: Exception, sentence: str) -> None:
    with pytest.raises(CaseError, match=sentence), reading(FILE, "a volume"):
        raise error


def test_a_sentence_stays_as_it_is() -> None:
    sentence = CaseError("as it is")
    with pytest.raises(CaseError, match=r"^as it is$"), reading(FILE, "a volume"):
        raise sentence
