"""Methods beside SAM from the command to the table: predictions in files, and how they are told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk  # noqa: N813, the name everyone uses
from numpy.typing import NDArray
from PIL import Image

import samb
from samb.datasets.phantoms import Kind, Phantoms
from samb.errors import RequestError
from samb.pipeline import Place, dry_run, reported
from samb.result import Result
from samb.results.folder import RunFolder
from samb.types import Content
from tests.models.test_bet import install

NIFTI: Any = nib.Nifti1Image  # has no types

ORGANS = ("liver", "liver_lesion", "spleen", "kidney_left", "kidney_right", "pancreas")
SMALL: dict[str, Any] = {
    "count": 2, "volumes": 1, "size": 64, "volume_size": 64, "frames": 8
}  # fmt: skip
Write = Callable[[Content, Path], None]
"""Writes what a case shows below a path that has no suffix yet."""


def run(folder: Path, *arguments: str, name: str = "run") -> Result:
    place = Place(folder / "runs", device="cpu", workers=1)
    return samb.run([*arguments, "metric=overlap", f"name={name}"], place)


def phantoms(kind: Kind) -> list[str]:
    values = {"kinds": kind, **SMALL}
    return ["dataset=phantoms", *(f"dataset.phantoms.{key}={it}" for key, it in values.items())]


def files(root: Path, pattern: str, model: str = "precomputed") -> list[str]:
    return [f"model={model}", f"model.{model}.root={root}", f"model.{model}.pattern={pattern}"]


def masks_of(content: Content) -> dict[str, NDArray[np.bool_]]:
    return {it.object_id: it.prompting_reference.array() for it in content.targets}


def label_map(content: Content) -> NDArray[np.uint8]:
    """Organs by their place in ORGANS, from 1, a lesion on its liver; (F, H, W)."""
    labels = np.zeros(content.images.shape[:3], dtype=np.uint8)
    for name, mask in masks_of(content).items():
        labels[mask] = 1 + ORGANS.index(name)
    return labels


def nifti(path: Path, labels: NDArray[np.uint8], content: Content) -> None:
    """Axes to the right, front and head, as most tools write them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image: Any = nib.as_closest_canonical(NIFTI(labels, content.affine))  # type: ignore[no-untyped-call] # nibabel
    image.to_filename(path)


def nifti_label_map(content: Content, path: Path) -> None:
    nifti(path.with_suffix(".nii.gz"), label_map(content), content)


def nifti_per_organ(content: Content, path: Path) -> None:
    found = masks_of(content)
    for organ in ORGANS:
        mask = found.get(organ, np.zeros(content.images.shape[:3], dtype=bool))
        nifti(path / f"{organ}.nii.gz", mask.astype(np.uint8), content)


def nrrd_label_map(content: Content, path: Path) -> None:
    """An axial stack in SimpleITK: columns to the left, rows to the back, as the phantom's."""
    assert content.spacing_mm is not None
    image: Any = sitk.GetImageFromArray(label_map(content))
    image.SetSpacing(content.spacing_mm[::-1])
    sitk.WriteImage(image, str(path.with_suffix(".nrrd")))


def png(path: Path, values: NDArray[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(values).save(path)


def png_mask(content: Content, path: Path) -> None:
    (mask,) = masks_of(content).values()
    png(path.with_suffix(".png"), mask[0].astype(np.uint8) * 255)


def png_probability(content: Content, path: Path) -> None:
    (mask,) = masks_of(content).values()
    png(path.with_suffix(".png"), np.where(mask[0], 180, 90).astype(np.uint8))


def png_label(content: Content, path: Path) -> None:
    (mask,) = masks_of(content).values()
    png(path.with_suffix(".png"), mask[0].astype(np.uint8) * 7)


def png_per_class(content: Content, path: Path) -> None:
    (mask,) = masks_of(content).values()
    png(path.parent / "polyp" / f"{path.name}.png", mask[0].astype(np.uint8) * 255)


def png_instances(content: Content, path: Path) -> None:
    labels = np.zeros(content.images.shape[1:3], dtype=np.uint16)
    for number, mask in enumerate(masks_of(content).values(), start=1):
        labels[mask[0]] = number
    png(path.with_suffix(".png"), labels)


def png_per_object(content: Content, path: Path) -> None:
    for number, mask in enumerate(masks_of(content).values()):
        png(path / f"{number}.png", mask[0].astype(np.uint8) * 255)


def written(kind: Kind, write: Write, root: Path) -> Path:
    """What every phantom shows, as files below the root."""
    for case in Phantoms((kind,), **SMALL).cases():
        (root / case.case_id).parent.mkdir(parents=True, exist_ok=True)
        write(case.read(), root / case.case_id)
    return root


BY_ORGAN = "labels={" + ", ".join(f"{name}: {n}" for n, name in enumerate(ORGANS, 1)) + "}"
FORMS: list[tuple[Kind, Write, str, str]] = [
    ("abdomen", nifti_per_organ, "{parent}/{stem}/{structure}.nii.gz", "missing=refuse"),
    ("abdomen", nifti_label_map, "{parent}/{stem}.nii.gz", BY_ORGAN),
    ("abdomen", nrrd_label_map, "{parent}/{stem}.nrrd", BY_ORGAN),
    ("polyp", png_mask, "{parent}/{name}.png", "structure=polyp"),
    ("polyp", png_probability, "**/{stem}.png", "threshold=127"),
    ("polyp", png_label, "{parent}/{stem}.png", "labels={polyp: 7}"),
    ("polyp", png_per_class, "{parent}/{structure}/{stem}.png", "missing=refuse"),
]


@pytest.mark.parametrize(
    ("kind", "write", "pattern", "meaning"), FORMS, ids=[it[1].__name__ for it in FORMS]
)
def test_the_references_as_predictions_score_one_in_every_form(
    tmp_path: Path, kind: Kind, write: Write, pattern: str, meaning: str
) -> None:
    root = written(kind, write, tmp_path / "predictions")
    own = [f"model.precomputed.{meaning}", "model.precomputed.name=unet"]
    if meaning.startswith("threshold"):
        own.append("model.precomputed.structure=polyp")
    result = run(tmp_path, *phantoms(kind), *files(root, pattern), *own, "prompt=prompt_free")
    assert result.passed
    dsc = result.scores[result.scores["metric"] == "dsc"]
    assert set(dsc["model"]) == {"unet"}
    assert set(dsc["level"]) == ({"frame"} if kind == "polyp" else {"frame", "volume"})
    assert dsc["structure"].nunique() == (1 if kind == "polyp" else 6)
    if "label_map" in write.__name__:  # in which a lesion lies on its liver
        dsc = dsc[dsc["structure"] != "liver"]
    assert set(dsc["value"]) == {1.0}
    false = result.scores.loc[result.scores["metric"] == "false_positive_px", "value"]
    assert false.sum() == 0


@pytest.mark.parametrize(
    ("write", "pattern", "objects"),
    [
        (png_instances, "{parent}/{stem}.png", "label"),
        (png_per_object, "{parent}/{stem}/*.png", "file"),
    ],
)
def test_the_objects_of_the_references_are_matched_like_masks_of_everything_mode(
    tmp_path: Path, write: Write, pattern: str, objects: str
) -> None:
    root = written("nuclei", write, tmp_path / "predictions")
    model = "precomputed_instances"
    own = [f"model.{model}.objects={objects}", f"model.{model}.name=cellpose"]
    result = run(
        tmp_path, *phantoms("nuclei"), *files(root, pattern, model), *own, "prompt=everything"
    )
    dsc = result.scores[result.scores["metric"] == "dsc"]
    assert set(dsc["selection"]) >= {"oracle_iou", "oracle_one_to_one"}
    assert len(set(dsc["object_id"])) > 2
    assert set(dsc["value"]) == {1.0}
    unmatched = result.scores.loc[result.scores["metric"] == "unmatched_masks", "value"]
    assert set(unmatched) == {0.0}


def picture_set(root: Path, count: int = 2) -> list[str]:
    """Pictures of 8 x 8 with a square of 4 x 4 pixels in the middle."""
    mask = np.zeros((8, 8), dtype=np.uint8)
    mask[2:6, 2:6] = 255
    for number in range(count):
        png(root / "images" / f"{number}.png", np.full((8, 8, 3), 90, dtype=np.uint8))
        png(root / "masks" / f"{number}.png", mask)
    values = {"root": root, "images": "images/*.png", "masks": "masks/{stem}.png"}
    return ["dataset=image_folder", *(f"dataset.image_folder.{k}={v}" for k, v in values.items())]


def shifted(root: Path, cases: Any = (0, 1), by: int = 1) -> Path:
    """The squares, so many pixels to the right."""
    for number in cases:
        mask = np.zeros((8, 8), dtype=np.uint8)
        mask[2:6, 2 + by : 6 + by] = 255
        png(root / f"{number}.png", mask)
    return root


def dsc_of(result: Result, level: str = "frame") -> dict[tuple[str, int], float]:
    rows = result.scores[(result.scores["metric"] == "dsc") & (result.scores["level"] == level)]
    return dict(zip(zip(rows["case"], rows["frame"], strict=True), rows["value"], strict=True))


def test_a_shifted_square_scores_what_is_worked_out_by_hand(tmp_path: Path) -> None:
    root = shifted(tmp_path / "predictions")
    data = picture_set(tmp_path / "data")
    result = run(tmp_path, *data, *files(root, "{stem}.png"), "prompt=prompt_free")
    expected = 2 * 12 / (16 + 16)  # three of four columns
    assert dsc_of(result) == {("images/0", 0): expected, ("images/1", 0): expected}


def test_a_volume_shifted_by_a_slice_is_scored_by_slice_and_whole(tmp_path: Path) -> None:
    affine = np.diag([1.0, 1.0, 3.0, 1.0])
    mask = np.zeros((6, 6, 5), dtype=np.uint8)
    mask[1:3, 1:3, 1:3] = 1  # four pixels in each of two slices
    moved = np.roll(mask, 1, axis=2)
    for name, voxels in (("images", mask * 100), ("labels", mask), ("out", moved)):
        (tmp_path / name).mkdir()
        NIFTI(voxels, affine).to_filename(tmp_path / name / "a.nii.gz")
    values = {"root": tmp_path, "images": "images/*.nii.gz", "masks": "labels/{name}"}
    data = ["dataset=volumes", *(f"dataset.volumes.{key}={it}" for key, it in values.items())]
    result = run(tmp_path, *data, *files(tmp_path / "out", "{name}"), "prompt=prompt_free")
    assert dsc_of(result, "volume") == {("images/a", -1): 2 * 4 / (8 + 8)}
    assert dsc_of(result) == {("images/a", 1): 0.0, ("images/a", 2): 1.0}
    false = result.scores[result.scores["metric"] == "false_positive_px"]
    assert dict(zip(false["frame"], false["value"], strict=True)) == {0: 0.0, 3: 4.0, 4: 0.0}
    assert set(false["scope"]) == {"all_slices"}


def test_a_missing_prediction_is_refused_and_counted_and_a_spare_one_is_told(
    tmp_path: Path,
) -> None:
    root = shifted(tmp_path / "predictions", cases=(0, 7))
    data = picture_set(tmp_path / "data")
    result = run(tmp_path, *data, *files(root, "{stem}.png"), "prompt=prompt_free")
    assert not result.passed
    outcomes = result.material.outcomes.set_index("status")
    refused, unused = outcomes.loc["refused"], outcomes.loc["unused"]
    assert refused["case"] == "images/1"
    assert refused["reason"].startswith(f"there is no prediction {root}/1.png")
    assert unused["reason"] == "1 of its 2 files belong to no case, for example '7.png'"
    page = (result.folder / "report" / "table.md").read_text()
    assert "1 of 2 cases refused by precomputed" in page
    assert "image\\_folder under precomputed: 1 of its 2 files belong to no case" in page
    assert run(tmp_path, *data, *files(root, "{stem}.png"), "prompt=prompt_free").added == 1


def test_a_folder_for_none_of_the_cases_is_refused_before_the_run(tmp_path: Path) -> None:
    root = shifted(tmp_path / "predictions", cases=(8, 9))
    data = picture_set(tmp_path / "data")
    told = (
        rf"model precomputed can answer nothing of image_folder: none of the 2 cases.*{root}/0.png"
    )
    with pytest.raises(RequestError, match=told):
        run(tmp_path, *data, *files(root, "{stem}.png"), "prompt=prompt_free")
    assert not (tmp_path / "runs").exists()


def test_a_method_that_holds_nothing_of_one_of_two_data_sets_leaves_a_gap_there(
    tmp_path: Path,
) -> None:
    root = written("polyp", png_mask, tmp_path / "predictions")
    shifted(tmp_path / "predictions" / "images")
    both = picture_set(tmp_path / "data")
    both[0] = "dataset=[image_folder,phantoms]"
    kind = phantoms("nuclei")[1:]
    model = files(root, "{parent}/{stem}.png")
    result = run(tmp_path, *both, *kind, *model, "prompt=prompt_free")
    gap = result.material.outcomes.set_index("status").loc["gap"]
    assert gap["dataset"] == "phantoms"
    assert gap["reason"].startswith("on phantoms: none of the 2 cases has a prediction")
    assert result.passed
    assert result.material.missing.empty


def test_a_method_asked_with_a_box_says_how_it_is_asked(tmp_path: Path) -> None:
    root = shifted(tmp_path / "predictions")
    asked = [*picture_set(tmp_path / "data"), *files(root, "{stem}.png"), "prompt=box"]
    (gap,) = run(tmp_path, *asked).material.outcomes.itertuples()
    assert gap.status == "gap"
    assert gap.reason == "the model takes no prompts: prompt=prompt_free asks it"


def test_changed_predictions_do_not_pass_for_the_old_ones(tmp_path: Path) -> None:
    root = shifted(tmp_path / "predictions")
    asked = [*picture_set(tmp_path / "data"), *files(root, "{stem}.png"), "prompt=prompt_free"]
    assert run(tmp_path, *asked).added == 2
    assert run(tmp_path, *asked).added == 0
    shifted(root, by=2)
    with pytest.raises(RequestError, match=r"holds another run: model/precomputed: weights: files"):
        run(tmp_path, *asked)


UNET = """\
{name}:
  _target_: samb.models.precomputed.Precomputed
  root: {root}
  pattern: "{{stem}}.png"
  card: {{title: A U-Net, training_data: none, licence: none, source: none}}
"""


def test_several_methods_stand_beside_a_prompted_model_and_are_tested_against_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configs = tmp_path / "configs" / "model"
    configs.mkdir(parents=True)
    for by, name in ((1, "unet"), (2, "nnunet")):
        root = shifted(tmp_path / name, cases=range(6), by=by)
        (configs / f"{name}.yaml").write_text(UNET.format(name=name, root=root))
    monkeypatch.setenv("SAMB_CONFIGS", str(configs.parent))
    data = picture_set(tmp_path / "data", count=6)
    result = run(tmp_path, *data, "model=[unet,nnunet,box_fill]", "prompt=[box,prompt_free]")
    table = result.table.set_index("model")[["prompt", "dsc", "dsc_low", "dsc_high", "groups"]]
    assert list(table.loc["box_fill"]) == ["box", 1.0, 1.0, 1.0, 6]
    assert list(table.loc["unet"]) == ["prompt_free", 0.75, 0.75, 0.75, 6]
    assert list(table.loc["nnunet"]) == ["prompt_free", 0.5, 0.5, 0.5, 6]
    tests = pd.read_csv(result.folder / "report" / "methods.csv").set_index(["minus", "model"])
    assert tests["dsc_difference"].to_dict() == {
        ("nnunet", "box_fill"): 0.5,
        ("nnunet", "unet"): 0.25,
        ("unet", "box_fill"): 0.25,
    }
    assert list(tests["sign_flip_p"]) == [2 / 64] * 3  # six differences of one sign
    assert list(tests["sign_flip_p_holm"]) == [3 * 2 / 64] * 3


def test_two_runs_of_one_template_stand_side_by_side_under_names_of_their_own(
    tmp_path: Path,
) -> None:
    data = picture_set(tmp_path / "data")
    for by, name in ((1, "unet"), (2, "nnunet")):
        model = files(shifted(tmp_path / name, by=by), "{stem}.png")
        run(
            tmp_path, *data, *model, "prompt=prompt_free",
            f"model.precomputed.name={name}", name=name,
        )  # fmt: skip
    folders = [RunFolder(tmp_path / "runs" / name) for name in ("unet", "nnunet")]
    _, shown = reported(folders, tmp_path / "both")
    means = shown.scores[shown.scores["metric"] == "dsc"].groupby("model")["value"].mean()
    assert means.to_dict() == {"unet": 0.75, "nnunet": 0.5}


def test_a_misspelt_structure_is_told_under_the_table(tmp_path: Path) -> None:
    model = [*files(shifted(tmp_path / "out"), "{stem}.png"), "model.precomputed.structure=Objekt"]
    result = run(tmp_path, *picture_set(tmp_path / "data"), *model, "prompt=prompt_free")
    told = "precomputed names Objekt, which no target of image\\_folder is called"
    assert told in (result.folder / "report" / "table.md").read_text()
    assert not result.passed
    assert result.misnamed == [
        "precomputed names Objekt, which no target of image_folder is called (there are: object)"
    ]


BRIGHT = """\
mask = nib.Nifti1Image((image.get_fdata() >= 300).astype(np.uint8), image.affine)
mask.to_filename(target.replace(".nii.gz", "_mask.nii.gz"))
"""


def test_bet_answers_volumes_and_refuses_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "fsl", BRIGHT)
    monkeypatch.setenv("FSLDIR", str(tmp_path / "fsl"))
    data = [*phantoms("head"), "dataset.phantoms.kinds=[head,polyp]"]
    result = run(tmp_path, *data, "model=bet", "prompt=prompt_free")
    refused = result.material.outcomes.query("status == 'refused'")
    assert list(refused["case"]) == ["polyp/000", "polyp/001"]
    assert refused["reason"].str.startswith("bet takes volumes of a head").all()
    (case,) = Phantoms(("head",), **SMALL).cases()
    content = case.read()
    assert content.raw is not None
    found, brain = content.raw[..., 0] >= 300, masks_of(content)["brain"]
    expected = 2 * (found & brain).sum() / (found.sum() + brain.sum())
    assert 0 < expected < 1
    assert dsc_of(result, "volume") == {("head/000", -1): pytest.approx(expected)}


def test_a_dry_run_times_whole_cases_of_a_model_that_sees_them_whole(tmp_path: Path) -> None:
    root = written("abdomen", nifti_label_map, tmp_path / "predictions")
    asked = [*phantoms("abdomen"), *files(root, "{parent}/{stem}.nii.gz"), "prompt=prompt_free"]
    place = Place(tmp_path / "runs", device="cpu", workers=1)
    own = f"model.precomputed.{BY_ORGAN}"
    _, (estimate,) = dry_run([*asked, own, "metric=overlap", "max_failed=0"], place)
    assert (estimate.cases, estimate.frames, estimate.problem) == (1, 8, "")
    assert estimate.seconds > 0


def test_real_volumes_their_own_labels_score_one(
    tmp_path: Path, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMB_DATA", str(samples))
    root = samples / "MSD-Task04_Hippocampus" / "Task04_Hippocampus" / "labelsTr"
    own = "model.precomputed.labels={anterior: 1, posterior: 2}"
    asked = ["dataset=msd_hippocampus", *files(root, "{name}"), own, "prompt=prompt_free"]
    result = run(tmp_path, *asked, "limit=2")
    assert result.passed
    dsc = result.scores[result.scores["metric"] == "dsc"]
    assert set(dsc["level"]) == {"frame", "volume"}
    assert set(dsc["value"]) == {1.0}


def test_real_pictures_of_several_polyps_are_compared_by_picture(
    tmp_path: Path, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMB_DATA", str(samples))
    model = files(samples / "Kvasir-SEG" / "Kvasir-SEG" / "masks", "{name}")
    model[0] = "model=[precomputed,box_fill]"
    own = "model.precomputed.structure=polyp"
    asked = ["dataset=kvasir_seg", *model, own, "prompt=[box,prompt_free]", "limit=5"]
    result = run(tmp_path, *asked)
    own_scores = result.scores[result.scores["model"] == "precomputed"]
    assert own_scores.loc[own_scores["metric"] == "dsc", "value"].min() > 0.999  # JPEG specks
    (row,) = pd.read_csv(result.folder / "report" / "methods.csv").to_dict("records")
    assert (row["model"], row["minus"], row["groups"]) == ("box_fill", "precomputed", 5)
    assert row["dsc_difference"] < 0
