"""The third stage: from run folders alone to tables, plots and pages; without torch."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from samb.building import build_parts
from samb.dialogue import Tile
from samb.errors import RequestError
from samb.jobs import by_reason
from samb.metrics.scoring import COLUMNS
from samb.prompts.base import Prompter
from samb.prompts.corrections import CorrectiveClicks
from samb.reports.material import ATTRIBUTE_COLUMNS, SECONDS_COLUMNS, Material
from samb.results.folder import RunFolder
from samb.results.journal import entries
from samb.stages.clicking import interactions
from samb.stages.extent import missing
from samb.stages.headlines import headlines
from samb.stages.pictures import Album
from samb.stages.pooling import pooled
from samb.stages.studying import study_of

KEYS = [name for name in COLUMNS if name not in {"value", "unit", "final", "group"}]


@dataclass(frozen=True)
class Source:
    """One run as a report sees it."""

    run: RunFolder
    scores: pd.DataFrame
    outcomes: pd.DataFrame
    seconds: pd.DataFrame
    attributes: pd.DataFrame
    config: Mapping[str, Any]
    provenance: Mapping[str, Any]

    @classmethod
    def read(cls, run: RunFolder) -> "Source":
        """Raises RequestError where the run was not scored."""
        scores = run.read_scores()
        return cls(
            run=run,
            scores=scores,
            seconds=_seconds(run.seconds(), scores),
            attributes=run.attributes(),
            outcomes=run.outcomes().rename(columns={"prompt_mode": "prompt"}),
            config=yaml.safe_load((run.path / "run.yaml").read_text()),
            provenance=run.read_json("provenance.json") or {},
        )


def material(runs: Sequence[RunFolder], *, show_unverified: bool = False) -> Material:
    """Everything a report shows, of one run or several side by side.

    `show_unverified`: also what a study's paper is said to have published and no source shows.
    """
    sources = [Source.read(run) for run in runs]
    choices = _choices([source.config for source in sources])
    prompts = build_parts(choices["prompt"], "prompt", Prompter)
    scores = _side_by_side(sources)
    clicking = {it.name: it.built for it in prompts if isinstance(it.built, CorrectiveClicks)}
    return Material(
        title=", ".join(source.run.path.name for source in sources),
        scores=scores,
        outcomes=pd.concat([source.outcomes for source in sources], ignore_index=True),
        headline={
            mode: rule
            for source in sources
            for mode, rule in headlines(source.config, source.scores).items()
        },
        curves={it.name: it.built.curve for it in prompts if it.built.curve is not None},
        cards={
            f"{group}/{name}": choice.get("card") or {}
            for group, named in choices.items()
            for name, choice in named.items()
        },
        provenance={source.run.path.name: source.provenance for source in sources},
        tile=_Tiles(sources).tile,
        shown={name: user.shown for name, user in clicking.items()},
        whole_views=frozenset(it.name for it in prompts if it.built.asks == "view"),
        interactions=interactions(scores, {name: it.count for name, it in clicking.items()}),
        pooled=pooled(scores),
        seconds=pd.concat([source.seconds for source in sources], ignore_index=True),
        attributes=_attributes(sources),
        missing=pd.concat([missing(source.run) for source in sources], ignore_index=True),
        not_done=tuple(it for source in sources for it in _not_done(source.run)),
        study=study_of(
            runs, [source.config for source in sources], show_unverified=show_unverified
        ),
    )


def _seconds(attempts: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """One row per interaction: all its attempts together; structure "" for a whole view."""
    rows = attempts.assign(
        object_id=attempts["object_id"].fillna(""),
        frames=attempts["frame_indices"].map(tuple),
        prompt=attempts["prompt_mode"],
    )
    by = ["dataset", "case", "model", "prompt", "prompt_version", "repeat", "object_id", "frames"]
    grouped = rows.groupby(by, sort=False)["seconds"].agg(attempts="size", seconds="sum")
    ids = ["dataset", "case", "object_id"]
    known = scores[[*ids, "structure"]].drop_duplicates(ids)
    joined = grouped.reset_index().merge(known[known["object_id"] != ""], "left", ids)
    return joined.fillna({"structure": ""})[list(SECONDS_COLUMNS)]


def _attributes(sources: Sequence[Source]) -> pd.DataFrame:
    tables = [source.attributes for source in sources if len(source.attributes)]
    if not tables:
        return sources[0].attributes
    key = list(ATTRIBUTE_COLUMNS)
    return pd.concat(tables, ignore_index=True).drop_duplicates(key, ignore_index=True)


def _not_done(run: RunFolder) -> Iterator[str]:
    failed = [it for it in entries(run) if it.outcome.status == "failed"]
    last = max((it.ended[:10] for it in failed), default="")
    reasons = by_reason((it.outcome.job, it.outcome.reason.rstrip(".")) for it in failed)
    for reason, jobs in reasons.items():
        names = ", ".join(job.label for job in jobs)
        yield f"Not done when the sweep last ran ({last}): {names}: {reason}"


def _choices(configs: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    merged: dict[str, dict[str, Any]] = {"dataset": {}, "model": {}, "prompt": {}, "metric": {}}
    for config in configs:
        for group, named in merged.items():
            named.update(config.get(group) or {})
    return merged


def _side_by_side(sources: Sequence[Source]) -> pd.DataFrame:
    scores = pd.concat([source.scores for source in sources], ignore_index=True)
    scores = scores.drop_duplicates([*KEYS, "value"], ignore_index=True)
    twice = scores[scores.duplicated(KEYS)]
    if len(twice):
        first = ", ".join(
            str(twice.iloc[0][name]) for name in ("dataset", "case", "model", "prompt")
        )
        msg = (
            f"two of these runs hold different scores of the same thing: {first}; report them apart"
        )
        raise RequestError(msg)
    return scores


@dataclass(frozen=True)
class _Tiles:
    """Pictures from whichever run holds a row."""

    sources: Sequence[Source]

    def __post_init__(self) -> None:
        object.__setattr__(self, "_albums", [Album(source.run) for source in self.sources])

    def tile(self, row: pd.Series) -> Tile | None:
        """The tile of a score row."""
        for album in self._albums:  # type: ignore[attr-defined] # set in __post_init__
            try:
                found: Tile | None = album.tile(row)
            except KeyError:
                continue
            if found is not None:
                return found
        return None


def report_folder(runs: Sequence[RunFolder]) -> Path:
    """Where a report goes when nothing is said: into the run, or beside the first of several."""
    if len(runs) == 1:
        return runs[0].path / "report"
    return runs[0].path.parent / ("report-" + "+".join(run.path.name for run in runs))
