"""Predictions read from files: every form that a folder may have, and what is refused."""

import os
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813, the name everyone uses
from numpy.typing import NDArray
from PIL import Image

from samb.dialogue import Grid, Prediction, Prompt
from samb.errors import RefusedError, RequestError
from samb.models.base import Runtime
from samb.models.precomputed import FileModel, Precomputed, PrecomputedInstances
from samb.types import Case, View

NIFTI: Any = nib.Nifti1Image  # has no types

AXIAL = np.array([[0, 0, -1, 0], [0, -1, 0, 0], [3, 0, 0, 0], [0, 0, 0, 1]], dtype=float)
"""Frames of 3 mm towards the head, rows to the back, columns to the left."""
LABELS = np.zeros((2, 3, 4), dtype=np.uint8)
LABELS[0, 0, :2], LABELS[1, 2, 3] = 1, 2
"""Liver in two pixels of the first frame, spleen in one of the second."""
PLANE = np.array([[0, 0, 1, 1], [0, 2, 2, 0], [0, 0, 0, 0]], dtype=np.uint8)


def view(frames: int = 1, affine: NDArray[np.float64] | None = None, name: str = "a.jpg") -> View:
    stem = name.partition(".")[0]
    words = {"stem": stem, "name": name, "parent": "images", "group": "p1", "id": "7"}
    pixels = np.zeros((frames, 3, 4, 3), dtype=np.uint8)
    return View(f"images/{stem}", tuple(range(frames)), pixels, affine=affine, words=words)


def picture(path: Path, values: NDArray[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(values).save(path)


def volume(path: Path, turned: str = "RAS", values: NDArray[Any] = LABELS) -> None:
    """The label map of an axial volume in a file whose axes run to the sides that are named."""
    image = NIFTI(values, AXIAL)
    stored = nib.orientations.io_orientation(AXIAL)  # type: ignore[no-untyped-call] # nibabel
    wanted = nib.orientations.axcodes2ornt(turned)  # type: ignore[no-untyped-call] # nibabel
    steps = nib.orientations.ornt_transform(stored, wanted)  # type: ignore[no-untyped-call] # same
    path.parent.mkdir(parents=True, exist_ok=True)
    image.as_reoriented(steps).to_filename(path)


def said(model: FileModel, seen: View) -> Prediction:
    model.check()
    segmenter = model.load(Runtime())
    grid = Grid() if "everything" in model.understands else None
    (answer,) = segmenter.segment([(segmenter.embed([seen])[0], Prompt(grid=grid))])
    return answer


def masks(model: FileModel, seen: View) -> dict[str, NDArray[np.bool_]]:
    answer = said(model, seen)
    return dict(zip(answer.class_names or (), answer.masks, strict=True))


@pytest.mark.parametrize(
    ("file", "pattern"),
    [
        ("a.png", "{stem}.png"),
        ("a.jpg.png", "{name}.png"),
        ("images/a_pred.png", "{parent}/{stem}_pred.png"),
        ("p1/out.png", "{group}/out.png"),
        ("x/y/7.PNG", "**/{id}.png"),
    ],
)
def test_a_mask_is_found_by_the_names_of_its_image(tmp_path: Path, file: str, pattern: str) -> None:
    picture(tmp_path / file, (PLANE == 1).astype(np.uint8) * 255)
    model = Precomputed(root=str(tmp_path), pattern=pattern, structure="polyp")
    assert (masks(model, view())["polyp"] == (PLANE == 1)[None]).all()


def test_a_label_map_has_a_mask_for_each_named_structure_even_where_it_is_empty(
    tmp_path: Path,
) -> None:
    picture(tmp_path / "a.png", PLANE)
    labels: dict[str, Any] = {"cyst": 1, "polyp": 2, "tool": 3}
    found = masks(Precomputed(root=str(tmp_path), pattern="{stem}.png", labels=labels), view())
    assert list(found) == ["cyst", "polyp", "tool"]
    assert (found["cyst"] == (PLANE == 1)[None]).all()
    assert (found["polyp"] == (PLANE == 2)[None]).all()
    assert not found["tool"].any()


def test_a_value_that_nobody_named_is_refused_or_ignored_by_name(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", PLANE)
    folder: dict[str, Any] = {"root": str(tmp_path), "pattern": "{stem}.png", "labels": {"cyst": 1}}
    with pytest.raises(RefusedError, match=r"a\.png.*holds the label 2, but only cyst 1 are named"):
        said(Precomputed(**folder), view())
    assert masks(Precomputed(**folder, ignore_labels=(2,)), view())["cyst"].sum() == 2


def test_several_values_can_be_one_structure(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", PLANE)
    labels: dict[str, Any] = {"lesion": (1, 2)}
    found = masks(Precomputed(root=str(tmp_path), pattern="{stem}.png", labels=labels), view())
    assert (found["lesion"] == (PLANE > 0)[None]).all()


def test_grey_is_cut_at_the_threshold(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", PLANE * 100)  # 0, 100, 200
    folder: dict[str, Any] = {"root": str(tmp_path), "pattern": "{stem}.png", "structure": "p"}
    assert masks(Precomputed(**folder, threshold=150), view())["p"].sum() == 2
    assert masks(Precomputed(**folder, threshold=50), view())["p"].sum() == 4
    with pytest.raises(RefusedError, match="look like labels: name them with `labels`, or set"):
        said(Precomputed(**folder), view())


def test_colours_name_structures(tmp_path: Path) -> None:
    red, blue = (255, 0, 0), (0, 0, 255)
    rgb = np.zeros((3, 4, 3), dtype=np.uint8)
    rgb[PLANE == 1], rgb[PLANE == 2] = red, blue
    picture(tmp_path / "a.png", rgb)
    model = Precomputed(
        root=str(tmp_path), pattern="{stem}.png", colours={"core": red, "rim": blue}
    )
    found = masks(model, view())
    assert (found["core"] == (PLANE == 1)[None]).all()
    assert (found["rim"] == (PLANE == 2)[None]).all()


@pytest.mark.parametrize("axes", ["RAS", "LPS", "SPL", "ILA", "PSR"])
def test_a_volume_is_turned_to_its_image_however_the_file_is_oriented(
    tmp_path: Path, axes: str
) -> None:
    volume(tmp_path / "a.nii.gz", axes)
    labels: dict[str, Any] = {"liver": 1, "spleen": 2}
    model = Precomputed(root=str(tmp_path), pattern="{stem}.nii.gz", labels=labels)
    found = masks(model, view(2, AXIAL, "a.nii.gz"))
    assert (found["liver"] == (LABELS == 1)).all()
    assert (found["spleen"] == (LABELS == 2)).all()


def test_an_nrrd_is_read_as_its_header_says(tmp_path: Path) -> None:
    image: Any = sitk.GetImageFromArray(LABELS)  # x to the left, y to the back, as the view's
    image.SetSpacing((1.0, 1.0, 3.0))
    sitk.WriteImage(image, str(tmp_path / "a.nrrd"))
    labels: dict[str, Any] = {"liver": 1, "spleen": 2}
    model = Precomputed(root=str(tmp_path), pattern="{stem}.nrrd", labels=labels)
    assert (masks(model, view(2, AXIAL))["spleen"] == (LABELS == 2)).all()


def test_one_file_a_structure_and_all_structures_of_the_folder_are_known(tmp_path: Path) -> None:
    for case in "ab":
        volume(tmp_path / case / "liver.nii.gz", values=(LABELS == 1).astype(np.uint8))
    volume(tmp_path / "a/spleen.nii.gz", values=(LABELS == 2).astype(np.uint8))
    folder: dict[str, Any] = {
        "root": str(tmp_path), "pattern": "{stem}/{structure}.nii.gz"
    }  # fmt: skip
    found = masks(Precomputed(**folder), view(2, AXIAL, "a.nii.gz"))
    assert {name: int(mask.sum()) for name, mask in found.items()} == {"liver": 2, "spleen": 1}
    other = view(2, AXIAL, "b.nii.gz")
    with pytest.raises(
        RefusedError, match=r"there is no prediction .*b/spleen\.nii\.gz, and other"
    ):
        said(Precomputed(**folder), other)
    found = masks(Precomputed(**folder, missing="empty"), other)
    assert {name: int(mask.sum()) for name, mask in found.items()} == {"liver": 2, "spleen": 0}


def test_a_probability_volume_is_cut_at_the_threshold(tmp_path: Path) -> None:
    volume(tmp_path / "a.nii.gz", values=LABELS.astype(np.float32) / 3)  # 0, 1/3, 2/3
    folder: dict[str, Any] = {"root": str(tmp_path), "pattern": "{stem}.nii.gz", "structure": "p"}
    assert masks(Precomputed(**folder, threshold=0.5), view(2, AXIAL))["p"].sum() == 1
    with pytest.raises(RefusedError, match=r"a\.nii\.gz.*labels must be whole numbers"):
        said(Precomputed(**folder), view(2, AXIAL))


def test_a_volume_that_lies_elsewhere_is_never_misread(tmp_path: Path) -> None:
    moved = AXIAL.copy()
    moved[0, 3] = 5.0
    NIFTI(LABELS, moved).to_filename(tmp_path / "a.nii.gz")
    model = Precomputed(root=str(tmp_path), pattern="{stem}.nii.gz", labels={"l": 1, "s": 2})
    with pytest.raises(RefusedError, match=r"a\.nii\.gz.*elsewhere in space.*by up to 5 mm"):
        said(model, view(2, AXIAL))


def test_a_volume_of_another_grid_is_refused_with_both_sizes(tmp_path: Path) -> None:
    volume(tmp_path / "a.nii.gz", values=np.zeros((3, 3, 4), dtype=np.uint8))
    model = Precomputed(root=str(tmp_path), pattern="{stem}.nii.gz")
    with pytest.raises(RefusedError, match=r"has 3 x 3 x 4 frames, rows.*its image 2 x 3 x 4"):
        said(model, view(2, AXIAL))


def test_without_a_place_in_space_the_axes_of_the_file_must_be_said(tmp_path: Path) -> None:
    NIFTI(LABELS.transpose(2, 1, 0), np.eye(4)).to_filename(tmp_path / "a.nii.gz")
    folder: dict[str, Any] = {
        "root": str(tmp_path), "pattern": "{stem}.nii.gz", "labels": {"liver": 1, "spleen": 2}
    }  # fmt: skip
    with pytest.raises(RefusedError, match=r"does not say where the case lies.*`geometry: stored`"):
        said(Precomputed(**folder), view(2))
    found = masks(Precomputed(**folder, geometry="stored"), view(2))
    assert (found["liver"] == (LABELS == 1)).all()
    assert (found["spleen"] == (LABELS == 2)).all()


def test_a_picture_of_another_size_is_refused_or_resized_by_name(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", np.repeat(np.repeat(PLANE == 1, 2, 0), 2, 1).astype(np.uint8))
    folder: dict[str, Any] = {"root": str(tmp_path), "pattern": "{stem}.png", "structure": "p"}
    with pytest.raises(RefusedError, match=r"a\.png.*8 x 6 pixels but its image 4 x 3"):
        said(Precomputed(**folder), view())
    found = masks(Precomputed(**folder, resize_mask="nearest"), view())
    assert (found["p"] == (PLANE == 1)[None]).all()


def test_a_picture_is_no_prediction_of_a_volume(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", PLANE)
    model = Precomputed(root=str(tmp_path), pattern="{stem}.png")
    with pytest.raises(RefusedError, match="is a picture, but its case has 2 frames: give one vol"):
        said(model, view(2, AXIAL))


def test_a_case_without_a_file_is_refused_with_the_path_looked_for(tmp_path: Path) -> None:
    picture(tmp_path / "b/b.jpg.png", PLANE)
    folder: dict[str, Any] = {
        "root": str(tmp_path), "pattern": "{stem}/{name}.png", "labels": {"cyst": 1, "polyp": 2}
    }  # fmt: skip
    with pytest.raises(
        RefusedError, match=rf"there is no prediction {tmp_path}/a/a\.jpg\.png; add"
    ):
        said(Precomputed(**folder), view())
    found = masks(Precomputed(**folder, missing="empty"), view())
    assert {name: mask.shape for name, mask in found.items()} == dict.fromkeys(
        ("cyst", "polyp"), (1, 3, 4)
    )
    assert not any(mask.any() for mask in found.values())


def test_a_damaged_file_is_refused_and_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    model = Precomputed(root=str(tmp_path), pattern="{stem}.png")
    with pytest.raises(RefusedError, match=r"a\.png cannot be read as a picture"):
        said(model, view())


def test_values_of_a_label_map_are_objects_without_names(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", PLANE)
    model = PrecomputedInstances(root=str(tmp_path), pattern="{stem}.png")
    answer = said(model, view())
    assert answer.class_names is None
    assert [mask.sum() for mask in answer.masks] == [2, 2]
    assert (answer.masks[1] == (PLANE == 2)[None]).all()
    only = PrecomputedInstances(root=str(tmp_path), pattern="{stem}.png", ignore_labels=(1,))
    assert len(said(only, view()).masks) == 1


def test_each_mask_file_is_an_object(tmp_path: Path) -> None:
    for number in (1, 2):
        picture(tmp_path / f"a/{number}.png", np.equal(PLANE, number).astype(np.uint8) * 255)
    model = PrecomputedInstances(root=str(tmp_path), pattern="{stem}/*.png", objects="file")
    assert (said(model, view()).masks[:, 0] == [PLANE == 1, PLANE == 2]).all()


def test_a_frame_without_objects_has_no_masks(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", PLANE * 0)
    model = PrecomputedInstances(root=str(tmp_path), pattern="{stem}.png")
    assert said(model, view()).masks.shape == (0, 1, 3, 4)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"pattern": "masks/*.png"}, "pattern must say which case a file is of"),
        ({"pattern": "{stem}_{x}.png"}, "pattern knows .* but .* uses {x}"),
        ({"pattern": "/{stem}.png"}, "pattern must be relative to root"),
        ({"labels": {"a": 1}, "structure": "b"}, "named by one of .*; got structure and labels"),
        ({"labels": {"a": 1}, "threshold": 0.5}, "threshold belongs to masks of one structure"),
        ({"pattern": "{stem}_{structure}.png", "structure": "a"}, "structure and {structure} in"),
    ],
)
def test_a_wrong_description_is_one_sentence(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Precomputed(**{"root": "x", "pattern": "{stem}.png", **fields})


def test_a_folder_that_is_not_there_or_holds_nothing_is_refused_before_any_data_is_read(
    tmp_path: Path,
) -> None:
    with pytest.raises(RequestError, match=r"root should be a folder of predictions, but .*gone"):
        Precomputed(root=str(tmp_path / "gone"), pattern="{stem}.png").check()
    picture(tmp_path / "a.png", PLANE)
    with pytest.raises(
        RequestError, match=r"no file in .* matches pattern='\{stem\}_seg.png'.*1 fi"
    ):
        Precomputed(root=str(tmp_path), pattern="{stem}_seg.png").check()


def case(case_id: str, group: str = "g") -> Case:
    return Case(case_id, group, lambda: pytest.fail("no case is read"))


def test_files_and_cases_that_do_not_meet_are_told_without_reading(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        picture(tmp_path / f"{name}.png", PLANE)
    model = Precomputed(root=str(tmp_path), pattern="{stem}.png")
    assert model.unable([case("x/a"), case("x/z")]) is None
    assert model.unused([case("x/a"), case("x/z")]) == (
        "2 of its 3 files belong to no case, for example 'b.png', 'c.png'"
    )
    told = model.unable([case("x/y"), case("x/z")])
    assert told is not None
    assert told.startswith(f"none of the 2 cases has a prediction: {tmp_path}/y.png, for example")
    assert model.unused([case("a"), case("b"), case("c")]) is None


def test_a_file_of_two_cases_is_a_pattern_to_correct(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", PLANE)
    model = Precomputed(root=str(tmp_path), pattern="{stem}.png")
    with pytest.raises(RequestError, match=r"a\.png would belong to both 'x/a' and 'y/a'"):
        model.unable([case("x/a"), case("y/a")])


def test_what_the_data_set_does_not_capture_is_not_guessed(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", PLANE)
    model = Precomputed(root=str(tmp_path), pattern="{id}.png")
    told = model.unable([case("a")])
    assert told is not None
    assert "uses {id}, which the data set's `images` does not capture" in told


def test_a_group_that_is_a_path_is_no_part_of_a_file_name(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", PLANE)
    model = Precomputed(root=str(tmp_path), pattern="{group}.png")
    assert model.unable([case("x/a", group="a")]) is None
    told = model.unable([case("x/a", group="x/a")])
    assert told is not None
    assert "uses {group}, which is 'x/a' here and no part of a file name" in told


def test_the_identity_sees_a_changed_an_added_and_a_renamed_prediction(tmp_path: Path) -> None:
    def identity() -> str:
        return Precomputed(root=str(tmp_path), pattern="{stem}.png").identity()["files"]

    picture(tmp_path / "a.png", PLANE)
    (tmp_path / "notes.txt").write_text("no prediction")
    seen = [identity()]
    (tmp_path / "notes.txt").write_text("still none")
    assert identity() == seen[0]
    picture(tmp_path / "a.png", PLANE.T)
    os.utime(tmp_path / "a.png", ns=(1, 1))
    seen.append(identity())
    picture(tmp_path / "b.png", PLANE)
    seen.append(identity())
    (tmp_path / "b.png").rename(tmp_path / "c.png")
    seen.append(identity())
    assert len(set(seen)) == 4


def test_files_take_no_prompt(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", PLANE)
    segmenter = PrecomputedInstances(root=str(tmp_path), pattern="{stem}.png").load(Runtime())
    (embedding,) = segmenter.embed([view()])
    with pytest.raises(RefusedError, match="take no prompt, and were given box"):
        segmenter.segment([(embedding, Prompt(box_xyxy=np.zeros(4)))])
