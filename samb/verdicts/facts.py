"""Kind 9: a count that somebody states of a collection, beside what samb's registry holds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from samb.choices import ConfigFolders
from samb.verdicts.check import Check
from samb.verdicts.evidence import Evidence
from samb.verdicts.finding import Finding


@dataclass(frozen=True, kw_only=True)
class Facts(Check):
    """The claim: a collection has so many data sets, modalities, structures.

    No run can hold it; the registry states its own counts beside those (`needs`).
    """

    stated: Mapping[str, int]
    """Of data_sets, modalities, structures and others; what -> count."""

    @property
    def needs(self) -> str:
        own = registry()
        parts = [
            f"{name.replace('_', ' ')} {stated}" + (f" (samb: {own[name]})" if name in own else "")
            for name, stated in self.stated.items()
        ]
        return f"the collection itself; stated beside samb's own registry: {', '.join(parts)}"

    def findings(self, evidence: Evidence) -> list[Finding]:
        """None: scores say nothing of what a collection holds."""
        return []


def registry() -> dict[str, int]:
    """data_sets, modalities and structures that the cards of all data sets name."""
    folders = ConfigFolders.find()
    cards = [folders.read("dataset", it).get("card") or {} for it in folders.choices("dataset")]
    known = [card for card in cards if card.get("modality")]
    modalities = {_first_words(str(card["modality"])) for card in known}
    structures = {
        str(name).strip().lower() for card in known for name in _listed(card.get("structures"))
    }
    return {"data_sets": len(known), "modalities": len(modalities), "structures": len(structures)}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _first_words(modality: str) -> str:
    """The modality without what follows a comma or stands in brackets."""
    return re.split(r"[,(;]", modality)[0].strip().lower()
