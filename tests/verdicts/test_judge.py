from typing import Any

import numpy as np
import pytest

from samb.streams import stream
from samb.verdicts.arm import Arm
from samb.verdicts.check import Check
from samb.verdicts.claim import Claim
from samb.verdicts.contrast import Contrast
from samb.verdicts.difference import Difference
from samb.verdicts.judge import Verdict, judge
from samb.verdicts.spread import Ends
from tests.verdicts.tables import Row, answer, means

TEN = [0.3 + 0.02 * place for place in range(10)]


def better(
    second: str, first: str = "point", *, low: float = 0.0, optional: bool = False
) -> Difference:
    contrast = Contrast(first=Arm(prompt=(first,)), second=Arm(prompt=(second,)))
    what = f"{second} is better than {first}"
    return Difference(what=what, contrast=contrast, low=low, optional=optional)


def claim(*checks: Check, name: str = "X") -> Claim:
    return Claim(name=name, study="survey", checks=checks, card={})


def gain(prompt: str, by: float) -> list[Row]:
    return answer(prompt, [value + by + 0.001 * it for it, value in enumerate(TEN)])


def verdict(of: Claim, *rows: list[Row], evidence: Any) -> Verdict:
    return judge([of], [evidence(*rows)])[0].verdict


def test_a_clear_gain_is_confirmed_and_a_clear_loss_refuted(evidence):
    both = claim(better("box"))
    assert verdict(both, answer("point", TEN), gain("box", 0.1), evidence=evidence) == "confirmed"
    assert verdict(both, answer("point", TEN), gain("box", -0.1), evidence=evidence) == "refuted"


def test_swapped_columns_change_the_verdict(evidence):
    rows = answer("point", TEN), gain("box", 0.1)
    swapped = [
        [{**row, "prompt": "box" if row["prompt"] == "point" else "point"} for row in part]
        for part in rows
    ]
    assert verdict(claim(better("box")), *rows, evidence=evidence) == "confirmed"
    assert verdict(claim(better("box")), *swapped, evidence=evidence) == "refuted"


def test_what_is_not_there_is_not_covered(evidence):
    assert verdict(claim(better("box")), answer("point", TEN), evidence=evidence) == "not covered"


def test_a_claim_of_two_checks_is_refuted_by_one(evidence):
    rows = answer("point", TEN), gain("box", 0.1), gain("mask", -0.1)
    assert verdict(claim(better("box"), better("mask")), *rows, evidence=evidence) == "refuted"


def test_a_claim_is_not_confirmed_by_a_part_of_what_it_says(evidence):
    rows = answer("point", TEN), gain("box", 0.1)
    whole = claim(better("box"), better("mask"))
    assert verdict(whole, *rows, evidence=evidence) == "undecided"
    (found,) = judge([whole], [evidence(*rows)])
    assert [it.needs for it in found.uncovered] == ["DSC or IOU of point and mask"]
    may_lack = claim(better("box"), better("mask", optional=True))
    assert verdict(may_lack, *rows, evidence=evidence) == "confirmed"


def test_too_few_units_in_one_source_do_not_undo_another(evidence):
    enough = evidence(answer("point", TEN), gain("box", 0.1))
    few = evidence(answer("point", TEN[:2]), gain("box", -0.5)[:2])
    assert judge([claim(better("box"))], [enough, few])[0].verdict == "confirmed"
    assert judge([claim(better("box"))], [few])[0].verdict == "undecided"


def test_what_a_table_states_is_a_verdict_without_a_test(evidence):
    box = Contrast(second=Arm(prompt=("box",)))
    ends = Ends(what="least", contrast=box, lowest=0.3, tolerance=0.001, targets=10)
    shown = evidence(means("box", TEN), unit="target")
    (found,) = judge([claim(ends)], [shown])
    assert (found.verdict, found.tests) == ("confirmed", 0)


def test_p_values_are_corrected_for_all_claims_together(evidence):
    # 10 groups of equal sign: p 2 / 1024; of 30 such tests the smallest counts 30 times: 0.059
    rows = [answer("point", TEN)] + [gain(f"box_{it}", 0.1) for it in range(30)]
    claims = [claim(better(f"box_{it}"), name=f"C{it}") for it in range(30)]
    assert {it.verdict for it in judge(claims, [evidence(*rows)])} == {"undecided"}
    (alone,) = judge(claims[:1], [evidence(*rows)])
    assert alone.verdict == "confirmed"


def test_a_test_that_two_claims_share_is_counted_once(evidence):
    rows = answer("point", TEN), gain("box", 0.1)
    first, second = judge(
        [claim(better("box"), name="A"), claim(better("box"), name="B")], [evidence(*rows)]
    )
    assert first.tests == second.tests == 1
    assert first.found[0].adjusted_p == pytest.approx(2 / 2**10)


def test_the_decisive_finding_of_a_refuted_claim_is_one_that_refutes(evidence):
    rows = answer("point", TEN), gain("box", 0.1), gain("mask", -0.1)
    (found,) = judge([claim(better("box"), better("mask"))], [evidence(*rows)])
    assert found.decisive is not None
    assert found.decisive.finding.what == "mask minus point, sam_a"


def test_of_claims_without_an_effect_few_families_have_any_verdict(evidence):
    """Families of eight claims of nothing: without Holm a third would have a false verdict."""
    rng = stream("null claims")
    claims = [claim(better(f"box_{it}"), name=f"C{it}") for it in range(8)]
    wrong = 0
    for _ in range(30):
        values = np.clip(rng.normal(0.6, 0.1, size=(9, 12)), 0, 1)
        rows = [answer("point", list(values[0]))]
        rows += [answer(f"box_{it}", list(values[it + 1])) for it in range(8)]
        said = {it.verdict for it in judge(claims, [evidence(*rows)])}
        wrong += said != {"undecided"}
    assert wrong <= 4  # of 30 at 5 %: more than 4 in 1.6 % of all simulations


def test_a_claim_without_a_check_is_refused():
    with pytest.raises(ValueError, match="needs a check"):
        claim()
