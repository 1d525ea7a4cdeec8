import pytest

from samb.models.architectures import Architecture
from samb.models.official import assemble, outline
from samb.models.random_weights import random_weights

from segment_anything import sam_model_registry  # isort: skip - samb makes it importable


@pytest.mark.parametrize(
    ("architecture", "count"),
    [("vit_b", 93_735_472), ("vit_l", 312_342_832), ("vit_h", 641_090_608)],
)
def test_an_outline_has_the_published_number_of_parameters_and_no_values(
    architecture: Architecture, count: int
) -> None:
    parameters = list(outline(architecture, 1024).parameters())
    assert sum(own.numel() for own in parameters) == count
    assert all(own.is_meta for own in parameters)


def test_names_and_shapes_are_those_of_the_official_registry() -> None:
    official = sam_model_registry["vit_b"]().state_dict()
    ours = outline("vit_b", 1024).state_dict()
    assert [(name, own.shape) for name, own in ours.items()] == [
        (name, own.shape) for name, own in official.items()
    ]


def test_an_assembled_model_holds_a_copy_of_its_weights() -> None:
    weights = random_weights("tiny", 64, seed=0)
    sam = assemble("tiny", 64, weights)
    before = sam.state_dict()["mask_decoder.iou_token.weight"].clone()
    weights["mask_decoder.iou_token.weight"].zero_()
    assert sam.state_dict()["mask_decoder.iou_token.weight"].equal(before)
    assert not sam.training
    assert not any(own.requires_grad for own in sam.parameters())
    assert sam.pixel_mean.flatten().tolist() == pytest.approx([123.675, 116.28, 103.53])
