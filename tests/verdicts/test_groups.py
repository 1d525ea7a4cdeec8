import pytest

from samb.verdicts.arm import Arm
from samb.verdicts.contrast import Contrast
from samb.verdicts.groups import Groups
from samb.verdicts.tags import tags_of
from tests.verdicts.tables import Row, answer, means

CHECK = Groups(
    what="organs are easier",
    contrast=Contrast(second=Arm(prompt=("box",))),
    better=("organ",),
    worse=("tumour",),
)
HIGH, LOW = [0.80, 0.82, 0.84, 0.86, 0.88], [0.50, 0.52, 0.54, 0.56, 0.58]


def sides(organs: list[float], tumours: list[float]) -> tuple[list[Row], list[Row]]:
    """Published targets: organs in one data set, tumours in another."""
    return (
        means("box", organs, dataset="liver"),
        means("box", tumours, dataset="lesion"),
    )


def test_five_organs_above_five_tumours(evidence):
    (found,) = CHECK.findings(evidence(*sides(HIGH, LOW), unit="target"))
    assert found.effect == pytest.approx(0.30)
    assert found.leaning == "for"
    assert found.p == pytest.approx(2 / 252)  # Mann-Whitney: one order of C(10, 5), on either side
    assert found.units == 10


def test_swapped_they_are_against_it(evidence):
    assert CHECK.findings(evidence(*sides(LOW, HIGH), unit="target"))[0].leaning == "against"


def test_overlapping_kinds_lean_nowhere(evidence):
    assert CHECK.findings(evidence(*sides(HIGH, HIGH[::-1]), unit="target"))[0].leaning == "none"


def test_four_tumours_are_too_few(evidence):
    (found,) = CHECK.findings(evidence(*sides(HIGH, LOW[:4]), unit="target"))
    assert (found.leaning, found.p) == ("none", None)
    assert "4 of at least 5 targets" in found.note


def test_organs_alone_are_not_covered(evidence):
    assert CHECK.findings(evidence(means("box", HIGH, dataset="liver"), unit="target")) == []


def test_patients_with_both_are_paired(evidence):
    # within each of six patients the tumour is lower by 0.1, though patients differ by more
    patients = [0.2, 0.3, 0.5, 0.6, 0.8, 0.9]
    rows = (
        answer("box", patients, target="liver"),
        answer(
            "box", [it - 0.1 - 0.001 * place for place, it in enumerate(patients)], target="tumour"
        ),
    )
    (found,) = CHECK.findings(evidence(*rows))
    assert (found.units, found.leaning) == (6, "for")
    assert found.p == pytest.approx(2 / 2**6)
    assert "6 with both" in found.note


def test_thirty_patients_of_one_organ_and_of_one_tumour_are_one_target_each(evidence):
    organ, tumour = ([mean + 0.001 * it for it in range(30)] for mean in (0.8, 0.5))
    rows = (
        answer("box", organ, dataset="a", target="liver"),
        answer("box", tumour, dataset="b", target="tumour"),
    )
    (found,) = CHECK.findings(evidence(*rows))
    assert found.effect == pytest.approx(0.3)
    assert (found.leaning, found.p, found.interval) == ("none", None, None)
    assert "1 of at least 5 targets" in found.note


def test_targets_of_data_sets_without_common_patients_are_compared_by_their_means(evidence):
    rows = [
        answer("box", [mean - 0.01, mean, mean + 0.01], dataset=f"{kind} {place}", target=kind)
        for kind, side in (("liver", HIGH), ("tumour", LOW))
        for place, mean in enumerate(side)
    ]
    (found,) = CHECK.findings(evidence(*rows))
    assert (found.leaning, found.units, found.unit) == ("for", 10, "target")
    assert found.p == pytest.approx(2 / 252)


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("CT-Organ: Liver", "organ"),
        ("CT-Colon: CT-Colon", "tumour"),
        ("MRI-Brain: Edema", "tumour"),
        ("US-Breast: US-Breast", "tumour"),
        ("MRI-Breast: Breast", "organ"),
        ("Xray-Hip: Femur", "organ"),
        ("lits_slices: tumour", "tumour"),
        ("lits_slices: liver", "organ"),
        ("kvasir_seg: polyp", "polyp"),
        ("cholecseg8k: instrument", "instrument"),
        ("dsb2018: nucleus", "dense"),
        ("AMOS22-CT: left_adrenal", "abdomen"),
        ("ants_kki: brain", "brain"),
        ("phantoms: kidney_left", "organ"),
        ("LiTS-Tumor: LiTS-Tumor", "tumour"),
    ],
)
def test_a_target_is_tagged_by_its_name(name, tag):
    assert tag in tags_of(name)


def test_a_name_that_no_rule_knows_has_no_tag():
    assert tags_of("mine: thing") == frozenset()
