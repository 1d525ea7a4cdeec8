"""Downloads a checkpoint: resumed where it broke off, verified before it counts. No torch."""

import errno
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import TypeAlias

from samb.errors import RequestError
from samb.models.store import compute_sha256, sha256_of

Progress: TypeAlias = Callable[[int, int], None]
"""Called with bytes there and bytes in all."""

CHUNK_BYTES = 1 << 20
TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class CheckpointSource:
    """A file in the network and how to know that it came whole."""

    url: str
    bytes: int
    sha256: str


def fetch(source: CheckpointSource, destination: Path, progress: Progress) -> Path:
    """Download to `destination`, unless it is there and verified; the path comes back.

    A download that broke off is kept beside it as `.part` and goes on from there, where the server
    can (HTTP Range). Raises RequestError: no network, no such address, another content, no space.
    """
    if destination.exists() and sha256_of(destination) == source.sha256:
        progress(source.bytes, source.bytes)
        return destination
    partial = destination.with_name(destination.name + ".part")
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        _complete(source, partial, progress)
        _verify(source, partial)
        return partial.replace(destination)
    except OSError as error:
        raise RequestError(_sentence(error, source, destination)) from error
    except HTTPException as error:
        msg = f"{source.url}: the connection broke off ({error!r}); the same command goes on"
        raise RequestError(msg) from error


def _complete(source: CheckpointSource, partial: Path, progress: Progress) -> None:
    start = partial.stat().st_size if partial.exists() else 0
    if start == source.bytes:
        return
    if start > source.bytes:
        partial.unlink()
        start = 0
    with _open(source.url, start) as response:
        if response.status != HTTPStatus.PARTIAL_CONTENT:
            start = 0
        with partial.open("ab" if start else "wb") as file:
            progress(start, source.bytes)
            while chunk := response.read(CHUNK_BYTES):
                file.write(chunk)
                progress(file.tell(), source.bytes)


def _open(url: str, start: int) -> HTTPResponse:
    headers = {"User-Agent": "samb"} | ({"Range": f"bytes={start}-"} if start else {})
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the scheme is the config's
    response: HTTPResponse = urllib.request.urlopen(  # noqa: S310 - as above
        request, timeout=TIMEOUT_SECONDS
    )
    return response


def _verify(source: CheckpointSource, partial: Path) -> None:
    size = partial.stat().st_size
    if size < source.bytes:
        msg = (
            f"{source.url}: the connection broke off after {size} of {source.bytes} bytes; "
            f"the same command goes on from there"
        )
        raise RequestError(msg)
    digest = compute_sha256(partial)
    if digest != source.sha256:
        partial.unlink()
        msg = (
            f"{source.url}: wanted a file with SHA-256 {source.sha256}, got {digest} "
            f"({size} bytes); it was removed"
        )
        raise RequestError(msg)


def _sentence(error: OSError, source: CheckpointSource, destination: Path) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"{source.url}: the server answered {error.code} {error.reason}"
    if isinstance(error, urllib.error.URLError):
        return (
            f"{source.url} cannot be reached ({error.reason}); on a machine without network, "
            f"copy the file to {destination}"
        )
    if error.errno == errno.ENOSPC:
        return (
            f"{destination}: {source.bytes} bytes do not fit on this disk; "
            f"make room, or set SAMB_CACHE to a folder elsewhere"
        )
    return f"{source.url} could not be fetched to {destination}: {error}"
