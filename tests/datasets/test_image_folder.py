from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from samb.datasets.image_folder import ImageFolder
from samb.errors import CaseError, RequestError
from samb.types import Content

Pixels = Sequence[Sequence[int]]
BLANK: Pixels = [[0, 0], [0, 0]]
CORNER: Pixels = [[0, 255], [0, 0]]


def write(root: Path, files: Mapping[str, Pixels]) -> Path:
    for name, pixels in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.array(pixels, dtype=np.uint8)).save(root / name)
    return root


def folder(root: Path, **fields: Any) -> ImageFolder:
    given = {"root": str(root), "images": "images/*.png", "masks": "masks/{stem}.png", **fields}
    return ImageFolder(**given)


def only(dataset: ImageFolder) -> Content:
    (case,) = dataset.cases()
    return case.read()


def structures(content: Content) -> dict[str, list[list[int]]]:
    return {
        target.object_id: target.prompting_reference.frame(0).astype(int).tolist()
        for target in content.targets
    }


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    return write(tmp_path, {"images/a.png": BLANK, "masks/a.png": CORNER})


def test_a_pair_is_a_case_of_its_own_group(pair: Path) -> None:
    (case,) = folder(pair, structure="polyp", spacing_mm=(0.5, 0.25)).cases()
    assert (case.case_id, case.group_id) == ("images/a", "images/a")
    content = case.read()
    assert content.images.shape == (1, 2, 2, 3)
    assert content.raw is not None
    assert content.raw.shape == (1, 2, 2, 1)
    assert content.spacing_mm == (0.5, 0.25)
    assert structures(content) == {"polyp": [[0, 1], [0, 0]]}


def test_the_root_is_relative_to_the_working_directory_or_home(
    pair: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pair.parent)
    monkeypatch.setenv("HOME", str(pair.parent))
    for root in (pair.name, f"~/{pair.name}"):
        assert len(list(folder(Path(root)).cases())) == 1


def test_cases_are_sorted_and_the_same_every_time(tmp_path: Path) -> None:
    names = ["b", "a", "ü", "a b", "[x](1)"]
    files = {f"{kind}/{name}.png": BLANK for kind in ("images", "masks") for name in names}
    dataset = folder(write(tmp_path, files))
    ids = [case.case_id for case in dataset.cases()]
    assert ids == sorted(f"images/{name}" for name in names)
    assert ids == [case.case_id for case in dataset.cases()]
    assert all(case.read().targets == () for case in dataset.cases())


def test_several_masks_beside_an_image(tmp_path: Path) -> None:
    files = {
        "b/x (1).png": BLANK,
        "b/x (1)_mask.png": CORNER,
        "b/x (1)_mask_1.png": [[0, 0], [255, 0]],
        "b/x (1)_mask_2.png": BLANK,
    }
    fields = {"images": "*/*.png", "exclude": "*_mask*.png", "masks": "{parent}/{stem}_mask*.png"}
    root = write(tmp_path, files)
    assert structures(only(folder(root, **fields, objects="file"))) == {
        "object/1": [[0, 1], [0, 0]],
        "object/2": [[0, 0], [1, 0]],
    }
    assert structures(only(folder(root, **fields))) == {"object": [[0, 1], [1, 0]]}
    assert list(structures(only(folder(root, **fields, objects="component")))) == ["object/1"]


def test_masks_that_are_images_too_are_refused(tmp_path: Path) -> None:
    root = write(tmp_path, {"a.png": BLANK, "a_mask.png": BLANK})
    with pytest.raises(RequestError, match="also a mask: name the masks in `exclude`"):
        folder(root, images="*.png", masks="{stem}_mask.png").cases()


def test_labels_name_structures(tmp_path: Path) -> None:
    root = write(tmp_path, {"images/a.png": BLANK, "masks/a.png": [[0, 1], [2, 9]]})
    dataset = folder(root, labels={"nucleus": 2, "cell": 1}, ignore_labels=(9,))
    assert structures(only(dataset)) == {"nucleus": [[0, 0], [1, 0]], "cell": [[0, 1], [0, 0]]}
    with pytest.raises(CaseError, match=r"masks/a\.png.*the label 9, but only nucleus 2, cell 1"):
        only(folder(root, labels={"nucleus": 2, "cell": 1}))


def test_colours_name_structures(tmp_path: Path) -> None:
    write(tmp_path, {"images/a.png": BLANK})
    mask = np.array([[[0, 0, 0], [250, 9, 3]], [[0, 0, 0], [0, 200, 0]]], dtype=np.uint8)
    (tmp_path / "masks").mkdir()
    Image.fromarray(mask).save(tmp_path / "masks/a.png")
    dataset = folder(tmp_path, colours={"tumour": (255, 0, 0), "oedema": (0, 255, 0)})
    assert structures(only(dataset)) == {"tumour": [[0, 1], [0, 0]], "oedema": [[0, 0], [0, 1]]}


def test_the_structure_is_read_off_the_file_name(tmp_path: Path) -> None:
    files = {"images/a.png": BLANK, "masks/a_liver.png": CORNER, "masks/a_left lung.png": CORNER}
    dataset = folder(write(tmp_path, files), masks="masks/{stem}_{structure}.png")
    assert set(structures(only(dataset))) == {"liver", "left lung"}


def test_several_annotators_judge_and_one_prompts(tmp_path: Path) -> None:
    files = {"a.png": BLANK, "a_1.png": CORNER, "a_2.png": [[255, 255], [0, 0]]}
    fields: dict[str, Any] = {
        "images": "{id}.png",
        "exclude": "*_?.png",
        "masks": None,
        "annotators": {"first": "{id}_1.png", "second": "{id}_2.png"},
    }
    dataset = folder(write(tmp_path, files), **fields, prompted_by="second")
    (target,) = only(dataset).targets
    assert target.prompting_reference.array().sum() == 2
    assert target.references["first"].array().sum() == 1


def test_patients_are_read_off_the_path(tmp_path: Path) -> None:
    files = {
        f"{kind}/p{i}_{j}.png": BLANK for kind in ("images", "masks") for i in "12" for j in "ab"
    }
    dataset = folder(write(tmp_path, files), group=r"/(p\d)_")
    assert [case.group_id for case in dataset.cases()] == ["p1", "p1", "p2", "p2"]


def test_an_image_without_mask_is_one_bad_case(pair: Path) -> None:
    write(pair, {"images/b.png": BLANK})
    good, bad = folder(pair).cases()
    assert good.read().targets
    with pytest.raises(CaseError, match=r"images/b\.png has no mask.*'masks/\{stem\}\.png'"):
        bad.read()
    assert list(folder(pair, missing_mask="empty").cases())[1].read().targets == ()


def test_masks_of_no_image_stop_the_run_unless_ignored(pair: Path) -> None:
    write(pair, {"masks/lonely.png": BLANK})
    with pytest.raises(RequestError, match=r"1 files .* belong to no image.*lonely\.png"):
        folder(pair).cases()
    assert len(list(folder(pair, unmatched_masks="ignore").cases())) == 1


def test_a_mask_of_two_images_is_refused(tmp_path: Path) -> None:
    files = {"images/1.png": BLANK, "images/10.png": BLANK, "masks/10.png": BLANK}
    with pytest.raises(RequestError, match=r"10\.png belongs to both 'images/1\.png' and"):
        folder(write(tmp_path, files), masks="masks/{stem}*.png").cases()


def test_two_images_of_one_case_id_are_refused(tmp_path: Path) -> None:
    files = {"images/a.png": BLANK, "images/a.bmp": BLANK, "masks/a.png": BLANK}
    with pytest.raises(RequestError, match="the case id images/a belongs to both"):
        folder(write(tmp_path, files), images="images/*", masks="masks/{name}").cases()


def test_no_match_says_what_is_there(pair: Path) -> None:
    with pytest.raises(
        RequestError, match=r"images='\*\.jpg'.*holds 2 files, for example 'images/"
    ):
        folder(pair, images="*.jpg").cases()
    with pytest.raises(RequestError, match="without exclude="):
        folder(pair, exclude="a.*").cases()
    with pytest.raises(RequestError, match="Correct `root`"):
        folder(pair / "nowhere").cases()


def test_a_mask_of_another_size_is_an_error_unless_resized(tmp_path: Path) -> None:
    big = np.kron(np.array(CORNER), np.ones((3, 3), dtype=int)).tolist()
    root = write(tmp_path, {"images/a.png": BLANK, "masks/a.png": big})
    with pytest.raises(CaseError, match=r"masks/a\.png.*6 x 6 pixels but its image 2 x 2"):
        only(folder(root))
    assert structures(only(folder(root, resize_mask="nearest"))) == {"object": [[0, 1], [0, 0]]}


def test_a_corrupt_mask_is_named(pair: Path) -> None:
    (pair / "masks/a.png").write_bytes(b"nonsense")
    with pytest.raises(CaseError, match=r"masks/a\.png cannot be read as a picture"):
        only(folder(pair))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"masks": None}, "give either masks or annotators"),
        ({"annotators": {"a": "{stem}"}}, "give either masks or annotators"),
        ({"masks": None, "annotators": {"a": "{stem}"}}, "prompted_by must name one of"),
        ({"masks": "masks/*.png"}, "say to which image they belong"),
        ({"masks": "{stme}.png"}, r"knows .*but '\{stme\}\.png' uses \{stme\}"),
        ({"masks": "{id}.png"}, "does not capture"),
        ({"images": "/data/*.png"}, "images must be relative to root"),
        ({"group": "patient"}, "parentheses"),
        ({"numbers_per_group": 2}, "needs `group`"),
        ({"labels": {"a": 1, "b": 1}}, "share one value"),
        ({"labels": {"a": 1}, "structure": "b"}, "named by one of"),
        ({"colours": {"a": (1, 2, 3)}, "structure": "b"}, "named by one of"),
        ({"colours": {"a": (1, 2, 3), "b": (1, 2, 3)}}, "share one colour"),
        ({"ignore_labels": (1,)}, "ignore_labels belongs to labels"),
        ({"ignore_colours": ((1, 2, 3),)}, "ignore_colours belongs to colours"),
        ({"percentiles": (9.0, 1.0)}, "percentiles must rise"),
        (
            {
                "masks": None,
                "annotators": {"a": "{stem}"},
                "prompted_by": "a",
                "objects": "component",
            },
            "only structures in common",
        ),
    ],
)
def test_a_wrong_field_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        folder(Path("data"), **fields)


def test_the_objects_of_a_label_map_touch_and_are_named_by_their_values(tmp_path: Path) -> None:
    root = write(tmp_path, {"images/a.png": BLANK})
    (root / "masks").mkdir()
    labels = np.array([[300, 17], [0, 65535]], dtype=np.uint16)
    Image.fromarray(labels).save(root / "masks/a.png")
    given = folder(root, objects="label", structure="nucleus", ignore_labels=(65535,))
    assert structures(only(given)) == {
        "nucleus/17": [[0, 1], [0, 0]],
        "nucleus/300": [[1, 0], [0, 0]],
    }


def test_two_label_maps_of_one_structure_clash(tmp_path: Path) -> None:
    files = {"images/a.png": BLANK, "masks/a_1.png": CORNER, "masks/a_2.png": CORNER}
    given = folder(write(tmp_path, files), masks="masks/{stem}_*.png", objects="label")
    with pytest.raises(CaseError, match="two mask files of the image draw the object object/255"):
        only(given)


def test_label_maps_of_several_structures_share_numbers(tmp_path: Path) -> None:
    files = {"images/a.png": BLANK, "masks/a_gland.png": CORNER, "masks/a_nucleus.png": CORNER}
    given = folder(write(tmp_path, files), masks="masks/{stem}_{structure}.png", objects="label")
    assert list(structures(only(given))) == ["gland/255", "nucleus/255"]


def test_a_negative_object_is_refused(tmp_path: Path) -> None:
    root = write(tmp_path, {"images/a.png": BLANK})
    np.save(root / "a.npy", np.array([[0, -1], [1, 2]]))
    with pytest.raises(CaseError, match="numbered from 1, but it holds -1"):
        only(folder(root, masks="{stem}.npy", objects="label"))


def test_with_label_maps_other_readings_mean_nothing() -> None:
    for field in ({"labels": {"a": 1}}, {"threshold": 3.0}, {"fill": "outlines"}):
        with pytest.raises(ValueError, match="every value is an object"):
            folder(Path(), objects="label", **field)


def test_outlines_are_filled_if_wanted(tmp_path: Path) -> None:
    ring = [[0, 255, 0], [255, 0, 255], [0, 255, 0]]
    root = write(tmp_path, {"images/a.png": [[0] * 3] * 3, "masks/a.png": ring})
    assert structures(only(folder(root)))["object"][1] == [1, 0, 1]
    assert structures(only(folder(root, fill="outlines")))["object"][1] == [1, 1, 1]


def test_images_that_nobody_labelled_can_be_left_out(tmp_path: Path) -> None:
    files = {"images/a.png": BLANK, "masks/a.png": CORNER, "images/b.png": BLANK}
    dataset = folder(write(tmp_path, files), missing_mask="leave_out")
    assert [case.case_id for case in dataset.cases()] == ["images/a"]
    with pytest.raises(RequestError, match=r"none of the 2 images .* has a mask"):
        list(folder(tmp_path, masks="{stem}.bmp", missing_mask="leave_out").cases())


def test_a_picture_can_be_scaled_to_its_maximum(tmp_path: Path) -> None:
    dark: Pixels = [[0, 1], [2, 4]]
    write(tmp_path, {"images/a.png": dark, "masks/a.png": CORNER})
    assert only(folder(tmp_path)).images[0, ..., 0].tolist() == dark
    content = only(folder(tmp_path, scaling="maximum"))
    assert content.images[0, ..., 0].tolist() == [[0, 63], [127, 255]]
    assert content.raw is not None
    assert content.raw[0, ..., 0].tolist() == dark
