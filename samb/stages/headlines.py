"""Which selection counts in the short tables of a run."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from samb.request import STUDY


def headlines(config: Mapping[str, Any], scores: pd.DataFrame) -> dict[str, str]:
    """Prompt mode -> selection: as its card says, but by the rule of the run's study.

    Of several rules of a study, the card's own where it is among them, else the first that the mode
    was scored by.
    """
    cards = {
        name: choice.get("card") or {} for name, choice in (config.get("prompt") or {}).items()
    }
    found = {name: str(card.get("selection", "single")) for name, card in cards.items()}
    for study in (config.get(STUDY) or {}).values():
        for mode in found.keys() & study["modes"].keys():
            there = set(scores.loc[scores["prompt"] == mode, "selection"])
            rules = [rule for rule in study["selections"] if rule in there]
            if rules and found[mode] not in rules:
                found[mode] = rules[0]
    return found
