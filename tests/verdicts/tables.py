"""Evidence small enough to work out by hand."""

from collections.abc import Sequence

Row = dict[str, object]


def answer(prompt: str, values: Sequence[float], **facts: object) -> list[Row]:
    """One object a group: groups g0, g1 ... have these values."""
    return [
        {
            "dataset": "d",
            "target": "organ",
            "group": f"g{place}",
            "item": "",
            "prompt": prompt,
            "attempt": 1,
            "selection": "single",
            "model": "sam_a",
            "metric": "dsc",
            "level": "frame",
            "last": True,
            "usual": True,
            "family": "sam",
            "main": True,
            "total": False,
            "copy": False,
            "seen": "",
            "value": value,
            **facts,
        }
        for place, value in enumerate(values)
    ]


def means(prompt: str, values: Sequence[float], **facts: object) -> list[Row]:
    """A published table: targets t0, t1 ... have these means."""
    rows = answer(prompt, values, seen="primary", **facts)
    return [{**row, "target": f"t{place}", "group": f"t{place}"} for place, row in enumerate(rows)]
