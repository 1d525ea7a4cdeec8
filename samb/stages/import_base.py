"""The SAM that an imported adaptation was made from. Knows no torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from samb.adapt.card import Named
from samb.building import Part
from samb.config import load_model
from samb.errors import RequestError
from samb.models.architectures import Architecture
from samb.models.base import Model
from samb.models.preprocessing import Preprocessing
from samb.models.sam import Sam
from samb.models.store import sha256_of


@dataclass(frozen=True)
class ImportBase:
    """What a config takes over from it."""

    architecture: Architecture
    preprocessing: Preprocessing
    pin: Mapping[str, str]
    """Its file, as a config names it; empty where the import holds every tensor itself."""
    card: Mapping[str, str]
    """What a card says of that file."""

    @classmethod
    def of(cls, name: str, *, whole: bool) -> "ImportBase":
        """Of a model of SAM; `whole`: with its weights too.

        Raises RequestError for a model of another kind, and for weights that are not there.
        """
        part = load_model(name)
        model: Any = part.built
        if not hasattr(model, "architecture"):
            msg = (
                f"--base {name} is a {type(model).__name__}, and adaptations are made from SAM; "
                f"give a model of SAM, such as sam_vit_b"
            )
            raise RequestError(msg)
        pin, card = _pinned(part) if whole else ({}, {})
        return cls(model.architecture, model.preprocessing, pin, card)


def _pinned(part: Part[Model]) -> tuple[dict[str, str], dict[str, str]]:
    model = part.built
    if not isinstance(model, Sam):
        msg = (
            f"these files hold additions to the weights of their base, and --base {part.name} is a "
            f"{type(model).__name__}, which has no checkpoint of SAM; give the SAM they were made "
            f"from, such as sam_vit_b"
        )
        raise RequestError(msg)
    model.check()
    digest = sha256_of(model.path)
    base = Named(part.name, part.card)
    pin = {"checkpoint": model.checkpoint, "base": part.name, "base_sha256": digest}
    return pin, {"base": base.titled, "base_licence": base.licence()}
