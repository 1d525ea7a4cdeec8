from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest
from omegaconf import OmegaConf
from pydantic import TypeAdapter

from samb.models.base import Model
from samb.models.preprocessing import Preprocessing
from samb.models.sam import Sam

FOLDER = Path(__file__).parents[2] / "configs" / "model"
FILES = sorted(FOLDER.glob("*.yaml"))


def choice(path: Path) -> dict[str, Any]:
    """What stands under the file's single key."""
    content = OmegaConf.to_container(OmegaConf.load(path))
    assert isinstance(content, dict)
    assert list(content) == [path.stem]
    found: dict[str, Any] = content[path.stem]
    return found


def built(path: Path) -> Model:
    """What a template leaves to the command line is given a pattern."""
    given = choice(path).items()
    values = {key: "{stem}.png" if value == "???" else value for key, value in given}
    del values["card"]
    model = TypeAdapter(resolve_name(values.pop("_target_"))).validate_python(values)
    assert isinstance(model, Model)
    return model


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_choice_builds_and_its_card_names_data_licence_and_source(path: Path) -> None:
    assert choice(path)["card"].keys() >= {"title", "training_data", "licence", "source"}
    assert getattr(built(path), "name", None) in (None, path.stem)


@pytest.mark.parametrize("size", ["b", "l", "h"])
def test_the_official_files_are_named_with_address_length_and_digest(size: str) -> None:
    model = built(FOLDER / f"sam_vit_{size}.yaml")
    assert isinstance(model, Sam)
    assert model.source is not None
    assert model.source.url.endswith(f"/segment_anything/{model.checkpoint}")
    assert len(model.source.sha256) == 64
    assert model.architecture == f"vit_{size}"
    assert model.preprocessing == Preprocessing()


def test_medsam_sees_stretched_images_in_unit_range() -> None:
    model = built(FOLDER / "medsam_vit_b.yaml")
    assert isinstance(model, Sam)
    assert model.preprocessing == Preprocessing(
        resize="stretch", intensity="min_max", answer="probabilities"
    )
