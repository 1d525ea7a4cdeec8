"""Turns whatever goes wrong while a file is read into one sentence that names the file."""

import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nibabel.imageglobals import logger as nibabel_log

from samb.errors import CaseError

_WARNINGS = threading.Lock()
_NOISE = re.compile(r"^.*ITK ERROR: \w+\(0x[0-9a-f]+\): | <_io\.BufferedReader name='.*'>")


@contextmanager
def reading(path: Path, wanted: str) -> Iterator[None]:
    """Raises CaseError for any error of the block; `wanted` says what the file should be."""
    try:
        yield
    except CaseError:
        raise
    except FileNotFoundError as error:
        msg = f"{path} is gone: it was there when the data set was listed"
        raise CaseError(msg) from error
    except PermissionError as error:
        msg = f"{path} cannot be read: this user has no permission; change its mode or owner"
        raise CaseError(msg) from error
    # Pillow, nibabel and SimpleITK raise a dozen unrelated types for damaged files.
    except Exception as error:
        msg = f"{path} cannot be read as {wanted}: {_reason(error)}"
        raise CaseError(msg) from error


@contextmanager
def silence() -> Iterator[None]:
    """Keeps what file libraries warn of to itself. Threads take turns: filters are global."""
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nibabel_log.disabled = True
        try:
            yield
        finally:
            nibabel_log.disabled = False


def _reason(error: Exception) -> str:
    """What the library said, without addresses in memory: equal faults, equal sentences."""
    text = _NOISE.sub("", " ".join(str(error).split()))[:400]
    return text or type(error).__name__
