"""Whether a model was trained on what it is evaluated on, as far as the cards tell."""

import re
from collections.abc import Iterator

from samb.reports.material import Material

SHORTEST_JOINED = 5
"""Letters from which a name is also sought with its blanks removed (`isic2018`, `ISIC 2018`)."""


def training_overlaps(material: Material) -> Iterator[str]:
    """One warning per model and data set whose cards name the same data."""
    pairs = (
        material.scores[["model", "dataset"]].drop_duplicates().sort_values(["model", "dataset"])
    )
    for model, dataset in pairs.itertuples(index=False):
        trained_on = _entries(material.card("model", model).get("training_data"))
        title = material.card("dataset", dataset).get("title")
        names = [dataset, *_entries(title)]
        if any(same_data(name, entry) for name in names for entry in trained_on):
            yield (
                f"Warning: {model} was trained on data that {dataset} belongs to, by their cards: "
                "its scores there do not show what it does on unseen data."
            )


def same_data(one: str, other: str) -> bool:
    """Whether one name is part of the other, whatever its case, blanks and punctuation."""
    one_words, other_words = _words(one), _words(other)
    if f" {one_words} " in f" {other_words} " or f" {other_words} " in f" {one_words} ":
        return bool(one_words and other_words)
    one_joined, other_joined = one_words.replace(" ", ""), other_words.replace(" ", "")
    short, long = sorted((one_joined, other_joined), key=len)
    return len(short) >= SHORTEST_JOINED and short in long


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def _entries(value: object) -> list[str]:
    if value is None:
        return []
    return [str(entry) for entry in value] if isinstance(value, list | tuple) else [str(value)]
