"""Claims and what they are judged by, from configs, run folders and published tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from samb.building import build_parts, check_names
from samb.choices import ConfigFolders
from samb.errors import RequestError
from samb.ordering import natural_order
from samb.verdicts.check import Check
from samb.verdicts.claim import Claim
from samb.verdicts.evidence import Evidence
from samb.verdicts.judge import Judged, Verdict, judge
from samb.verdicts.markdown import markdown_claims
from samb.verdicts.of_published import evidence_of_published
from samb.verdicts.told import cells_table, table

GROUP = "claim"


@dataclass(frozen=True, eq=False)
class Claims:
    """What `samb claims` came to."""

    title: str
    judged: tuple[Judged, ...]
    notes: tuple[str, ...]
    """What must be said beside all verdicts."""
    page: Path | None = None
    """claims.md, where it was written; claims.csv and claims_cells.csv lie beside it."""

    @property
    def table(self) -> pd.DataFrame:
        """One row per finding, with its claim's verdict; unrounded."""
        return table(self.judged)

    @property
    def cells(self) -> pd.DataFrame:
        """The targets that each finding rests on."""
        return cells_table(self.judged)

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """Claim -> verdict."""
        return {it.claim.name: it.verdict for it in self.judged}


def judge_claims(
    claims: Sequence[Claim], evidences: Sequence[Evidence], to: Path | None = None
) -> Claims:
    """Verdicts on these claims, written into a folder where one is given."""
    title = f"Claims, judged by {', '.join(it.origin for it in evidences)}"
    labels = [f"Read with this: {it.label}" for it in evidences if it.label]
    notes = (*labels, *_units(evidences), *(note for it in evidences for note in it.notes))
    judged = judge(claims, evidences)
    page = write_claims(to, judged, title, notes) if to else None
    return Claims(title, judged, notes, page)


def _units(evidences: Sequence[Evidence]) -> Iterator[str]:
    stated = [it.origin for it in evidences if it.unit == "target"]
    if stated:
        names = ", ".join(stated)
        yield (
            f"{names}: as published, mostly one mean a target; targets are the units, and nothing "
            f"is known of how much single images differ"
        )


def load_claims(names: Sequence[str] = ()) -> tuple[Claim, ...]:
    """These claims, or all; a misspelt name lists those there are."""
    folders = ConfigFolders.find()
    wanted = names or sorted(folders.choices(GROUP), key=natural_order)
    return tuple(load_claim(name, folders) for name in dict.fromkeys(wanted))


def load_claim(name: str, folders: ConfigFolders | None = None) -> Claim:
    """One claim; each of its checks is built from a `_target_` of its own."""
    choice = (folders or ConfigFolders.find()).read(GROUP, name)
    params = {key: it for key, it in choice.items() if key not in {"_target_", "card"}}
    check_names(Claim, params, f"claim {name}")
    listed = params.pop("checks", [])
    if not isinstance(listed, list) or not all(_is_check(it) for it in listed):
        msg = f"claim {name}: checks should be a list of mappings, each with its _target_"
        raise RequestError(msg)
    named = {f"{name}, check {place}": it for place, it in enumerate(listed, 1)}
    checks = tuple(part.built for part in build_parts(named, GROUP, Check))
    try:
        return Claim(name=name, checks=checks, card=choice.get("card") or {}, **params)
    except (TypeError, ValueError) as error:
        raise RequestError(f"claim {name}: {error}") from error


def _is_check(value: object) -> bool:
    return isinstance(value, Mapping) and "_target_" in value


def judge_as_published(
    studies: Sequence[str],
    names: Sequence[str] = (),
    to: Path | None = None,
    *,
    unverified: bool = False,
) -> Claims:
    """Verdicts by what papers published; written only where a folder is given."""
    evidences = [evidence_of_published(it, unverified=unverified) for it in dict.fromkeys(studies)]
    return judge_claims(load_claims(names), evidences, to)


def write_claims(folder: Path, judged: Sequence[Judged], title: str, notes: Sequence[str]) -> Path:
    """claims.csv, claims_cells.csv and claims.md; returns the last."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in (("claims.csv", table(judged)), ("claims_cells.csv", cells_table(judged))):
        data.to_csv(folder / name, index=False, lineterminator="\n")
    path = folder / "claims.md"
    path.write_text(markdown_claims(judged, title, notes), encoding="utf-8")
    return path
