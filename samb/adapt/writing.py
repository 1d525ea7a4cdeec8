"""What a training leaves behind to be used: weights, and the config of a model."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from safetensors.torch import save_file
from torch import Tensor

WEIGHTS = "weights.safetensors"


def write_tensors(path: Path, tensors: Mapping[str, Tensor], *, half: bool) -> None:
    """As safetensors, in 16 bits if `half`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {name: (own.half() if half else own).contiguous() for name, own in tensors.items()}
    save_file(kept, path)


def write_config(path: Path, name: str, content: Mapping[str, Any]) -> None:
    """NAME.yaml, as `samb run model=NAME` reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump({name: dict(content)}, sort_keys=False, allow_unicode=True, width=100)
    path.write_text(text, encoding="utf-8")
