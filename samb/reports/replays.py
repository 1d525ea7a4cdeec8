"""Sentences about prompts that came from a file, and about targets that got none."""

from collections.abc import Iterator

import pandas as pd

from samb.ordering import natural_order
from samb.reports.material import Material
from samb.reports.names import counted, shown_prompt
from samb.reports.statistics import text_key

FIRST = 3


def replays(material: Material) -> Iterator[str]:
    """Where replayed prompts are from, whose clicks they are, and what had no prompt."""
    names = sorted(map(str, material.scores["prompt"].unique()), key=natural_order)
    cards = {name: material.card("prompt", name) for name in names}
    for name, card in cards.items():
        if who := card.get("who"):
            yield f"{shown_prompt(name)}: prompts by {who}, {card.get('when')}, {card.get('how')}."
    for file in sorted(
        {str(it["replayed_from"]) for it in cards.values() if "replayed_from" in it}
    ):
        modes = [name for name, card in cards.items() if card.get("replayed_from") == file]
        yield f"Prompts of {', '.join(map(shown_prompt, modes))} come from the file {file}."
    yield from _remarks(material.outcomes)


def _remarks(outcomes: pd.DataFrame) -> Iterator[str]:
    """Cases that are done or have no prompt, with something to say about them."""
    told = outcomes[outcomes["status"].isin(["done", "unprompted"]) & (outcomes["reason"] != "")]
    for key, rows in told.groupby(["dataset", "prompt"], sort=True):
        dataset, mode = text_key(key)
        distinct = rows.drop_duplicates(["case", "reason"])
        shown = "; ".join(f"{row.case}: {row.reason}" for row in distinct.head(FIRST).itertuples())
        more = len(distinct) - FIRST
        cases = counted(rows["case"].nunique(), "case")
        tail = f"; and {more} more" if more > 0 else ""
        yield f"{dataset}, {shown_prompt(mode)}, {cases} with a remark: {shown}{tail}."
