import pandas as pd

from samb.verdicts.of_published import of_table

COLUMNS = ["dataset", "target", "prompt", "attempt", "selection", "model", "metric", "value"]


def table(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS).assign(evidence="primary", source="", note="")


def test_every_target_is_a_unit_of_its_own():
    shown = of_table("s", table(("d", "a", "box", 1, "", "SAM", "dsc", 0.5)))
    assert (shown.unit, list(shown.rows["group"])) == ("target", ["a"])


def test_methods_are_told_apart_by_name_and_by_what_they_were_given():
    models = {
        "sam_vit_h": "sam", "SAM (variant not said)": "sam", "SAM ViT-B and ViT-H pooled": "sam",
        "SANet": "baseline", "U-Net": "baseline",
    }  # fmt: skip
    rows = [("d", "a", "prompt_free", 1, "", model, "dsc", 0.5) for model in models]
    clicked = ("d", "a", "clicks_dt_paper_9", 1, "", "RITM", "iou", 0.5)
    shown = of_table("s", table(*rows, clicked)).rows
    assert dict(zip(shown["model"], shown["family"], strict=True)) == {
        **models,
        "RITM": "interactive",
    }


def test_an_oracle_is_usual_only_where_a_mode_has_nothing_else():
    shown = of_table(
        "s",
        table(
            ("d", "a", "box", 1, "first", "SAM", "iou", 0.5),
            ("d", "a", "box", 1, "oracle_iou", "SAM", "iou", 0.6),
            ("d", "a", "everything", 1, "oracle_s_measure", "SAM", "iou", 0.7),
        ),
    ).rows
    assert list(shown["usual"]) == [True, False, True]


def test_means_over_targets_are_known_as_such():
    names = ["mean over 28 targets", "d", "d", "d"]
    targets = ["all", "mean_14", "meander", "liver"]
    rows = [
        (name, target, "box", 1, "", "SAM", "dsc", 0.5)
        for name, target in zip(names, targets, strict=True)
    ]
    assert list(of_table("s", table(*rows)).rows["total"]) == [True, True, False, False]


def test_unverified_values_are_labelled():
    rows = table(("d", "a", "box", 1, "", "SAM", "dsc", 0.5))
    assert of_table("s", rows).label == ""
    assert "unverified" in of_table("s", rows.assign(evidence="unverified:high")).label
