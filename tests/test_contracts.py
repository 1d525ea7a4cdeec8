"""What every shipped choice owes to its group, whatever it is: a new YAML is tested as it comes."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samb.building import build_parts
from samb.choices import GROUPS, ConfigFolders
from samb.config import compose
from samb.datasets.base import Dataset
from samb.dialogue import Prediction, Prompt
from samb.errors import RequestError
from samb.metrics.base import InstanceMetric, MaskMetric, Metric, Unit, kind_of
from samb.models.base import Embedding, Model, Runtime, Segmenter
from samb.models.store import SHIPPED as WEIGHTS_OF_SAMB
from samb.prompts.base import Prompter
from samb.selections import MATCHINGS, SELECTIONS
from samb.types import BoolArray, View
from tests.strategies import masks

SHIPPED = ConfigFolders(ConfigFolders.find().shipped, None)
INTERFACES: Mapping[str, type[Any]] = {
    "dataset": Dataset,
    "model": Model,
    "prompt": Prompter,
    "metric": Metric,
}
CHOICES = [(group, name) for group in GROUPS for name in SHIPPED.choices(group)]


def names(group: str) -> list[str]:
    return list(SHIPPED.choices(group))


def is_template(group: str, name: str) -> bool:
    """Whether the command line has to say the rest, as for a folder of the user's own."""
    return "???" in map(str, SHIPPED.read(group, name).values())


def built(group: str, name: str) -> Any:
    """The choice as a run builds it; a pattern stands in for what a template asks for."""
    params = SHIPPED.read(group, name).items()
    given = [f"{group}.{name}.{key}={{id}}.png" for key, value in params if value == "???"]
    choices = compose([f"{group}={name}", *given], SHIPPED)[group]
    (part,) = build_parts(choices, group, INTERFACES[group])
    return part.built


def card(group: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = SHIPPED.read(group, name)["card"]
    return found


@pytest.mark.parametrize(("group", "name"), CHOICES)
def test_every_yaml_builds_and_its_key_is_its_file_name(group: str, name: str) -> None:
    assert isinstance(built(group, name), INTERFACES[group])


@pytest.mark.parametrize(("group", "name"), CHOICES)
def test_every_card_has_a_title(group: str, name: str) -> None:
    assert card(group, name)["title"]


@pytest.mark.parametrize("name", [it for it in names("dataset") if not is_template("dataset", it)])
def test_the_card_of_a_data_set_names_modality_structures_licence_and_how_to_get_it(
    name: str,
) -> None:
    facts = card("dataset", name)
    assert all(facts[key] for key in ("modality", "structures", "licence", "source", "get"))


@pytest.mark.parametrize("name", names("model"))
def test_the_card_of_a_model_names_its_training_data_licence_and_source(name: str) -> None:
    assert all(card("model", name)[key] for key in ("training_data", "licence", "source"))


@pytest.mark.parametrize("name", names("prompt"))
def test_the_card_of_a_prompt_mode_is_its_protocol(name: str) -> None:
    facts = card("prompt", name)
    assert isinstance(facts["version"], int)
    assert all(isinstance(facts[key], str) for key in ("rule", "source"))
    assert isinstance(facts["assumptions"], list)
    shared = built("prompt", name).asks == "view"
    assert facts["selection"] in ({"by_class", *MATCHINGS} if shared else set(SELECTIONS))


@pytest.mark.parametrize("name", names("metric"))
def test_the_card_of_a_metric_defines_each_of_its_values_with_a_source(name: str) -> None:
    for value in built("metric", name).names:
        assert card("metric", name)[value].keys() >= {"definition", "source"}


METRICS: list[Metric] = [built("metric", name) for name in names("metric")]
OF_MASKS = [metric for metric in METRICS if isinstance(metric, MaskMetric)]
OF_INSTANCES = [metric for metric in METRICS if isinstance(metric, InstanceMetric)]
# A count of pixels is neither good nor bad.
BEST: Mapping[Unit, float] = {
    "fraction": 1.0,
    "likeness": 1.0,
    "distance": 0.0,
    "error": 0.0,
    "signed_error": 0.0,
}


def best(metric: Metric, **differing: float) -> Mapping[str, Any]:
    """What a mask scores against itself, undefined values apart."""
    values = {name: BEST.get(metric.units[name], ANY) for name in metric.names} | differing
    # The E-measure of N pixels may reach N / (N - 1).
    return {
        name: value
        if value is ANY
        else pytest.approx(value, abs=1.0 if metric.units[name] == "likeness" else 0, nan_ok=True)
        for name, value in values.items()
    }


@given(masks(), st.floats(0.1, 10), st.floats(0.1, 10))
def test_a_mask_has_the_best_value_against_itself(mask: BoolArray, row: float, col: float) -> None:
    for metric in OF_MASKS:
        found = metric(mask, mask, (row, col))
        undefined = {name: value for name, value in found.items() if math.isnan(value)}
        # Without a pixel outside the target, or with one pixel in all.
        assert not undefined or mask.all() or mask.size == 1
        assert found == best(metric, **undefined)


@given(masks(), st.data())
def test_no_mask_is_better_than_the_reference(mask: BoolArray, data: st.DataObject) -> None:
    other = data.draw(masks(mask.shape))
    for metric in OF_MASKS:
        for name, value in metric(other, mask, (1.0, 1.0)).items():
            if metric.units[name] == "fraction" and not math.isnan(value):
                assert 0 <= value <= 1
            if metric.units[name] in {"distance", "error"}:
                assert value >= 0


@given(masks())
def test_an_empty_prediction_has_the_value_that_the_metric_states(mask: BoolArray) -> None:
    for metric in OF_MASKS:
        found = metric(np.zeros_like(mask), mask, (1.0, 1.0))
        assert found.keys() == set(metric.names)
        for name, stated in metric.empty_prediction.items():
            assert found[name] == pytest.approx(stated, abs=0, nan_ok=True)


@pytest.mark.parametrize("metric", OF_MASKS, ids=lambda it: type(it).__name__)
def test_a_metric_takes_volumes_where_it_says_so(metric: MaskMetric) -> None:
    volume = np.zeros((3, 4, 5), dtype=bool)
    volume[1, 1:3, 2:4] = True
    if 3 in metric.dimensions:
        assert metric(volume, volume, (5.0, 1.0, 0.5)) == best(metric)


@given(st.lists(masks((12, 14)), min_size=1, max_size=4))
def test_masks_of_a_frame_have_the_best_value_against_themselves(found: list[BoolArray]) -> None:
    for metric in OF_INSTANCES:
        assert metric(found, found, (2.0, 0.5)) == best(metric)


@given(masks())
def test_what_a_frame_without_masks_scores_is_stated_for_every_name(mask: BoolArray) -> None:
    lists = {"neither": ([], []), "no_reference": ([mask], []), "no_prediction": ([], [mask])}
    for metric in OF_INSTANCES:
        for what, (predictions, references) in lists.items():
            stated = {name: getattr(metric.empty[kind_of(name)], what) for name in metric.names}
            found = metric(predictions, references, (1.0, 1.0))
            assert found.keys() == stated.keys()
            said = {name: value for name, value in stated.items() if value is not None}
            same = {name: found[name] for name in said}
            assert same == pytest.approx(said, abs=0, nan_ok=True)


def test_no_two_metrics_share_a_name() -> None:
    given_names = [name for metric in METRICS for name in metric.names]
    assert len(given_names) == len(set(given_names))


OF_THE_USER = {"bet", "precomputed", "precomputed_instances"}
"""Models that are a program or files on the user's machine; they are tested with ones made up."""
WITHOUT_WEIGHTS = [
    it
    for it in names("model")
    if it not in OF_THE_USER
    and (
        "checkpoint" not in (own := SHIPPED.read("model", it))
        or (WEIGHTS_OF_SAMB / own["checkpoint"]).is_file()
    )
]
"""Models that run on a machine without a single download."""
SHAPES = [(1, 20, 31), (1, 1, 40)]


@pytest.fixture(scope="module", params=WITHOUT_WEIGHTS)
def segmenter(request: pytest.FixtureRequest) -> Segmenter:
    model: Model = built("model", request.param)
    model.check()
    return model.load(Runtime())


def view(shape: tuple[int, int, int]) -> View:
    pixels = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    return View("case", tuple(range(shape[0])), pixels)


def prompts(shape: tuple[int, int, int]) -> list[Prompt]:
    """A point, a box, and both, inside a view."""
    _, height, width = shape
    points = np.array([[width // 2, height // 2]], dtype=np.float32)
    labels = np.ones(1, dtype=np.int8)
    box = np.array([0, 0, width - 1, height - 1], dtype=np.float64)
    return [
        Prompt(points_xy=points, point_labels=labels),
        Prompt(box_xyxy=box),
        Prompt(points_xy=points, point_labels=labels, box_xyxy=box),
    ]


def asked(segmenter: Segmenter) -> list[tuple[Embedding, Prompt]]:
    """Every prompt on every shape."""
    embeddings = segmenter.embed([view(shape) for shape in SHAPES])
    return [(it, prompt) for it in embeddings for prompt in prompts(it.shape)]


def test_a_model_answers_with_masks_of_the_images_size(segmenter: Segmenter) -> None:
    requests = asked(segmenter)
    answers = segmenter.segment(requests)
    assert len(answers) == len(requests) == len(SHAPES) * 3
    for (embedding, _), answer in zip(requests, answers, strict=True):
        assert answer.masks.shape[1:] == embedding.shape
        assert len(answer.masks) >= 1
        assert set(answer.multimask) <= set(range(len(answer.masks)))


def test_the_same_request_gets_the_same_answer_in_any_order(segmenter: Segmenter) -> None:
    requests = asked(segmenter)
    forward, backward = segmenter.segment(requests), segmenter.segment(requests[::-1])[::-1]
    assert all(same(one, other) for one, other in zip(forward, backward, strict=True))


def same(one: Prediction, other: Prediction) -> bool:
    """Estimates may drift by what a sum in another order does."""
    return np.array_equal(one.masks, other.masks) and np.allclose(
        one.iou_estimates, other.iou_estimates, rtol=1e-5, equal_nan=True
    )


@pytest.mark.parametrize("name", names("model"))
def test_a_model_whose_weights_are_missing_is_refused_before_it_is_loaded(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMB_CACHE", str(tmp_path))
    model: Model = built("model", name)
    if name in WITHOUT_WEIGHTS:
        model.check()
        assert model.identity()
        return
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("FSLDIR", raising=False)
    told = "should be a folder|program bet is not there" if name in OF_THE_USER else str(tmp_path)
    with pytest.raises(RequestError, match=told):
        model.check()


NOT_SAMPLED = {
    "amos_ct", "amos_ct_raw", "ct_org", "fusc", "isic2018", "lits", "tg3k", "tn3k",
    "mazurowski_ct_colon", "mazurowski_ct_hepaticvessel", "mazurowski_ct_liver",
    "mazurowski_ct_organ", "mazurowski_ct_pancreas", "mazurowski_ct_spleen",
    "mazurowski_pet_wholebody", "pranet_clinicdb", "pranet_colondb", "pranet_cvc300",
    "pranet_etis", "pranet_kvasir", "totalsegmentator",
}  # fmt: skip
"""Data sets of whose own layout the sample data beside the project hold nothing; made-up trees of
most are read in tests/datasets/test_paper_layouts.py."""


def listed(dataset: Dataset) -> list[tuple[str, str]]:
    return [(case.case_id, case.group_id) for case in dataset.cases()]


@pytest.mark.parametrize("name", [it for it in names("dataset") if not is_template("dataset", it)])
def test_a_data_set_lists_its_cases_sorted_and_the_same_every_time(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name in NOT_SAMPLED:
        pytest.skip(f"the sample data hold nothing of {name} in its own layout")
    if "root" in SHIPPED.read("dataset", name):
        monkeypatch.setenv("SAMB_DATA", str(request.getfixturevalue("samples")))
    cases = listed(built("dataset", name))
    ids = [case_id for case_id, _ in cases]
    assert cases == listed(built("dataset", name))
    assert ids == sorted(set(ids))
    assert all(group for _, group in cases)


def test_the_generated_data_set_reads_the_same_every_time() -> None:
    for case in list(built("dataset", "phantoms").cases())[::7]:
        first, again = case.read(), case.read()
        assert np.array_equal(first.images, again.images)
        assert first.targets == again.targets
