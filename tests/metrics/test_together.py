"""Instance metrics over the stored masks of a frame, on masks small enough to draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np

from samb.metrics.base import Unmatched
from samb.metrics.panoptic import PanopticQuality
from samb.metrics.scoring import Scoring
from samb.records import Answer, CaseRecord
from samb.selections import Rule
from samb.types import BoolArray, MaskStack, Target


def strip(*pixels: int) -> MaskStack:
    """A mask of one row of ten pixels."""
    mask = np.zeros((1, 1, 10), dtype=bool)
    mask[0, 0, list(pixels)] = True
    return MaskStack.from_array(mask)


def target(number: int, masks: MaskStack) -> Target:
    return Target(f"nucleus/{number}", "nucleus", {"expert": masks}, "expert")


CASE = CaseRecord("set", "case", "group", 2, (1, 1, 10), None, "",
                  (target(1, strip(0, 1, 2)), target(2, strip(5, 6))))  # fmt: skip


def answer(object_id: str | None, *candidates: MaskStack) -> Answer:
    estimates = (0.5,) * len(candidates)
    return Answer("model", "mode", 1, 0, object_id, (0,), 1, True, candidates, estimates, (), None,
                  {}, 0.0)  # fmt: skip


def scored(*answers: Answer, case: CaseRecord = CASE) -> dict[tuple[str, str], float]:
    rules: tuple[Rule, ...] = ("single", "oracle_iou", "oracle_one_to_one", "label_map")
    rows = Scoring((PanopticQuality(),), rules).rows(case, answers)
    assert {row["level"] for row in rows} == {"image"}
    return {(row["selection"], row["metric"]): row["value"] for row in rows}


def test_one_hit_one_miss_counts_both_objects() -> None:
    values = scored(answer("nucleus/1", strip(0, 1, 2, 3)), answer("nucleus/2", strip(9)))
    # One pair with IoU 3/4; one false positive and one false negative: RQ = 2 / (2 + 1 + 1).
    assert values["single", "sq"] == 3 / 4
    assert values["single", "rq"] == 1 / 2
    assert values["single", "pq"] == 3 / 8


def test_an_empty_answer_is_no_object() -> None:
    values = scored(answer("nucleus/1", strip(0, 1, 2)), answer("nucleus/2", strip()))
    # One pair, one false negative, no false positive: RQ = 2 / (2 + 1).
    assert values["single", "pq"] == 2 / 3


def test_a_whole_view_gives_all_its_masks_and_unmatched_ones_count() -> None:
    values = scored(answer(None, strip(0, 1, 2), strip(5, 6), strip(8), strip(9)))
    # Two pairs, two false positives: RQ = 4 / (4 + 2).
    assert values["all", "pq"] == 2 / 3


def test_masks_without_a_class_are_held_against_all_structures_together() -> None:
    cell = Target("cell", "cell", {"expert": strip(8, 9)}, "expert")
    case = replace(CASE, targets=(*CASE.targets, cell))
    rows = Scoring((PanopticQuality(),), ("oracle_iou",)).rows(
        case, [answer(None, strip(0, 1, 2), strip(5, 6), strip(8, 9))]
    )
    assert {row["structure"] for row in rows} == {"any"}
    assert {row["value"] for row in rows if row["metric"] == "pq"} == {1.0}


def test_masks_that_a_matching_gives_to_no_target_are_counted() -> None:
    # Each target has one mask at best; (0 1 2 3) and (0 1 2) both want the first.
    values = scored(answer(None, strip(0, 1, 2, 3), strip(0, 1, 2), strip(6), strip(9)))
    assert values["oracle_iou", "unmatched_masks"] == 2
    assert values["oracle_one_to_one", "unmatched_masks"] == 2
    # Exclusive: 3 is what remains of the first mask, and of no use to anybody.
    assert values["label_map", "unmatched_masks"] == 2


def test_a_mask_that_serves_two_targets_leaves_none_unmatched() -> None:
    values = scored(answer(None, strip(0, 1, 2, 5, 6)))
    assert values["oracle_iou", "unmatched_masks"] == 0


def test_masks_on_a_frame_without_targets_are_counted_and_score_nothing() -> None:
    nothing = replace(CASE, targets=())
    values = scored(answer(None, strip(0), strip(4)), case=nothing)
    assert values["oracle_one_to_one", "unmatched_masks"] == 2
    assert values["all", "pq"] == 0.0
    assert scored(answer(None), case=nothing)["oracle_iou", "unmatched_masks"] == 0


def test_earlier_attempts_do_not_count() -> None:
    earlier = replace(answer("nucleus/1", strip(8)), final=False)
    final = replace(answer("nucleus/1", strip(0, 1, 2)), attempt=2)
    values = scored(earlier, final, answer("nucleus/2", strip(5, 6)))
    assert values["single", "pq"] == 1.0


def test_masks_that_several_selections_share_are_measured_once() -> None:
    counted = Counting()
    one, other = strip(0, 1, 2), strip(8)
    given = [replace(answer("nucleus/1", one, other), multimask=(0, 1))]
    rows = Scoring((counted,), ("single", "first", "largest", "oracle_iou")).rows(CASE, given)
    assert [row["value"] for row in rows] == [1.0] * 4
    assert counted.calls == [1]


@dataclass(frozen=True)
class Counting(PanopticQuality):
    """How many masks it was given; counts its calls."""

    names: ClassVar[tuple[str, ...]] = ("pq",)
    empty: Mapping[str, Unmatched] = field(default_factory=lambda: {"pq": Unmatched()})
    calls: list[int] = field(default_factory=list)

    def score(
        self,
        predictions: Sequence[BoolArray],
        references: Sequence[BoolArray],
        spacing: tuple[float, float],
    ) -> dict[str, float]:
        self.calls.append(len(predictions))
        return {"pq": float(len(predictions))}
