"""Do the intervals of attributes against scores hold the truth, and do shares tell it?

python benchmarks/attributes.py [--fast]

Everything is simulated, with a fixed seed. Scores depend on two of several attributes that
correlate; the truth is that of a very large sample. Where groups are alike, attributes and scores
share a part of their group (intraclass correlation 0.4).
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from samb.reports.attributes.associations import Association, Estimate, associations
from samb.reports.attributes.expected import ATTRIBUTES, MODALITY

GROUPS = (5, 10, 14, 20, 40)
NAMES = tuple(it.name for it in ATTRIBUTES)
KINDS = ("simple", "partial", "shared_out", "alone", "unique")
EFFECTS = (0.6, -0.3)
NEIGHBOURS = 0.4
"""Correlation of an attribute with the next."""


@dataclass(frozen=True)
class Setting:
    """What is drawn."""

    name: str
    attributes: int
    many: bool
    """Groups of 1 to 60 targets; otherwise of one."""
    alike: float
    """Intraclass correlation."""
    datasets: int = 1

    def draw(self, groups: int, rng: np.random.Generator) -> pd.DataFrame:
        """Rows of targets, as `associations` wants them."""
        sizes = np.minimum(rng.geometric(0.15, groups), 60) if self.many else np.ones(groups, int)
        of_group = np.repeat(np.arange(groups), sizes)
        around = np.abs(np.subtract.outer(*(np.arange(self.attributes),) * 2))
        mixed = np.linalg.cholesky(NEIGHBOURS**around).T
        values = self._nested(of_group, self.attributes, rng) @ mixed
        effects = np.array([*EFFECTS, *(0.0,) * self.attributes])[: self.attributes]
        score = values @ effects + self._nested(of_group, 1, rng)[:, 0]
        table = pd.DataFrame(values, columns=list(NAMES[: self.attributes]))
        for name in NAMES[self.attributes :]:
            table[name] = 0.0
        place = [f"set {it % self.datasets}" for it in of_group]
        return table.assign(
            score=1 / (1 + np.exp(-1.5 - score)), dataset=place, group=of_group, **{MODALITY: "CT"}
        )

    def _nested(self, of_group: np.ndarray, columns: int, rng: np.random.Generator) -> np.ndarray:
        shared = rng.standard_normal((of_group.max() + 1, columns))[of_group]
        own = rng.standard_normal((len(of_group), columns))
        return np.asarray(np.sqrt(self.alike) * shared + np.sqrt(1 - self.alike) * own)


SETTINGS = (
    Setting("one target a group, 3 attributes", 3, many=False, alike=0.0),
    Setting("1 to 60 alike, 3 attributes", 3, many=True, alike=0.4),
    Setting("one target a group, 7 attributes", 7, many=False, alike=0.0),
    Setting("1 to 60 alike, 7 attributes", 7, many=True, alike=0.4),
    Setting("the same in two data sets, within each", 7, many=True, alike=0.4, datasets=2),
)


@cache
def truth(setting: Setting) -> tuple[Association, ...]:
    """Of a sample so large that chance plays no part."""
    groups = 3000 if setting.many else 20000
    drawn = setting.draw(groups, np.random.default_rng(1))
    return associations(drawn, within=setting.datasets > 1).each


def coverage(setting: Setting, groups: int, samples: int) -> dict[str, float]:
    """Per kind of estimate the share of intervals that hold the truth; NaN without intervals."""
    true = truth(setting)
    rng = np.random.default_rng(0)
    held: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    for _ in range(samples):
        found = associations(setting.draw(groups, rng), within=setting.datasets > 1).each
        for one, really in zip(found, true, strict=True):
            for kind in KINDS:
                estimate: Estimate = getattr(one, kind)
                if interval := estimate.interval:
                    value = getattr(really, kind).value
                    held[kind].append(interval.low <= value <= interval.high)
    return {kind: float(np.mean(it)) if it else float("nan") for kind, it in held.items()}


def plain_coverage(setting: Setting, groups: int, samples: int) -> float:
    """The same of Spearman with Fisher's interval, as if targets had no groups."""
    true = truth(setting)
    rng = np.random.default_rng(0)
    held = []
    for _ in range(samples):
        drawn = setting.draw(groups, rng)
        for name, really in zip(NAMES[: setting.attributes], true, strict=False):
            rho = drawn[name].corr(drawn["score"], method="spearman")
            reach = 1.96 * np.sqrt(1.06 / (len(drawn) - 3)) if len(drawn) > 3 else np.inf
            held.append(abs(np.arctanh(rho) - np.arctanh(really.simple.value)) <= reach)
    return float(np.mean(held))


def by_chance(setting: Setting, groups: int, samples: int) -> tuple[float, float]:
    """Mean R^2 and mean adjusted R^2 where scores have nothing to do with any attribute."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(samples):
        drawn = setting.draw(groups, rng)
        drawn["score"] = rng.permutation(drawn["score"])
        found.append(associations(drawn).together)
    return float(np.mean([it.value for it in found])), float(np.mean([it.adjusted for it in found]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fast", action="store_true", help="a fifth of the samples")
    samples = 20 if parser.parse_args().fast else 100
    show: Callable[[float], str] = lambda it: "   -  " if np.isnan(it) else f"{it:6.3f}"  # noqa: E731
    for setting in SETTINGS:
        print(f"\n{setting.name}\ngroups  " + "  ".join(f"{it:>10}" for it in KINDS))
        for groups in GROUPS:
            found = coverage(setting, groups, samples)
            print(f"{groups:6}  " + "  ".join(f"{show(it):>10}" for it in found.values()))
        print(f"without groups (Fisher), 20: {plain_coverage(setting, 20, samples):.3f}")
        whole, adjusted = by_chance(setting, 20, samples)
        print(f"nothing to explain, 20 groups: R^2 {whole:.3f}, adjusted {adjusted:.3f}")


if __name__ == "__main__":
    main()
