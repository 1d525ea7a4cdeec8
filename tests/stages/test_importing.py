"""A person's marks land on the pixel they were made on, or a sentence says why not."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from samb.datasets.volumes import Volumes
from samb.dialogue import Prompt
from samb.errors import RequestError
from samb.prompts.file import Entry, FileMode, PromptFile
from samb.stages.importing import Importer, Person
from samb.types import BoolArray, Case, Content, MaskStack, Target

NIFTI: Any = nib.Nifti1Image  # has no types
READER = Person("reader", "reader A", "2026-05-04", "with a mouse")
SHAPE = (3, 20, 30)
LEFT, RIGHT = np.s_[0:2, 2:8, 2:8], np.s_[:, 10:15, 18:25]


def stack(place: Any) -> MaskStack:
    masks = np.zeros(SHAPE, dtype=bool)
    masks[place] = True
    return MaskStack.from_array(masks)


def lung_case(name: str = "images/p1") -> Case:
    """Two lungs on three frames, the left one on the first two alone."""
    targets = (
        Target("lung/1", "left lung", {"expert": stack(LEFT)}, "expert"),
        Target("lung/2", "right lung", {"expert": stack(RIGHT)}, "expert"),
    )
    content = Content(np.zeros((*SHAPE, 3), np.uint8), targets, 3, (1.0, 1.0, 1.0))
    return Case(name, "p", lambda: content)


def importer(*cases: Case, **options: Any) -> Importer:
    return Importer("lungs", {case.case_id: case for case in cases or (lung_case(),)}, **options)


def imported(path: Path, text: str, **options: Any) -> PromptFile:
    path.write_text(text)
    held = importer(**options)
    held.add(path)
    return held.file(READER, [path])


def told(path: Path, text: str, **options: Any) -> str:
    with pytest.raises(RequestError) as caught:
        imported(path, text, **options)
    return str(caught.value)


def test_rows_of_one_target_and_frame_become_one_prompt(tmp_path: Path) -> None:
    rows = "case,frame,object,x,y,label\np1,1,left lung,3,4,1\np1,1,lung/1,20.5,12,0\n"
    (entry,) = imported(tmp_path / "c.csv", rows).entries
    assert (entry.case, entry.object, entry.frames) == ("images/p1", "lung/1", (1,))
    assert entry.prompt["points_xy"] == [[3, 4], [20.5, 12]]
    assert entry.prompt["point_labels"] == [1, 0]


def test_a_semicolon_and_words_for_labels_are_read_too(tmp_path: Path) -> None:
    rows = "case;frame;object;x;y;label\np1;0;lung/2;20;12;positive\np1;0;lung/2;1;1;bg\n"
    (entry,) = imported(tmp_path / "c.csv", rows).entries
    assert entry.prompt["point_labels"] == [1, 0]


def test_a_frame_with_one_object_needs_no_name_and_a_box_may_stand_beside_a_click(
    tmp_path: Path,
) -> None:
    rows = "case,frame,x,y,x0,y0,x1,y1\np1,2,20,12,18,10,24,14\n"
    (entry,) = imported(tmp_path / "c.csv", rows).entries
    assert entry.object == "lung/2"
    assert entry.prompt["box_xyxy"] == [18, 10, 24, 14]
    assert entry.prompt["points_xy"] == [[20, 12]]


def test_clicks_of_later_attempts_are_sent_with_all_earlier_ones(tmp_path: Path) -> None:
    rows = "case,frame,attempt,x,y,label\np1,2,2,1,1,0\np1,2,1,20,12,1\n"
    first, second = imported(tmp_path / "c.csv", rows).entries
    assert (first.attempt, first.prompt["points_xy"]) == (1, [[20, 12]])
    assert (second.attempt, second.prompt["points_xy"]) == (2, [[20, 12], [1, 1]])


def test_json_holds_the_same_and_masks(tmp_path: Path) -> None:
    drawn = np.zeros(SHAPE[1:], dtype=bool)
    drawn[11:13, 19:21] = True
    mask = Prompt(mask=drawn).record()["mask"]
    prompts = {"prompts": [{"case": "p1", "frame": 2, "points_xy": [[20, 12]], "mask": mask}]}
    file = imported(tmp_path / "c.json", json.dumps(prompts))
    (entry,) = file.entries
    assert entry.prompt["point_labels"] == [1]
    assert np.array_equal(Prompt.from_record(entry.prompt).mask, drawn)  # type: ignore[arg-type]
    assert file.modes["reader"].kinds == ("mask", "points")


def test_an_edited_prompt_file_is_read_again_as_marks(tmp_path: Path) -> None:
    rows = "case,frame,x,y\np1,2,20,12\n"
    file = imported(tmp_path / "c.csv", rows)
    text = file.text().replace("[[20.0, 12.0]]", "[[21.0, 12.0]]")
    (entry,) = imported(tmp_path / "edited.jsonl", text).entries
    assert (entry.frames, entry.prompt["points_xy"]) == ((2,), [[21, 12]])


def entry(attempt: int, **more: Any) -> Entry:
    """A prompt of attempt 1 or 2, which repeats the click of attempt 1."""
    points = {"points_xy": [[20, 12], [21, 13]][:attempt], "point_labels": [1, 0][:attempt]}
    whole = Entry("lungs", "images/p1", "lung/2", (2,), "clicks", 1, 0, attempt, points)
    return replace(whole, **more)


def prompt_file(*entries: Entry) -> str:
    mode = FileMode("target", ("points",), None, {})
    return PromptFile("0.1.0", 0, "a test", {"clicks": mode}, entries).text()


def test_clicks_that_a_prompt_file_repeats_are_sent_once(tmp_path: Path) -> None:
    file = imported(tmp_path / "p.jsonl", prompt_file(entry(1), entry(2)))
    assert [it.prompt["points_xy"] for it in file.entries] == [[[20, 12]], [[20, 12], [21, 13]]]


@pytest.mark.parametrize("other", [{"repeat": 1}, {"mode": "b"}, {"dataset": "hearts"}])
def test_a_prompt_file_of_two_users_is_not_read_as_one(tmp_path: Path, other: Any) -> None:
    text = prompt_file(entry(1), entry(1, **other))
    assert "should hold one data set, mode and repeat" in told(tmp_path / "p.jsonl", text)


@pytest.mark.parametrize("more", [{"feedback_candidate": 0}, {"point_frames": [0, 1]}])
def test_what_marks_cannot_say_is_refused(tmp_path: Path, more: Any) -> None:
    text = prompt_file(entry(2, prompt={**entry(2).prompt, **more}, frames=(1, 2)))
    assert "cannot be read as marks" in told(tmp_path / "p.jsonl", text)


def test_the_card_says_who_when_how_and_from_which_file(tmp_path: Path) -> None:
    card = imported(tmp_path / "c.csv", "case,frame,x,y\np1,2,20,12\n").modes["reader"].card
    assert (card["who"], card["when"], card["how"]) == ("reader A", "2026-05-04", "with a mouse")
    assert str(card["source"]).startswith("c.csv, SHA-256 ")


WRONG = [
    ("case,frame,x,y\np1,2,30,12\n", "the click (30, 12) lies outside the image of 30 x 20"),
    ("case,frame,x,y\np1,2,nan,12\n", "the click (nan, 12) lies outside"),
    ("case,frame,x0,y0,x1,y1\np1,2,9,3,4,8\n", "the box (9, 3, 4, 8) should lie, corners in order"),
    ("case,frame,x,y\np7,2,20,12\n", "lungs has no case 'p7'. There are: images/p1"),
    ("case,frame,x,y\np1,3,20,12\n", "images/p1 has frames 0 to 2, the mark says 3"),
    ("case,x,y\np1,20,12\n", "has frames 0 to 2, the mark says none"),
    ("case,frame,object,x,y\np1,2,lung/1,20,12\n", "there is no object 'lung/1' on frame 2"),
    ("case,frame,x,y\np1,0,20,12\n", "several objects that fit, and the mark does not say which"),
    ("case,frame,x,y\np1,2,20,\n", "line 2: y should be a number, got ''"),
    ("case,frame,x,y,label\np1,2,20,12,7\n", "label should be 1 (on the target) or 0"),
    ("case,frame,x,y,lable\np1,2,20,12,1\n", "there is no column 'lable'"),
    ("case,frame,attempt,x,y\np1,2,2,20,12\n", "should count 1, 2, 3 ..., got [2]"),
    ("case,frame,x,y\np1,2,20,5,12,5\n", "line 2: it has more cells than the header"),
    ("case,frame,x,x\np1,2,20,12\n", "a column stands twice"),
    ("case,frame,x,y\np1,1.7,20,12\n", "frame should be a whole number, got '1.7'"),
    ("case,frame,x,y\np1,inf,20,12\n", "frame should be a whole number, got 'inf'"),
    ("case,frame\np1,2\n", "there should be x and y of a click, or x0"),
    ("case,frame,x0,y0,x1,y1\np1,2,1,1,2,2\np1,2,3,3,4,4\n", "can have one box and one mask"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_a_mark_without_a_place_is_a_sentence(tmp_path: Path, rows: str, sentence: str) -> None:
    assert sentence in told(tmp_path / "c.csv", rows)


def test_all_problems_are_counted_and_nothing_is_written(tmp_path: Path) -> None:
    rows = "case,frame,x,y\n" + "p1,2,99,12\n" * 7 + "p1,2,20,12\n"
    said = told(tmp_path / "c.csv", rows)
    assert said.startswith("nothing was written: c.csv, line 2: the click")
    assert said.endswith("; and 2 more")


def test_a_misspelt_word_in_json_is_told(tmp_path: Path) -> None:
    said = told(tmp_path / "c.json", '[{"case": "p1", "frame": 2, "points": [[1, 2]]}]')
    assert "c.json, prompt 1: there is no word 'points'" in said


OBLIQUE = Rotation.from_euler("xyz", [20, -15, 10], degrees=True).as_matrix()
FLIPPED = np.array([[0, 0, -1.0], [1.0, 0, 0], [0, -1.0, 0]])
DIRECTIONS = [np.eye(3), np.diag([-1.0, -1, 1]), FLIPPED, OBLIQUE, OBLIQUE @ FLIPPED]
VOXELS = (9, 8, 7)


def volume(root: Path, directions: np.ndarray) -> tuple[np.ndarray, Importer]:
    """A volume on disk whose labelled organ is all of it, its affine, and who imports for it."""
    affine = np.eye(4)
    affine[:3, :3] = directions @ np.diag([1.5, 2.0, 4.0])
    affine[:3, 3] = (-20.0, 35.0, 7.0)
    values = np.arange(np.prod(VOXELS), dtype=np.float32).reshape(VOXELS)
    for folder, voxels in (("images", values), ("labels", np.ones(VOXELS, np.uint8))):
        (root / folder).mkdir(exist_ok=True)
        image = NIFTI(voxels, affine)
        image.to_filename(root / folder / "head.nii.gz")
    dataset = Volumes(root=str(root), images="images/*.nii.gz", masks="labels/{name}")
    return affine, Importer("heads", {case.case_id: case for case in dataset.cases()})


def markup(system: str, **more: Any) -> dict[str, Any]:
    return {"coordinateSystem": system, "coordinateUnits": "mm", **more}


def in_system(system: str, ras: np.ndarray) -> list[float]:
    signs = np.array([-1.0, -1, 1]) if system == "LPS" else np.ones(3)
    found: list[float] = (ras * signs).tolist()
    return found


def slicer(path: Path, *markups: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"markups": list(markups)}))
    return path


@pytest.mark.parametrize("directions", DIRECTIONS, ids=["RAS", "LPS", "flipped", "oblique", "both"])
@pytest.mark.parametrize("system", ["LPS", "RAS"])
def test_a_point_in_space_lands_on_the_voxel_it_was_set_on(
    tmp_path: Path, directions: np.ndarray, system: str
) -> None:
    affine, held = volume(tmp_path, directions)
    voxel = np.array([6, 2, 3])
    position = in_system(system, affine[:3, :3] @ voxel + affine[:3, 3])
    points = [{"label": "F-1", "position": position}]
    path = slicer(tmp_path / "head.mrk.json", markup(system, type="Fiducial", controlPoints=points))
    held.add(path)
    (entry,) = held.file(READER, [path]).entries
    ((x, y),) = entry.prompt["points_xy"]
    content = next(iter(held.cases.values())).read()
    assert content.raw is not None
    grey = content.raw[entry.frames[0], round(y), round(x), 0]
    assert grey == np.ravel_multi_index(tuple(voxel), VOXELS)
    assert (x, y) == (pytest.approx(round(x), abs=1e-4), pytest.approx(round(y), abs=1e-4))


@pytest.mark.parametrize("directions", DIRECTIONS, ids=["RAS", "LPS", "flipped", "oblique", "both"])
@pytest.mark.parametrize("system", ["LPS", "RAS"])
def test_a_box_in_space_holds_exactly_the_voxels_it_was_drawn_round(
    tmp_path: Path, directions: np.ndarray, system: str
) -> None:
    affine, held = volume(tmp_path, directions)
    low, high = np.array([2, 1, 3]), np.array([6, 4, 4])  # voxels, both inside
    centre = affine[:3, :3] @ ((low + high) / 2) + affine[:3, 3]
    turned = np.diag([-1.0, -1, 1]) @ directions if system == "LPS" else directions
    roi = markup(
        system, type="ROI", roiType="Box", center=in_system(system, centre),
        orientation=turned.ravel().tolist(),
        size=((high - low + 1) * [1.5, 2.0, 4.0]).tolist(),
    )  # fmt: skip
    path = slicer(tmp_path / "head.mrk.json", roi)
    held.add(path)
    content = next(iter(held.cases.values())).read()
    assert content.raw is not None
    boxed: BoolArray = np.zeros(content.raw.shape[:3], dtype=bool)
    for entry in held.file(READER, [path]).entries:
        x0, y0, x1, y1 = np.rint(entry.prompt["box_xyxy"]).astype(int)
        boxed[entry.frames[0], y0 : y1 + 1, x0 : x1 + 1] = True
    values = np.arange(np.prod(VOXELS)).reshape(VOXELS)[2:7, 1:5, 3:5]
    assert set(content.raw[boxed, 0].astype(int)) == set(values.ravel().tolist())


def test_words_make_a_point_negative_and_name_its_object(tmp_path: Path) -> None:
    affine, held = volume(tmp_path, np.eye(3))
    at = in_system("LPS", affine[:3, :3] @ [4, 4, 3] + affine[:3, 3])
    points = [
        {"label": "object-1", "position": at},
        {"label": "F-2", "description": "negative", "position": at},
        {"label": "F-3", "position": at, "positionStatus": "undefined"},
    ]
    lists = markup("LPS", type="Fiducial", controlPoints=points)
    path = slicer(tmp_path / "head.mrk.json", lists, markup("LPS", type="Line"))
    held.add(path)
    file = held.file(READER, [path])
    assert file.entries[0].prompt["point_labels"] == [1, 0]
    assert file.entries[0].object == "object"
    assert list(file.not_written.values()) == [
        "head.mrk.json, markup 1, point 3 'F-3': its position is undefined",
        "head.mrk.json, markup 2: a Line is no prompt",
    ]


def test_a_point_outside_the_volume_is_a_sentence(tmp_path: Path) -> None:
    _, held = volume(tmp_path, np.eye(3))
    points = [{"label": "F-1", "position": [0, 0, 500]}]
    path = slicer(tmp_path / "head.mrk.json", markup("RAS", type="Fiducial", controlPoints=points))
    held.add(path)
    with pytest.raises(RequestError, match="point 1 'F-1': images/head has frames 0 to 6"):
        held.file(READER, [path])


@pytest.mark.parametrize(("change", "sentence"), [
    ({"coordinateSystem": "XYZ"}, "LPS or RAS in mm, got XYZ"),
    ({"coordinateUnits": "m"}, "LPS or RAS in mm, got LPS in m"),
    ({"controlPoints": [{"label": "F", "position": [1, 2]}]}, "not as 3D Slicer writes it"),
    ({"controlPoints": [{"label": "positive", "description": "negative", "position": [1, 2, 3]}]},
     "both positive and negative"),
])  # fmt: skip
def test_markups_that_cannot_be_read_are_a_sentence(
    tmp_path: Path, change: dict[str, Any], sentence: str
) -> None:
    _, held = volume(tmp_path, np.eye(3))
    points = [{"label": "F-1", "position": [0, 0, 0]}]
    given = markup("LPS", type="Fiducial", controlPoints=points) | change
    with pytest.raises(RequestError, match=sentence):
        held.add(slicer(tmp_path / "head.mrk.json", given))


def test_a_picture_has_no_place_in_space(tmp_path: Path) -> None:
    path = slicer(tmp_path / "p1.mrk.json", markup("LPS", type="Fiducial", controlPoints=[]))
    held = importer()
    held.add(path)
    with pytest.raises(RequestError, match="images/p1 has no place in space"):
        held.file(READER, [path])


def test_slices_of_a_box_without_the_object_are_left_out_and_told(tmp_path: Path) -> None:
    case = lung_case()
    content = case.read()
    held = importer(Case("p1", "p", lambda: _placed(content)), object="left lung")
    roi = markup("RAS", type="ROI", center=[1, 5, 5], size=[3, 4, 4])
    path = slicer(tmp_path / "p1.mrk.json", roi)
    held.add(path)
    file = held.file(READER, [path])
    assert [(it.object, it.frames) for it in file.entries] == [("lung/1", (0,)), ("lung/1", (1,))]
    assert file.entries[0].prompt["box_xyxy"] == [3.5, 3.5, 6.5, 6.5]
    (sentence,) = file.not_written.values()
    assert "1 of its 3 slices show no left lung" in sentence


def _placed(content: Content) -> Content:
    """The same in space, where (frame, row, column) are mm."""
    from dataclasses import replace

    return replace(content, affine=np.eye(4))
