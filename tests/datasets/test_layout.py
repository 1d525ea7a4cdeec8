import pytest

from samb.datasets.layout import guess_layout

IDS = ("001", "002", "010")


@pytest.mark.parametrize(
    ("image", "mask", "images", "masks", "exclude"),
    [
        ("images/{}.png", "masks/{}.png", "images/*.png", "masks/{stem}.png", None),
        ("img/{}.jpg", "img_masks/{}.png", "img/*.jpg", "img_masks/{stem}.png", None),
        ("{}.png", "{}_mask.png", "*.png", "{stem}_mask.png", "*_mask.png"),
        ("{}.jpg", "{}-seg.png", "*.jpg", "{stem}-seg.png", None),
        (
            "imagesTr/{}.nii.gz",
            "labelsTr/{}.nii.gz",
            "imagesTr/*.nii.gz",
            "labelsTr/{stem}.nii.gz",
            None,
        ),
        (
            "imagesTr/{}_0000.nii.gz",
            "labelsTr/{}.nii.gz",
            "imagesTr/{id}_0000.nii.gz",
            "labelsTr/{id}.nii.gz",
            None,
        ),
        ("{}_image.nrrd", "{}_label.nrrd", "{id}_image.nrrd", "{id}_label.nrrd", "*_label.nrrd"),
        ("p{}/a_{}.png", "p{}/a_{}_gt.png", "*/*.png", "{{parent}}/{{stem}}_gt.png", "*_gt.png"),
        ("train/{}/img.png", "train/{}/img_mask.png", "*/*/*.png", None, "*_mask.png"),
        (
            "{}/images/{}.png",
            "{}/masks/{}.png",
            "{{id}}/images/{{id}}.png",
            "{{id}}/masks/{{id}}.png",
            None,
        ),
    ],
)
def test_common_layouts(
    image: str, mask: str, images: str, masks: str | None, exclude: str | None
) -> None:
    names = [pattern.replace("{}", i) for i in IDS for pattern in (image, mask)]
    layout = guess_layout(names)
    assert layout is not None
    assert layout.images == images.replace("{{", "{").replace("}}", "}")
    if masks:
        assert layout.masks == masks.replace("{{", "{").replace("}}", "}")
    assert layout.exclude == exclude
    assert layout.pairs == len(IDS)


def test_numbered_masks_become_a_star() -> None:
    layout = guess_layout(["a.png", "a_mask.png", "b.png", "b_mask.png", "b_mask_1.png"])
    assert layout is not None
    assert (layout.masks, layout.exclude) == ("{stem}_mask*.png", "*_mask*.png")


def test_pictures_without_masks_are_no_layout() -> None:
    assert guess_layout(["a.png", "b.png"]) is None
