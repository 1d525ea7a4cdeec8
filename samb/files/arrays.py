"""Pictures and label maps kept as arrays: NumPy's .npy and .npz, MATLAB's .mat (not 7.3)."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.io import loadmat

ARRAYS = (".npy", ".npz", ".mat")


def array_picture(path: Path, name: str | None) -> Image.Image:
    """The (H, W) array of a file, or an (H, W, 3) one of bytes, as a picture.

    `name` chooses among the arrays of .npz and .mat; None: there is one of two or more dimensions.
    Raises ValueError.
    """
    values = _chosen(_arrays(path), name)
    if values.ndim == 3 and values.shape[2] == 3 and values.dtype == np.uint8:
        return Image.fromarray(values)
    if values.ndim != 2 or values.dtype.kind not in "biuf":
        msg = (
            f"it should hold an (H, W) array of numbers or an (H, W, 3) one of bytes, got "
            f"{values.shape} {values.dtype}"
        )
        raise ValueError(msg)
    if values.dtype.kind == "f" and not _are_large_labels(values):
        return Image.fromarray(values.astype(np.float32))
    if values.dtype.kind == "b" or values.dtype == np.uint8:
        return Image.fromarray(values)
    whole = values.astype(np.int32)
    if not np.array_equal(whole, values):
        msg = f"its whole numbers should fit into 32 bits, got {values.min()} to {values.max()}"
        raise ValueError(msg)
    return Image.fromarray(whole)


def _are_large_labels(values: NDArray[Any]) -> bool:
    """Whole numbers above 2^24, which single precision would round to one another."""
    finite = np.isfinite(values).all() and np.abs(values).max(initial=0) > 2**24
    return bool(finite and (values == np.rint(values)).all())


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    suffix = path.suffix.lower()
    if suffix == ".npy":
        return {"": np.load(path, allow_pickle=False)}
    if suffix == ".npz":
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    found = {name: it for name, it in loadmat(path).items() if not name.startswith("__")}
    return {name: it for name, it in found.items() if isinstance(it, np.ndarray)}


def _chosen(arrays: dict[str, NDArray[Any]], name: str | None) -> NDArray[Any]:
    if name is None or "" in arrays:
        pictures = {key: it for key, it in arrays.items() if min(it.shape, default=0) > 1}
        if len(pictures) == 1:
            return next(iter(pictures.values()))
        if "" in arrays:
            return arrays[""]
    elif name in arrays:
        return arrays[name]
    shapes = ", ".join(f"{key} {it.shape}" for key, it in arrays.items()) or "none"
    msg = f"it holds the arrays {shapes}: choose one with `array`"
    raise ValueError(msg)
