import math
from typing import Any

from samb.reports.footer import footer
from samb.reports.warnings import few_groups, many_undefined


def test_an_interval_from_few_groups_is_warned_of(make: Any) -> None:
    scores = make.scores(*({"group": f"g{n}", "case": f"c{n}"} for n in range(12)))
    (warning,) = few_groups(scores)
    assert warning.startswith("Warning: intervals of kvasir_seg rest on 12 groups.")
    assert warning in footer(make.material(scores))


def test_the_range_of_groups_over_structures_is_told(make: Any) -> None:
    scores = make.scores(
        *({"group": f"g{n}", "structure": "liver"} for n in range(6)),
        *({"group": f"g{n}", "structure": "spleen"} for n in range(9)),
    )
    (warning,) = few_groups(scores)
    assert "rest on 6 to 9 groups" in warning


def test_without_an_interval_or_with_many_groups_there_is_nothing_to_warn_of(make: Any) -> None:
    for count in (4, 30):
        assert not list(few_groups(make.scores(*({"group": f"g{n}"} for n in range(count)))))


def test_many_undefined_scores_of_a_cell_are_warned_of(make: Any) -> None:
    rows = [
        {"case": f"c{n}", "prompt": mode, "metric": "hd95", "value": value}
        for mode, undefined in (("box", 1), ("point_random_1", 4))
        for n, value in enumerate([math.nan] * undefined + [1.0] * (20 - undefined))
    ]
    (warning,) = many_undefined(make.scores(*rows))
    assert warning.startswith(
        "Warning: up to 20% of the HD95 scores of sam_vit_b on kvasir_seg are undefined "
        "(point_random_1)"
    )


def test_an_undefined_score_in_twenty_is_counted_and_not_warned_of(make: Any) -> None:
    rows = [{"case": f"c{n}", "value": math.nan if n == 0 else 1.0} for n in range(20)]
    assert not list(many_undefined(make.scores(*rows)))
