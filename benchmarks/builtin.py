"""What the built-in model reaches on samb's sample data, none of which it was trained on.

python benchmarks/builtin.py [--limit 15] [PART ...]: the parts named, all if none is. `modes`: DSC
(token 0) by prompt mode beside the floors, paired differences with intervals, and how IoU estimates
go with the true IoU; `unseen`: the differences on sets of modalities it never saw; `clicks`: DSC by
corrective click; `everything` and `everything_lenient`: how many nuclei these modes find. `limit`
is the number of groups of each set, 15 if not given (all of dsb2018). Needs SAMB_DATA.
"""

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pandas as pd
from scipy import stats

import samb
from samb.pipeline import Place
from samb.result import Result

SETS = "dataset=[dsb2018,msd_hippocampus,camelyon_patches,kvasir_seg,hc18]"
UNSEEN = "dataset=[busi,ph2,cxr_lungs,acdc,wbc,npc_slices,brats_slices]"
MODES = "prompt=[box,box_jitter_0p2,point_dt,point_random_1,point_random_3,point_random_10]"
MODELS = "model=[builtin,box_fill,ellipse_fill]"
MASKS = ["metric=overlap", "selection=[single]"]
PLACE = Place(runs=Path("results/runs"), pictures=False)


def main() -> None:
    lenient = partial(everything, mode="everything_lenient")
    parts: dict[str, Callable[[str], None]] = {
        "modes": modes,
        "unseen": unseen,
        "clicks": clicks,
        "everything": everything,
        "everything_lenient": lenient,
    }
    parser = argparse.ArgumentParser(description="what the built-in model reaches")
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(parts))
    parser.add_argument("--limit", type=int, default=15, help="groups of each set")
    wanted = parser.parse_args()
    for name in wanted.parts or parts:
        if name not in parts:
            parser.error(f"there is no part {name!r}; there are {', '.join(parts)}")
        parts[name](f"limit={wanted.limit}")


def modes(limit: str) -> None:
    found = run("builtin_modes", [SETS, MODELS, MODES, *MASKS, limit])
    show(by_mode(found.scores))
    show(against_floors(found.scores))
    print(f"IoU estimate against true IoU, dsb2018: {estimates(found)}")


def unseen(limit: str) -> None:
    found = run("builtin_unseen", [UNSEEN, MODELS, "prompt=box", *MASKS, limit])
    show(against_floors(found.scores))


def clicks(limit: str) -> None:
    asked = ["dataset=dsb2018", "model=builtin", "prompt=clicks_ritm_5", *MASKS, limit]
    show(by_click(run("builtin_clicks", asked).scores))


def everything(limit: str, mode: str = "everything") -> None:
    found = run(f"builtin_{mode}", ["dataset=dsb2018", "model=builtin", f"prompt={mode}", limit])
    show(nuclei_found(found.scores))


def run(name: str, asked: Sequence[str]) -> Result:
    return samb.run([*asked, f"name={name}"], PLACE)


def show(table: pd.DataFrame | pd.Series) -> None:
    print(table.round(3).to_string(), flush=True)


def last(scores: pd.DataFrame) -> pd.DataFrame:
    """DSC of 2-D images and of whole volumes, last attempts."""
    whole = (scores["level"] == "volume") | ((scores["level"] == "frame") & (scores["scope"] == ""))
    return scores[whole & (scores["metric"] == "dsc") & scores["final"].astype(bool)]


def grouped(scores: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """One value for each group: the mean over its targets."""
    return scores.groupby([*by, "group"], observed=True)["value"].mean().reset_index()


def by_mode(scores: pd.DataFrame) -> pd.DataFrame:
    """Mean over groups."""
    means = grouped(last(scores), ["dataset", "model", "prompt"])
    return means.pivot_table("value", ["dataset", "model"], "prompt", observed=True)


def against_floors(scores: pd.DataFrame) -> pd.DataFrame:
    """Builtin minus each floor with box prompts, and its 95 % t interval over groups."""
    boxes = grouped(last(scores[scores["prompt"] == "box"]), ["dataset", "model"])
    wide = boxes.pivot_table("value", ["dataset", "group"], "model", observed=True)
    rows = {}
    for dataset, own in wide.groupby(level=0, observed=True):
        for floor in ("box_fill", "ellipse_fill"):
            gain = own["builtin"] - own[floor]
            low, high = stats.t.interval(0.95, len(gain) - 1, gain.mean(), stats.sem(gain))
            both = {"builtin": own["builtin"].mean(), "floor": own[floor].mean()}
            rows[dataset, floor] = {
                **both,
                "gain": gain.mean(),
                "low": low,
                "high": high,
                "groups": len(gain),
            }
    return pd.DataFrame(rows).T


def by_click(scores: pd.DataFrame) -> pd.Series:
    """Mean over groups after each click."""
    rows = scores[(scores["metric"] == "dsc") & (scores["level"] == "frame")]
    return grouped(rows, ["attempt"]).groupby("attempt")["value"].mean()


def nuclei_found(scores: pd.DataFrame) -> pd.DataFrame:
    """Share of all nuclei whose own mask meets them above IoU 0.5, by matching."""
    rows = scores[(scores["metric"] == "iou") & (scores["level"] == "frame")]
    found = rows.assign(found=rows["value"] > 0.5)
    return found.pivot_table("found", "selection", "prompt", observed=True)


def estimates(found: Result) -> str:
    """Spearman's correlation of token 0's estimate with its true IoU, over targets."""
    keys = ["case", "object_id", "prompt"]
    parts = sorted((found.folder / "parts").glob("*/answers.parquet"))
    answers = pd.concat([pd.read_parquet(path) for path in parts])
    answers = answers[(answers["model"] == "builtin") & (answers["dataset"] == "dsb2018")]
    answers["estimate"] = answers["iou_estimates"].map(lambda own: own[0])
    answers = answers.drop(columns="prompt").rename(columns={"prompt_mode": "prompt"})
    answers = answers[[*keys, "estimate"]]
    scores = found.scores[(found.scores["metric"] == "iou") & (found.scores["model"] == "builtin")]
    both = scores.astype(dict.fromkeys(keys, str)).merge(answers.astype({"case": str}), on=keys)
    rho = stats.spearmanr(both["estimate"], both["value"]).statistic
    return f"Spearman {rho:.3f}, mean {both['estimate'].mean():.3f} and {both['value'].mean():.3f}"


if __name__ == "__main__":
    main()
