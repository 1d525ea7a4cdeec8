"""What the cases of a data set are like together."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from samb.datasets.case_facts import CaseFacts, Problem


@dataclass(frozen=True)
class StructureFacts:
    """The targets of one structure."""

    structure: str
    targets: int
    cases: int
    """How many show it."""
    smallest: int
    median: int
    largest: int
    """Pixels (voxels) of a target."""


@dataclass(frozen=True)
class SetFacts:
    """All that was read."""

    found: int
    """Cases in the data set, read or not."""
    cases: tuple[CaseFacts, ...]
    """Those that could be read."""
    problems: tuple[Problem, ...]

    @property
    def faults(self) -> tuple[Problem, ...]:
        """Problems that the config does not foresee."""
        return tuple(problem for problem in self.problems if not problem.expected)

    @property
    def structures(self) -> list[StructureFacts]:
        """By name."""
        pixels: defaultdict[str, list[int]] = defaultdict(list)
        cases: Counter[str] = Counter()
        for case in self.cases:
            cases.update({target.structure for target in case.targets})
            for target in case.targets:
                pixels[target.structure].append(target.pixels)
        return [
            StructureFacts(name, len(sizes), cases[name], *_spread(sizes))
            for name, sizes in sorted(pixels.items())
        ]


def _spread(sizes: list[int]) -> tuple[int, int, int]:
    """Least, median (the lower of two) and greatest."""
    ordered = sorted(sizes)
    return ordered[0], ordered[(len(ordered) - 1) // 2], ordered[-1]


def problems_together(cases: Sequence[CaseFacts]) -> Iterator[Problem]:
    """What no case shows alone: equal images, and groups that lie in two splits."""
    first: dict[str, CaseFacts] = {}
    for case in cases:
        twin = first.setdefault(case.digest, case)
        if twin is not case:
            yield Problem("duplicate", case.case_id, f"has the same pixels as {twin.case_id}")
    splits: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for case in cases:
        if case.split is not None:
            splits[case.group_id].setdefault(case.split, case.case_id)
    for group, shown in splits.items():
        if len(shown) > 1:
            where = ", ".join(f"{split} ({case_id})" for split, case_id in sorted(shown.items()))
            said = f"the group {group} has cases in several splits: {where}"
            yield Problem("group in two splits", min(shown.values()), said)
