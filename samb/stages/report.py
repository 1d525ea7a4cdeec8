"""The third stage: from run folders alone to tables, plots and pages; without torch."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from samb.building import build_parts
from samb.errors import RequestError
from samb.jobs import by_reason
from samb.metrics.scoring import COLUMNS
from samb.prompts.base import Prompter
from samb.reports.material import Material
from samb.results.folder import RunFolder
from samb.results.journal import entries
from samb.stages.pictures import Album
from samb.types import Tile

KEYS = [name for name in COLUMNS if name not in {"value", "unit", "final", "group"}]


@dataclass(frozen=True)
class Source:
    """One run as a report sees it."""

    run: RunFolder
    scores: pd.DataFrame
    outcomes: pd.DataFrame
    config: Mapping[str, Any]
    provenance: Mapping[str, Any]

    @classmethod
    def read(cls, run: RunFolder) -> "Source":
        """Raises RequestError where the run was not scored."""
        return cls(
            run=run,
            scores=run.read_scores(),
            outcomes=run.outcomes().rename(columns={"prompt_mode": "prompt"}),
            config=yaml.safe_load((run.path / "run.yaml").read_text()),
            provenance=run.read_json("provenance.json") or {},
        )


def material(runs: Sequence[RunFolder]) -> Material:
    """Everything a report shows, of one run or several side by side."""
    sources = [Source.read(run) for run in runs]
    choices = _choices([source.config for source in sources])
    prompts = build_parts(choices["prompt"], "prompt", Prompter)
    return Material(
        title=", ".join(source.run.path.name for source in sources),
        scores=_side_by_side(sources),
        outcomes=pd.concat([source.outcomes for source in sources], ignore_index=True),
        headline={it.name: str(it.card.get("selection", "single")) for it in prompts},
        curves={it.name: it.built.curve for it in prompts if it.built.curve is not None},
        cards={
            f"{group}/{name}": choice.get("card") or {}
            for group, named in choices.items()
            for name, choice in named.items()
        },
        provenance={source.run.path.name: source.provenance for source in sources},
        tile=_Tiles(sources).tile,
        not_done=tuple(it for source in sources for it in _not_done(source.run)),
    )


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
