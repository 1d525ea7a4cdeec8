"""run.yaml: the resolved config of a run, which grows with its extent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from samb.building import build_parts
from samb.choices import GROUPS
from samb.config import Experiment, composed_values
from samb.errors import RequestError
from samb.metrics.base import Metric
from samb.metrics.scoring import Scoring
from samb.results.folder import RunFolder
from samb.selections import RULES

FILE = "run.yaml"
SCORING = ("metric", "selection")


@dataclass(frozen=True)
class Recipe:
    """Choices by group, and settings, as plain values."""

    config: Mapping[str, Any]

    @classmethod
    def of(cls, experiment: Experiment) -> "Recipe":
        """The recipe of one command."""
        return cls(yaml.safe_load(experiment.resolved))

    @classmethod
    def for_scoring(cls, arguments: Sequence[str]) -> "Recipe":
        """Metrics and selections named on a command line; nothing else may be."""
        wrong = [it for it in arguments if it.partition("=")[0].split(".")[0] not in SCORING]
        if wrong:
            msg = f"scoring takes metric=[...] and selection=[...]; got {wrong[0]!r}"
            raise RequestError(msg)
        composed = composed_values(arguments)
        named = {it.partition("=")[0].split(".")[0] for it in arguments}
        return cls({key: composed[key] for key in SCORING if key in named})

    @classmethod
    def read(cls, folder: RunFolder) -> "Recipe":
        """The recipe in a run folder; empty where there is none."""
        path = folder.path / FILE
        return cls(yaml.safe_load(path.read_text()) if path.is_file() else {})

    def add_to(self, folder: RunFolder) -> None:
        """Add this command's choices, metrics and selections to those of earlier commands."""
        merged = Recipe.read(folder).joined_by(self).config
        folder.write_text(FILE, yaml.safe_dump(dict(merged), sort_keys=False, allow_unicode=True))

    def joined_by(self, later: "Recipe") -> "Recipe":
        """Choices of both, settings of the later one."""
        groups = {name: {**self.group(name), **later.group(name)} for name in GROUPS}
        selections = {*self.config.get("selection", ()), *later.config.get("selection", ())}
        ordered = [name for name in RULES if name in selections]
        return Recipe({**self.config, **later.config, **groups, "selection": ordered})

    def group(self, name: str) -> dict[str, Any]:
        """The choices of one group: name -> mapping."""
        return dict(self.config.get(name) or {})

    def scoring(self) -> Scoring:
        """What the run is scored with."""
        metrics = build_parts(self.group("metric"), "metric", Metric)
        return Scoring(tuple(it.built for it in metrics), tuple(self.config["selection"]))
