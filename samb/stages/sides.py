"""What `samb compare` reads: a run folder, or a table of scores with what is known beside it.

A table is CSV (may be compressed, `.csv.gz`) or Parquet with the columns of a run's scores.parquet;
`samb export` writes it. NAME.json beside NAME.csv holds the facts; without it scores are compared
alone. A run's own scores.parquet is such a table too.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from samb.building import build_parts
from samb.choices import ConfigFolders
from samb.errors import RequestError, SambError
from samb.metrics.base import Metric, Unit, kind_of
from samb.metrics.scoring import COLUMNS
from samb.reports.comparison.rules import Better
from samb.reports.comparison.side import Facts, Side
from samb.results.folder import RunFolder
from samb.stages.headlines import headlines
from samb.stages.provenance import data_fingerprints, sessions

FORMAT = 1
"""Of the facts beside a table; grows when a reader of older files could not read it."""
SUFFIXES = (".csv", ".csv.gz", ".parquet")
WHOLE = ("frame", "version", "repeat", "attempt")
SPEED = ("embed", "decode")
"""Shares of a session's time that are the model's."""
WAY: Mapping[Unit, Better] = {
    "fraction": "higher",
    "likeness": "higher",
    "distance": "lower",
    "error": "lower",
    "signed_error": "zero",
    "count": "neither",
}


def side_of_run(run: RunFolder) -> Side:
    """A scored run; RequestError where it was not scored."""
    config = yaml.safe_load((run.path / "run.yaml").read_text())
    scores = run.read_scores()
    return Side(run.path.name, scores, _facts(run, config, headlines(config, scores)))


def _facts(run: RunFolder, config: Mapping[str, Any], headline: Mapping[str, str]) -> Facts:
    outcomes = run.outcomes()
    bad = outcomes[outcomes["status"].isin(["failed", "refused"])]
    units = bad[["dataset", "case", "model", "prompt_mode"]].itertuples(index=False, name=None)
    return Facts(
        recorded=_recorded(run, config),
        headline=headline,
        failed=frozenset(units),
        seconds_per_unit=_seconds_per_unit(run, int((outcomes["status"] == "done").sum())),
    )


def _recorded(run: RunFolder, config: Mapping[str, Any]) -> dict[str, object]:
    known = sessions(run)
    last = known[-1] if known else {}
    metrics = config.get("metric") or {}
    return {
        **(run.read_json("identity.json") or {}),
        **{f"metric/{name}": _without_card(choice) for name, choice in metrics.items()},
        **{f"data of {name}": it for name, it in data_fingerprints(run).items()},
        **{f"package {name}": it for name, it in last.get("packages", {}).items()},
        **{name: last[name] for name in ("samb_commit", "device", "python") if name in last},
    }


def _without_card(choice: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in choice.items() if name not in {"card", "empty"}}
    return plain | {"empty": json.dumps(choice.get("empty"), sort_keys=True)}


def _seconds_per_unit(run: RunFolder, units: int) -> float | None:
    """None where a session ended without telling its time."""
    spent = [session.get("seconds") for session in sessions(run)]
    if not units or not spent or any(it is None for it in spent):
        return None
    return sum(float(it.get(what, 0.0)) for it in spent if it for what in SPEED) / units


def is_table(path: Path) -> bool:
    """Whether a path is named like a table of scores."""
    return path.name.endswith(SUFFIXES)


def side_of_table(path: Path) -> Side:
    """A table of scores; RequestError where it cannot be read as one."""
    if not path.is_file():
        raise RequestError(f"there is no table of scores {path}")
    try:
        scores = pd.read_parquet(path) if path.suffix == ".parquet" else _read_csv(path)
        return Side(path.name, scores[COLUMNS], _read_facts(_facts_path(path)))
    except (ValueError, KeyError, OSError) as error:
        msg = (
            f"{path} should be a table of scores with the columns {', '.join(COLUMNS)}, as "
            f"`samb export` writes it: {str(error).strip(chr(34))}"
        )
        raise RequestError(msg) from error


def write_table(side: Side, path: Path) -> list[Path]:
    """The scores of a side, and its facts beside them; returns what was written."""
    if not is_table(path):
        msg = f"a table of scores should be named like *{', *'.join(SUFFIXES)}, got {path}"
        raise RequestError(msg)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        side.scores.to_parquet(path, index=False)
    else:
        side.scores.to_csv(path, index=False, lineterminator="\n")
    facts = side.facts
    content = {
        "format": FORMAT,
        "run": side.name,
        "headline": dict(facts.headline),
        "failed": None if facts.failed is None else sorted(facts.failed),
        "seconds_per_unit": facts.seconds_per_unit,
        "recorded": dict(facts.recorded),
    }
    beside = _facts_path(path)
    beside.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")
    return [path, beside]


def _read_csv(path: Path) -> pd.DataFrame:
    """Words stay words (a group may be called 007 or NA); no value is NaN."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    values = table["value"].where(table["value"] != "", "nan").astype(float)
    whole = {name: table[name].astype(int) for name in WHOLE}
    return table.assign(**whole, final=table["final"].str.lower() == "true", value=values)


def _facts_path(path: Path) -> Path:
    suffix = next(it for it in SUFFIXES if path.name.endswith(it))
    return path.with_name(path.name.removesuffix(suffix) + ".json")


def _read_facts(path: Path) -> Facts:
    if not path.is_file():
        return Facts()
    content = json.loads(path.read_text())
    if content.get("format") != FORMAT:
        raise ValueError(f"{path.name} has format {content.get('format')}, expected {FORMAT}")
    failed = content["failed"]
    return Facts(
        recorded=content["recorded"],
        headline=content["headline"],
        failed=None if failed is None else frozenset(map(tuple, failed)),
        seconds_per_unit=content["seconds_per_unit"],
    )


def ways(sides: Sequence[Side]) -> dict[str, Better]:
    """Metric -> which way it is better, of all metrics in the sides that a config here describes.

    Names that differ in their number alone (nsd_count_1, nsd_count_2) are the same kind.
    """
    known = _kinds()
    names = {str(name) for side in sides for name in side.scores["metric"].unique()}
    return {name: known[kind_of(name)] for name in names if kind_of(name) in known}


def _kinds() -> dict[str, Better]:
    folders = ConfigFolders.find()
    found: dict[str, Better] = {}
    for name in folders.choices("metric"):
        try:
            (part,) = build_parts({name: folders.read("metric", name)}, "metric", Metric)
        except SambError:
            continue
        found |= {kind_of(it): WAY[unit] for it, unit in part.built.units.items()}
    return found
