"""What is recorded of two runs and is not the same."""

import json
from collections.abc import Iterator, Mapping

from samb.ordering import natural_order
from samb.reports.comparison.verdict import Difference

ABSENT = "–"  # noqa: RUF001  an en dash, as in tables


def differences(
    baseline: Mapping[str, object], run: Mapping[str, object], models: Mapping[str, str]
) -> tuple[Difference, ...]:
    """One per leaf that differs, such as `prompt/box: jitter`; nothing where one side is unknown.

    `models` names the run's model that stands for one of the baseline's.
    """
    if not baseline or not run:
        return ()
    stands_for = {f"model/{new}": f"model/{old}" for old, new in models.items()}
    if models:
        baseline = _without_others(baseline, set(stands_for.values()))
        run = {stands_for.get(it, it): run[it] for it in _without_others(run, set(stands_for))}
    names = sorted(baseline.keys() | run.keys(), key=natural_order)
    return tuple(
        found for name in names for found in _leaves(name, baseline.get(name), run.get(name))
    )


def _without_others(recorded: Mapping[str, object], models: set[str]) -> dict[str, object]:
    return {
        name: value
        for name, value in recorded.items()
        if not name.startswith("model/") or name in models
    }


def _leaves(name: str, one: object, other: object) -> Iterator[Difference]:
    if one == other:
        return
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in sorted(one.keys() | other.keys()):
            yield from _leaves(f"{name}: {key}", one.get(key), other.get(key))
        return
    yield Difference(name, _told(one), _told(other))


def _told(value: object) -> str:
    if value is None:
        return ABSENT
    if isinstance(value, Mapping):
        return "there"
    return value if isinstance(value, str) else json.dumps(value)
