import pandas as pd
import pytest

from samb.metrics.scoring import COLUMNS
from samb.stages.pooling import pooled


def counts(
    case: str, structure: str, predicted: float, reference: float, shared: float, repeat: int = 0
) -> list[tuple[object, ...]]:
    place = ("set", case, case, 0, structure, structure, "expert", "frame", "", "m", "box", 1)
    pixels = {"px_predicted": predicted, "px_reference": reference, "px_shared": shared}
    return [(*place, repeat, 1, True, "single", name, "", value) for name, value in pixels.items()]


def values(rows: list[tuple[object, ...]]) -> dict[tuple[str, str, str], float]:
    found = pooled(pd.DataFrame(rows, columns=COLUMNS))
    keys = zip(found["metric"], found["structure"], found["case"], strict=True)
    return dict(zip(keys, found["value"], strict=True))


def test_global_dice_pools_the_pixels_of_all_cases() -> None:
    found = values([*counts("a", "liver", 100, 100, 90), *counts("b", "liver", 1, 1, 0)])
    assert found["global_dice", "liver", ""] == 180 / 202


def test_generalised_dice_is_of_the_structures_of_a_case() -> None:
    found = values([*counts("a", "liver", 8, 10, 8), *counts("a", "tumour", 2, 2, 1)])
    crum = 2 * (8 / 10 + 1 / 2) / (18 / 10 + 4 / 2)
    assert found["generalised_dice_crum", "all structures", "a"] == pytest.approx(crum)


def test_pixels_on_an_image_without_the_structure_count_in_the_data_set_alone() -> None:
    row = counts("b", "liver", 0, 0, 0)[0]
    alarm = (*row[:16], "false_positive_px", "px", 20.0)
    found = values([*counts("a", "liver", 10, 10, 10), alarm])
    assert found["global_dice", "liver", ""] == 20 / 40
    assert found["generalised_dice_crum", "all structures", "a"] == 1
    assert ("generalised_dice_crum", "all structures", "b") not in found


def test_pixels_in_a_volume_without_the_structure_count_and_those_of_one_with_it_once() -> None:
    def turned(row: tuple[object, ...], level: str, frame: int) -> tuple[object, ...]:
        return (*row[:3], frame, *row[4:7], level, "all_slices", *row[9:])

    def alarm(case: str, frame: int, pixels: float) -> tuple[object, ...]:
        row = counts(case, "liver", 0, 0, 0)[0]
        return turned((*row[:16], "false_positive_px", "px", pixels), "frame", frame)

    with_it = [turned(row, "volume", -1) for row in counts("a", "liver", 15, 10, 10)]
    found = values([*with_it, alarm("a", 2, 5), alarm("b", 0, 20), alarm("b", 1, 5)])
    assert found["global_dice", "liver", ""] == 20 / 50


def test_repeats_are_never_pooled_together() -> None:
    rows = [*counts("a", "liver", 10, 10, 10), *counts("a", "liver", 0, 10, 0, repeat=1)]
    found = pooled(pd.DataFrame(rows, columns=COLUMNS))
    assert found.loc[found["metric"] == "global_dice", "value"].tolist() == [1.0, 0.0]


def test_without_counts_there_is_nothing() -> None:
    assert pooled(pd.DataFrame(columns=COLUMNS)).empty
