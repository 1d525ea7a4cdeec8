"""Which published value a cell of ours is of, and how much of a paper's table is covered.

A value meets a cell of ours where data set, target, prompt mode, attempt and metric are the same,
the data are the paper's own and the model is one of the paper's. Where the paper does not say which
SAM it ran, each model of the study is meant; where it does not say which mask counts, the
selection that the run's short tables show.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from samb.studies.published import KEY, MARKS, UNNAMED_SAM, UNVERIFIED
from samb.studies.study_run import StudyRun

PAPERS = ("paper", "evidence", "source", "note")
OURS = ("ours", "low", "high", "groups", "rows", "role", "stands_for")
COLUMNS = (*KEY, *OURS, *PAPERS, "difference", "of_sam")
PLACE = ("dataset", "target")
ASKED = ("prompt", "attempt", "metric")

Row = Mapping[str, Any]


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows by column name."""
    return [{str(name): it for name, it in row.items()} for row in table.to_dict("records")]


def with_published(ours: pd.DataFrame, run: StudyRun, headline: Mapping[str, str]) -> pd.DataFrame:
    """Cells of ours with the paper's value where there is one, then what met none: COLUMNS.

    `of_sam`: the row is ours, or the paper's SAM; others are methods the paper compared it with.
    """
    matcher = Matcher.of(run, headline)
    mine = records(ours.rename(columns={"value": "ours"}))
    met = [matcher.published_of(cell) for cell in mine]
    met_places = {place for place in met if place is not None}
    alone = [row for place, row in enumerate(matcher.published) if place not in met_places]
    cells = [
        _joined(cell, None if place is None else matcher.published[place])
        for cell, place in zip(mine, met, strict=True)
    ]
    table = pd.DataFrame([*cells, *map(_alone, alone)], columns=list(COLUMNS))
    return table.astype({"attempt": int, "groups": int, "rows": int}) if len(table) else table


def _joined(cell: Row, published: Row | None) -> dict[str, Any]:
    if published is None:
        return {**cell, "paper": math.nan, **_silent(), "difference": math.nan, "of_sam": True}
    return {
        **cell,
        "paper": published["value"],
        **{name: published[name] for name in ("evidence", "source", "note")},
        "difference": cell["ours"] - published["value"],
        "of_sam": True,
    }


def _alone(published: Row) -> dict[str, Any]:
    nothing = {"ours": math.nan, "low": math.nan, "high": math.nan, "difference": math.nan}
    none = {"groups": 0, "rows": 0, "role": "", "stands_for": ""}
    return {**published, **nothing, **none, "paper": published["value"]}


def _silent() -> dict[str, str]:
    return dict.fromkeys(("evidence", "source", "note"), "")


@dataclass(frozen=True)
class Matcher:
    """Published values by what they are of."""

    run: StudyRun
    headline: Mapping[str, str]
    published: list[dict[str, Any]]
    """With `of_sam`."""
    places: Mapping[tuple[object, ...], list[int]]
    """Of SAM's values, by PLACE and ASKED; the best seen first."""

    @classmethod
    def of(cls, run: StudyRun, headline: Mapping[str, str]) -> "Matcher":
        """`headline`: prompt mode -> the selection of short tables."""
        table = run.published.assign(of_sam=run.is_of_sam(run.published))
        rows = records(table)
        seen = list(MARKS)
        places: dict[tuple[object, ...], list[int]] = {}
        for place in sorted(range(len(rows)), key=lambda it: seen.index(rows[it]["evidence"])):
            if rows[place]["of_sam"]:
                places.setdefault(_key(rows[place], (*PLACE, *ASKED)), []).append(place)
        return cls(run, headline, rows, places)

    def published_of(self, cell: Row) -> int | None:
        """Place of the published value that a cell of ours may be held against."""
        if cell["role"] != "paper":
            return None
        found = self.places.get(_key(cell, (*PLACE, *ASKED)), [])
        return next((it for it in found if self._same_way(cell, self.published[it])), None)

    def _same_way(self, cell: Row, published: Row) -> bool:
        """Whether model and selection are those of the published value."""
        model, rule = published["model"], published["selection"]
        meant = self.run.study.models if model == UNNAMED_SAM else (model,)
        return cell["model"] in meant and cell["selection"] == (
            rule or self.headline.get(cell["prompt"], "")
        )

    def replaces(self, cell: Row, published: Row) -> bool:
        """Whether a cell of a substitute is what a published value is of, but for its data."""
        return (
            cell["role"] == "substitute"
            and published["dataset"] in str(cell["stands_for"]).split("; ")
            and _key(cell, ASKED) == _key(published, ASKED)
            and self._same_way(cell, published)
        )


def _key(row: Row, names: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(row[name] for name in names)


@dataclass(frozen=True)
class Coverage:
    """Cells of a paper's table that SAM could fill: how many a run has."""

    cells: int
    by_paper: int
    """Met by a defined value on the paper's own data."""
    by_substitutes: int
    """Of the others, those with a defined value on data that stand for the paper's."""


def coverage(ours: pd.DataFrame, run: StudyRun, headline: Mapping[str, str]) -> Coverage:
    """Phantoms and a user's own data cover nothing.

    No cells are what other people ran, and what no source shows, also where it is shown.
    """
    matcher = Matcher.of(run, headline)
    cells = records(ours.dropna(subset="value"))
    wanted = {_key(row, KEY): row for row in _papers_cells(matcher)}
    met = {matcher.published_of(cell) for cell in cells} - {None}
    covered = {_key(matcher.published[it], KEY) for it in met if it is not None} & wanted.keys()
    others = [row for key, row in wanted.items() if key not in covered]
    replaced = sum(any(matcher.replaces(cell, row) for cell in cells) for row in others)
    return Coverage(len(wanted), len(covered), replaced)


def _papers_cells(matcher: Matcher) -> Iterator[dict[str, Any]]:
    metrics = matcher.run.study.table.metrics
    for row in matcher.published:
        seen = not row["evidence"].startswith((UNVERIFIED, "third_party"))
        if row["of_sam"] and row["metric"] in metrics and seen:
            yield row
