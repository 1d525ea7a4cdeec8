"""study.json: what the data sets of a run are to its study, and what was changed of the study.

The protocol itself lies in run.yaml, like every other choice; the published values ship with samb,
so that a report of an old run has those of today.
"""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

from samb.building import Part, build_parts
from samb.config import Experiment
from samb.errors import RequestError
from samb.request import STUDY
from samb.results.folder import RunFolder
from samb.studies.published import is_unverified, published
from samb.studies.roles import Standing, standing
from samb.studies.study import Study
from samb.studies.study_run import StudyRun

FILE = "study.json"
LIMIT = "limit="


def check(folder: RunFolder, experiment: Experiment) -> None:
    """Raises RequestError where the folder holds another study, or another version of it."""
    present = folder.read_json(FILE)
    if experiment.study is None or not present:
        return
    for what, wanted in (("study", experiment.study.name), ("version", _version(experiment.study))):
        if present[what] != wanted:
            msg = (
                f"{folder.path} holds another study: {what} was {present[what]}, is now {wanted}. "
                f"Give this one a name of its own (name=...) or remove the folder"
            )
            raise RequestError(msg)


def record(folder: RunFolder, experiment: Experiment) -> None:
    """Add a command's data sets and changes to those of earlier ones; nothing without a study."""
    if experiment.study is None:
        return
    present = folder.read_json(FILE) or {"data": {}, "changed": experiment.changed}
    study = experiment.study
    found = {it.name: standing(study.built, it.name) for it in experiment.datasets}
    data = {name: dataclasses.asdict(it) for name, it in found.items()}
    content = {
        "study": study.name,
        "version": _version(study),
        "data": {**present["data"], **data},
        "changed": _together(present["changed"], experiment.changed),
    }
    folder.write_text(FILE, json.dumps(content, indent=1))


def _together(earlier: Sequence[str], now: Sequence[str]) -> list[str]:
    """The changes of two commands; of two limits the greater, and none where one has none."""
    limits = [[it for it in changed if it.startswith(LIMIT)] for changed in (earlier, now)]
    kept = [max((it[-1] for it in limits), key=_number)] if all(limits) else []
    others = [it for it in (*earlier, *now) if not it.startswith(LIMIT)]
    return list(dict.fromkeys([*others, *kept]))


def _number(limit: str) -> int:
    return int(limit.removeprefix(LIMIT))


def _version(study: Part[Study]) -> object:
    return study.card.get("version", 1)


def study_of(
    runs: Sequence[RunFolder], configs: Sequence[Mapping[str, Any]], *, show_unverified: bool
) -> StudyRun | None:
    """The one study that some of these runs are of, by their run.yaml; None where none is."""
    known = [
        (content, build_parts(config[STUDY], STUDY, Study)[0])
        for run, config in zip(runs, configs, strict=True)
        if (content := run.read_json(FILE)) and config.get(STUDY)
    ]
    if not known:
        return None
    study = _same([it for _, it in known])
    every = published(study.name, unverified=True)
    shown = every if show_unverified else every[~is_unverified(every)].reset_index(drop=True)
    return StudyRun(
        name=study.name,
        study=study.built,
        card=study.card,
        data={
            name: _beside(study.built, name)
            for config in configs
            for name in config.get("dataset") or {}
        }
        | {name: _standing(it) for found, _ in known for name, it in found["data"].items()},
        changed=tuple(dict.fromkeys(it for found, _ in known for it in found["changed"])),
        published=shown,
        withheld=len(every) - len(shown),
        beside=tuple(
            run.path.name
            for run, config in zip(runs, configs, strict=True)
            if not (config.get(STUDY) and run.read_json(FILE))
        ),
    )


def _same(studies: Sequence[Part[Study]]) -> Part[Study]:
    """The one that all of them are; RequestError where there are two."""
    first = studies[0]
    for other in studies:
        if (other.name, other.built) != (first.name, first.built):
            names = f"{first.name} and {other.name}"
            if other.name == first.name:
                names = f"two versions of {first.name}"
            raise RequestError(f"these runs are of different studies ({names}); report them apart")
    return first


def _beside(study: Study, dataset: str) -> Standing:
    """Of data that only a run of no study has: phantoms and substitutes are what they always are.

    The paper's own are the user's, because nothing says that they were scored as the paper did.
    """
    found = standing(study, dataset)
    return Standing("own") if found.role == "paper" else found


def _standing(content: Mapping[str, Any]) -> Standing:
    return Standing(content["role"], tuple(content["stands_for"]))
