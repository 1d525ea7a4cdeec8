"""What an image file is part of: a patient, slide or video, and a part of its data set."""

from collections.abc import Sequence
from dataclasses import dataclass

from samb.datasets.file_pair import FilePair
from samb.datasets.grouping import GroupRule
from samb.datasets.table import Table
from samb.errors import RequestError
from samb.types import Case


@dataclass(frozen=True)
class Membership:
    """Read off the path by regular expressions, or off a table. Raises ValueError for both."""

    group: str | None
    numbers_per_group: int
    split: str | None
    part: str | None
    table: Table | None

    def __post_init__(self) -> None:
        if self.split is not None:
            GroupRule(self.split)
        if self.part is not None and not (self.split or (self.table and self.table.split)):
            msg = "part names a split, so `split` or a column of the table must say which there are"
            raise ValueError(msg)
        if self.table and ((self.group and self.table.group) or (self.split and self.table.split)):
            msg = "groups and splits are read off the path or off the table, not off both"
            raise ValueError(msg)
        if self.group is not None:
            GroupRule(self.group, self.numbers_per_group)
        elif self.numbers_per_group > 1:
            msg = "numbers_per_group needs `group` to say where the number stands"
            raise ValueError(msg)

    def group_of(self, pair: FilePair) -> str:
        """Its group_id; its case_id where nothing else is said."""
        if self.table and self.table.group:
            return pair.row[self.table.group]
        if self.group is None:
            return pair.case_id
        return GroupRule(self.group, self.numbers_per_group).group_of(pair.name)

    def split_of(self, pair: FilePair) -> str | None:
        """The part of the data set it is in; None: not stated."""
        if self.table and self.table.split:
            return pair.row[self.table.split]
        return GroupRule(self.split).group_of(pair.name) if self.split else None

    def chosen(self, cases: Sequence[Case], where: object) -> Sequence[Case]:
        """Those of the part. Raises RequestError if there is none."""
        if self.part is None:
            return cases
        chosen = [it for it in cases if it.split == self.part]
        if not chosen:
            parts = sorted({it.split for it in cases if it.split is not None})
            msg = (
                f"no case of {where} is in part {self.part!r}; "
                f"there are: {', '.join(parts) or 'no cases'}"
            )
            raise RequestError(msg)
        return chosen
