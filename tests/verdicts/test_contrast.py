import pytest

from samb.verdicts.arm import Arm
from samb.verdicts.contrast import Compared, Contrast
from tests.verdicts.tables import answer, means

FIVE = [0.5, 0.5, 0.5, 0.5, 0.5]


def only(found: list[Compared]) -> Compared:
    (one,) = found
    return one


def test_the_first_mode_that_is_there_is_taken(evidence):
    shown = evidence(answer("dt", FIVE), answer("middle", [0.9] * 5))
    arm = Arm(prompt=("random", "middle", "dt"))
    assert only(Contrast(second=arm).compared(shown)).modes == ("", "middle")


def test_every_mode_of_a_pattern_is_compared_for_itself(evidence):
    shown = evidence(answer("box_a", FIVE), answer("box_b", FIVE), answer("point", FIVE))
    found = Contrast(second=Arm(prompt=("box_*",))).compared(shown)
    assert [it.modes[1] for it in found] == ["box_a", "box_b"]


def test_the_best_of_modes_is_that_of_the_highest_mean_of_each_target(evidence):
    shown = evidence(
        answer("a", [0.1, 0.9]), answer("b", [0.8, 0.4]),
        answer("a", [0.7, 0.7], target="other"), answer("b", [0.9, 0.2], target="other"),
    )  # fmt: skip
    found = only(Contrast(second=Arm(best=True)).compared(shown))
    assert list(found.of_targets.xs(("d", "organ"))) == [0.8, 0.4]
    assert list(found.of_targets.xs(("d", "other"))) == [0.7, 0.7]
    assert found.what == "best of 2 modes, sam_a"


def test_an_oracle_counts_only_where_it_is_asked_for(evidence):
    shown = evidence(
        answer("box", FIVE),
        answer("box", [0.7] * 5, selection="oracle_iou", usual=False),
    )
    oracle = Arm(selection=("oracle_dice", "oracle_iou"))
    assert only(Contrast(second=Arm()).compared(shown)).units.mean() == 0.5
    found = only(Contrast(first=Arm(), second=oracle).compared(shown))
    assert found.what == "box (oracle_iou) minus box, sam_a"
    assert found.units.mean() == pytest.approx(0.2)


def test_floors_and_other_methods_are_no_sam(evidence):
    shown = evidence(
        answer("box", FIVE),
        answer("box", [0.9] * 5, model="box_fill", family="floor"),
        answer("prompt_free", [0.8] * 5, model="U-Net", family="baseline"),
    )
    assert only(Contrast(second=Arm()).compared(shown)).models == ("", "sam_a")
    margin = Contrast(first=Arm(), second=Arm(model=("baseline",), best=True))
    assert only(margin.compared(shown)).what == "U-Net prompt_free minus sam_a box"


def test_a_mean_over_targets_is_used_only_where_single_ones_are_missing(evidence):
    total = means("box", [0.9], total=True)
    single = evidence(
        means("box", FIVE), [{**row, "target": "all", "group": "all"} for row in total]
    )
    assert len(only(Contrast(second=Arm()).compared(single)).targets) == 5
    assert len(only(Contrast(second=Arm()).compared(evidence(total))).targets) == 1


def test_the_first_value_that_both_have_is_compared(evidence):
    shown = evidence(
        answer("box", FIVE, metric="dsc"), answer("box", FIVE, metric="iou"),
        answer("point", FIVE, metric="iou"),
    )  # fmt: skip
    pair = Contrast(first=Arm(prompt=("point",)), second=Arm(prompt=("box",)))
    assert only(pair.compared(shown)).metric == "iou"


def test_targets_of_another_kind_are_left_out(evidence):
    shown = evidence(answer("box", FIVE, target="liver"), answer("box", FIVE, target="tumour"))
    found = only(Contrast(second=Arm(), of=("organ",)).compared(shown))
    assert list(found.targets.index) == [("d", "liver")]


def test_only_a_papers_own_data_count_where_that_is_asked_for(evidence):
    rows = answer("box", FIVE, dataset="ours"), answer("box", FIVE, dataset="theirs")
    shown = evidence(*rows, roles={"ours": "substitute", "theirs": "paper"})
    found = only(Contrast(second=Arm(), paper_data=True).compared(shown))
    assert list(found.targets.index) == [("theirs", "organ")]


def test_slices_of_volumes_are_no_frames_of_pictures(evidence):
    slices = answer("box", FIVE, main=False)
    volumes = answer("box", [0.7] * 5, level="volume")
    shown = evidence(slices, volumes)
    assert only(Contrast(second=Arm()).compared(shown)).units.mean() == pytest.approx(0.7)
    frames = Contrast(second=Arm(level="frame"))
    assert only(frames.compared(shown)).units.mean() == 0.5


def test_groups_count_alike_whatever_they_hold(evidence):
    rows = [
        row
        for group, values in (("a", [0.0]), ("b", [1.0, 1.0, 1.0]))
        for place, value in enumerate(values)
        for row in answer("box", [value], group=group, item=f"{place}")
    ]
    assert only(Contrast(second=Arm()).compared(evidence(rows))).units.mean() == 0.5


def test_pairs_need_two_answers():
    with pytest.raises(ValueError, match="a first and a second"):
        Contrast(second=Arm(), pairs=(("a", "b"),))
