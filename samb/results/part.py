"""What a run has found and not yet written."""

from dataclasses import dataclass, field

from samb.records import Answer, CaseRecord, Described, Outcome, Thumbnail
from samb.results import schema


@dataclass
class Part:
    """Rows of whole units, collected until they are worth a file."""

    rows: dict[str, list[schema.Row]] = field(
        default_factory=lambda: {name: [] for name in schema.TABLES}
    )

    def add_case(
        self, record: CaseRecord, thumbnails: list[Thumbnail], described: list[Described]
    ) -> None:
        """A case's geometry, references, pictures, and what its targets are like."""
        self.rows["cases"].append(schema.case_row(record))
        self.rows["references"] += schema.reference_rows(record)
        self.rows["thumbnails"] += [schema.thumbnail_row(record.dataset, it) for it in thumbnails]
        self.rows["attributes"] += [
            row for it in described for row in schema.attribute_rows(record, it)
        ]

    def add_unit(self, outcome: Outcome, answers: list[Answer]) -> None:
        """How a unit ended, with its answers."""
        self.rows["outcomes"].append(schema.outcome_row(outcome))
        self.rows["answers"] += [
            schema.answer_row(outcome.dataset, outcome.case_id, answer) for answer in answers
        ]

    def tables(self) -> dict[str, list[schema.Row]]:
        """Table name -> rows."""
        return self.rows

    def __len__(self) -> int:
        return len(self.rows["outcomes"])
