"""Which candidate counts.

For an answer to one target, a selection:

| selection | rule |
|---|---|
| single | the model's answer to an unambiguous prompt: candidate 0 (SAM: mask token 0) |
| first | the first multimask candidate (SAM: token 1; Mazurowski et al.'s default) |
| predicted_iou | the multimask candidate with the highest IoU estimate of the model itself |
| largest | the multimask candidate with the most pixels |
| oracle_iou | the multimask candidate with the highest true IoU (Mazurowski's oracle) |
| oracle_dice | the multimask candidate with the highest true Dice (Huang et al.) |

Ties go to the lower index. A model without multimask candidates answers with all it has.

For an answer that all targets of a view share, without class names, a matching
(`samb.metrics.matching`):

| matching | rule |
|---|---|
| oracle_iou | each target gets the mask of highest IoU with it; a mask may serve several |
| oracle_dice | the same by Dice, which ranks masks as IoU does |
| oracle_s_measure | each target gets the mask of highest S-measure, even one beside it |
| oracle_one_to_one | pairs of the greatest sum of IoU (Hungarian method): no mask serves two |
| label_map | masks made exclusive first, a smaller one on a larger one; then paired as above |

Oracles look at the reference: no user could deploy them. The S-measure (Fan et al.
2017) is slow, so that oracle_s_measure (the rule of Zhou et al. 2023, arXiv 2304.07583) is scored
only where it is asked for.
"""

from typing import Literal, TypeAlias, get_args

import numpy as np

from samb.types import BoolArray, FloatArray

Selection: TypeAlias = Literal[
    "single", "first", "predicted_iou", "largest", "oracle_iou", "oracle_dice"
]
SELECTIONS: tuple[Selection, ...] = get_args(Selection)
Matching: TypeAlias = Literal[
    "oracle_iou", "oracle_dice", "oracle_s_measure", "oracle_one_to_one", "label_map"
]
MATCHINGS: tuple[Matching, ...] = get_args(Matching)
Rule: TypeAlias = Literal[
    "single", "first", "predicted_iou", "largest",
    "oracle_iou", "oracle_dice", "oracle_s_measure", "oracle_one_to_one", "label_map",
]  # fmt: skip
"""Either."""
Headline: TypeAlias = Rule | Literal["by_class"]
"""What counts in short tables; `by_class`: the masks that the model says are of the structure."""
RULES: tuple[Rule, ...] = get_args(Rule)
USUAL_RULES: tuple[Rule, ...] = tuple(name for name in RULES if name != "oracle_s_measure")
"""What is scored when nothing is said: all that cost little."""


def select(
    selection: Selection,
    masks: BoolArray,
    iou_estimates: FloatArray,
    multimask: tuple[int, ...],
    reference: BoolArray,
) -> int:
    """Index of the candidate that counts; masks (C, ...), reference (...)."""
    if selection == "single":
        return 0
    eligible = multimask or tuple(range(len(masks)))
    if selection == "first":
        return eligible[0]
    return eligible[int(np.argmax(_worth(selection, masks, iou_estimates, eligible, reference)))]


def _worth(
    selection: Selection,
    masks: BoolArray,
    iou_estimates: FloatArray,
    eligible: tuple[int, ...],
    reference: BoolArray,
) -> list[float]:
    if selection == "predicted_iou":
        return [float(np.nan_to_num(iou_estimates[index], nan=-1.0)) for index in eligible]
    if selection == "largest":
        return [float(masks[index].sum()) for index in eligible]
    overlap = dice if selection == "oracle_dice" else iou
    return [overlap(masks[index], reference) for index in eligible]


def dice(prediction: BoolArray, reference: BoolArray) -> float:
    """Dice similarity coefficient; 0 where both are empty, so that no candidate gains by it."""
    total = int(prediction.sum()) + int(reference.sum())
    return 2 * int((prediction & reference).sum()) / max(total, 1)


def iou(prediction: BoolArray, reference: BoolArray) -> float:
    """Intersection over union; 0 where both are empty."""
    return int((prediction & reference).sum()) / max(int((prediction | reference).sum()), 1)
