"""The checkpoint that an adaptation adds to: it must be the very file that was adapted."""

from pathlib import Path

from samb.errors import RequestError
from samb.models.store import sha256_of


def check_base(path: Path, name: str | None, sha256: str | None) -> None:
    """Raise RequestError unless the file is there and has this SHA-256 (None: any).

    `name` is the model whose checkpoint it is; None: not known.
    """
    if not path.is_file():
        msg = f"no checkpoint at {path}, and this model was adapted from it; {_remedy(name)}"
        raise RequestError(msg)
    digest = sha256_of(path)
    if sha256 not in {None, digest}:
        msg = (
            f"{path}: this model was adapted from {name or 'a file'} with SHA-256 {sha256}, and "
            f"the file there has {digest}; get the former and set checkpoint to its path, or train "
            f"again with samb adapt"
        )
        raise RequestError(msg)


def _remedy(name: str | None) -> str:
    if name is None:
        return (
            "put it there, or get it with `samb models fetch NAME`, NAME of the model it was "
            "adapted from (`samb list models`)"
        )
    return f"`samb models fetch {name}` gets it, or says where it is from"
