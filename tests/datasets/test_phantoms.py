import hashlib
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pydantic
import pytest
from scipy import ndimage

from samb.datasets.phantom_nuclei import COUNT
from samb.datasets.phantoms import Phantoms
from samb.geometry import fill_box, fill_ellipse, tight_box
from samb.types import BoolArray, Case, Content, FloatArray

SMALL = Phantoms(count=5, volumes=5, size=96, volume_size=64, frames=8)
KINDS = ("nuclei", "polyp", "ultrasound", "abdomen", "head")
PRINT_CASE = """
import hashlib
from samb.datasets.phantoms import Phantoms
content = Phantoms(size=96, volume_size=64, frames=8).draw({kind!r}, {index})
print(hashlib.sha256(content.images.tobytes() + repr(content.targets).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def contents() -> dict[str, Content]:
    return {case.case_id: case.read() for case in SMALL.cases()}


def digest(content: Content) -> str:
    return hashlib.sha256(content.images.tobytes() + repr(content.targets).encode()).hexdigest()


def of_kind(contents: dict[str, Content], kind: str) -> list[Content]:
    return [content for case_id, content in contents.items() if case_id.startswith(kind)]


def mask_of(content: Content, object_id: str) -> BoolArray:
    found = {target.object_id: target for target in content.targets}
    return found[object_id].prompting_reference.array()


def ring(mask: BoolArray) -> BoolArray:
    """What surrounds a mask within 2 to 4 pixels in the plane."""
    plane = ndimage.generate_binary_structure(2, 1)[None]
    near, far = (ndimage.binary_dilation(mask, plane, iterations=count) for count in (2, 4))
    return np.asarray(far & ~near)


def contrast(values: FloatArray, mask: BoolArray) -> float:
    """Median inside minus median of the ring."""
    return float(np.median(values[mask]) - np.median(values[ring(mask)]))


def hounsfield(content: Content) -> FloatArray:
    assert content.raw is not None
    values: FloatArray = content.raw[..., 0]
    return values


def test_every_kind_has_its_cases_sorted_and_each_its_own_group() -> None:
    cases = list(Phantoms().cases())
    assert Counter(case.case_id.split("/")[0] for case in cases) == {
        "nuclei": 10,
        "polyp": 10,
        "ultrasound": 10,
        "abdomen": 6,
        "head": 6,
    }
    assert [case.case_id for case in cases] == sorted(case.case_id for case in cases)
    assert len({case.group_id for case in cases}) == len(cases)


def test_the_order_of_reading_changes_nothing(contents: dict[str, Content]) -> None:
    cases: list[Case] = list(SMALL.cases())
    for case in reversed(cases):
        assert digest(case.read()) == digest(contents[case.case_id])


@pytest.mark.parametrize("kind", KINDS)
def test_another_process_draws_the_same_bytes(kind: str, contents: dict[str, Content]) -> None:
    script = PRINT_CASE.format(kind=kind, index=3)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == digest(contents[f"{kind}/003"])


@pytest.mark.parametrize("kind", KINDS)
def test_cases_and_seeds_differ(kind: Any, contents: dict[str, Content]) -> None:
    drawn = [digest(content) for content in of_kind(contents, kind)]
    other_seed = Phantoms(size=96, volume_size=64, frames=8, seed=1).draw(kind, 0)
    assert len({*drawn, digest(other_seed)}) == 6


@pytest.mark.parametrize(
    ("kind", "structures"),
    [
        ("polyp", {"polyp"}),
        ("ultrasound", {"lesion"}),
        ("head", {"brain"}),
        (
            "abdomen",
            {"liver", "liver_lesion", "spleen", "kidney_left", "kidney_right", "pancreas"},
        ),
    ],
)
def test_every_case_holds_the_structures_of_its_kind(
    kind: str, structures: set[str], contents: dict[str, Content]
) -> None:
    for content in of_kind(contents, kind):
        assert {target.structure for target in content.targets} == structures
        for target in content.targets:
            mask = target.prompting_reference.array()
            assert 8 <= mask.sum() < 0.5 * mask.size


def test_nuclei_are_many_touch_somewhere_and_never_overlap(contents: dict[str, Content]) -> None:
    for content in of_kind(contents, "nuclei"):
        count = len(content.targets)
        assert COUNT[0] <= count <= COUNT[1]
        assert [target.object_id for target in content.targets] == [
            f"nucleus/{index}" for index in range(1, count + 1)
        ]
        masks = np.stack([mask_of(content, target.object_id)[0] for target in content.targets])
        assert masks.any(axis=(1, 2)).all()
        assert masks.sum(axis=0).max() == 1
        assert ndimage.label(masks.any(axis=0))[1] < count


@pytest.mark.parametrize("fill", [fill_box, fill_ellipse])
def test_shapes_are_too_irregular_for_a_filled_box_or_ellipse(
    fill: Callable[[FloatArray, tuple[int, int]], BoolArray], contents: dict[str, Content]
) -> None:
    scores: dict[str, list[float]] = {}
    for target in (target for content in contents.values() for target in content.targets):
        frames = target.prompting_reference.array()
        mask = frames[frames.sum(axis=(1, 2)).argmax()]
        filled = fill(tight_box(mask), mask.shape)
        dsc = 2 * np.sum(mask & filled) / (mask.sum() + filled.sum())
        scores.setdefault(target.structure, []).append(float(dsc))
    assert len(scores) == 10
    assert all(0.5 < np.mean(values) < 0.97 for values in scores.values())


def test_nuclei_are_darker_than_what_surrounds_them(contents: dict[str, Content]) -> None:
    for content in of_kind(contents, "nuclei"):
        grey = content.images.mean(axis=-1)
        nuclei = np.any([mask_of(content, target.object_id) for target in content.targets], axis=0)
        assert contrast(grey, nuclei) < -15


def test_polyps_differ_in_colour_from_the_mucosa(contents: dict[str, Content]) -> None:
    for content in of_kind(contents, "polyp"):
        mask = mask_of(content, "polyp")
        values = content.images.astype(float)
        red_share = values[..., 0] / (values.sum(axis=-1) + 1)
        brightness = values.mean(axis=-1)
        assert abs(contrast(red_share, mask)) > 0.01 or abs(contrast(brightness, mask)) > 10


def test_ultrasound_lesions_are_hypoechoic(contents: dict[str, Content]) -> None:
    for content in of_kind(contents, "ultrasound"):
        assert contrast(content.images[..., 0].astype(float), mask_of(content, "lesion")) < -15


def test_the_liver_holds_its_lesion_which_is_darker(contents: dict[str, Content]) -> None:
    for content in of_kind(contents, "abdomen"):
        liver, lesion = mask_of(content, "liver"), mask_of(content, "liver_lesion")
        assert not (lesion & ~liver).any()
        values = hounsfield(content)
        darker = np.median(values[liver & ~lesion]) - np.median(values[lesion])
        assert 15 < darker < 60


def test_organs_but_the_liver_and_its_lesion_do_not_overlap(contents: dict[str, Content]) -> None:
    for content in of_kind(contents, "abdomen"):
        organs = [target for target in content.targets if target.structure != "liver_lesion"]
        stack = np.stack([target.prompting_reference.array() for target in organs])
        assert stack.sum(axis=0).max() == 1


def test_the_pancreas_stands_out_less_than_the_liver(contents: dict[str, Content]) -> None:
    for content in of_kind(contents, "abdomen"):
        values = hounsfield(content)
        pancreas = contrast(values, mask_of(content, "pancreas"))
        assert 0 < pancreas < 0.8 * contrast(values, mask_of(content, "liver"))


def test_computed_tomography_is_shown_by_its_window(contents: dict[str, Content]) -> None:
    content = contents["abdomen/000"]
    values = hounsfield(content)
    expected = np.rint(np.clip((values.astype(float) + 160) / 400, 0, 1) * 255)
    np.testing.assert_allclose(content.images[..., 0], expected, atol=1)
    assert values.min() >= -1024
    np.testing.assert_array_equal(values, np.rint(values))


def test_volumes_have_spacing_in_mm_with_thick_frames(contents: dict[str, Content]) -> None:
    for kind in ("abdomen", "head"):
        for content in of_kind(contents, kind):
            assert content.dimensions == 3
            assert content.images.shape == (8, 64, 64, 3)
            assert content.spacing_mm is not None
            between, row, column = content.spacing_mm
            assert between == 96 / 8
            assert row == column < between


@pytest.mark.parametrize("kind", ["abdomen", "head"])
def test_volume_kinds_can_be_drawn_as_pictures(kind: Any) -> None:
    flat = Phantoms(kinds=(kind,), count=3, size=96, dimensions=2)
    contents = [case.read() for case in flat.cases()]
    assert [content.images.shape for content in contents] == [(1, 96, 96, 3)] * 3
    assert all(
        content.dimensions == 2 and len(content.spacing_mm or ()) == 2 for content in contents
    )
    assert all({"liver", "brain"} & {t.structure for t in content.targets} for content in contents)


@pytest.mark.parametrize(
    "parameters",
    [
        {"kinds": []},
        {"kinds": ["nuclei", "nuclei"]},
        {"kinds": ["lungs"]},
        {"count": 0},
        {"volumes": -1},
        {"size": 63},
        {"frames": 7},
        {"dimensions": 4},
        {"seed": -1},
    ],
)
def test_parameters_out_of_range_are_refused(parameters: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(parameters))):
        pydantic.TypeAdapter(Phantoms).validate_python(parameters)


@pytest.mark.parametrize("kind", ["abdomen", "head"])
def test_a_volume_lies_in_space_as_an_axial_one(contents: dict[str, Content], kind: str) -> None:
    for content in of_kind(contents, kind):
        assert content.affine is not None
        assert content.spacing_mm is not None
        frame, row, column = content.spacing_mm
        towards = content.affine[:3, :3]
        assert (towards == [[0, 0, -column], [0, -row, 0], [frame, 0, 0]]).all()


def test_the_liver_lies_to_the_right(contents: dict[str, Content]) -> None:
    for content in of_kind(contents, "abdomen"):
        columns = np.argwhere(mask_of(content, "liver"))[:, 2]
        assert content.affine is not None
        assert content.affine[0, 2] * (columns.mean() - content.images.shape[2] / 2) > 0
