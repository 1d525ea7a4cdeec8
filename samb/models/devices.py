"""Which device to compute on."""

import torch

from samb.errors import RequestError


def available_devices() -> tuple[str, ...]:
    """What is there, best first."""
    cuda = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    mps = ["mps"] if torch.backends.mps.is_available() else []
    return (*(["cuda"] if cuda else []), *mps, "cpu", *cuda)


def pick_device(wanted: str | None) -> str:
    """`cuda`, else `mps`, else `cpu`; or what is wanted: RequestError where that is absent."""
    there = available_devices()
    if wanted is None:
        return there[0]
    if wanted not in there:
        msg = f"device {wanted!r} is not on this machine; there is {', '.join(there)}"
        raise RequestError(msg)
    return wanted


def default_decode_batch(device: str) -> int:
    """Prompts per decoder call: 1 on a CPU (larger ones thrash its caches), 64 elsewhere."""
    return 1 if device == "cpu" else 64
