"""Which cases belong to one patient, slide or video, by their file names."""

import re
from dataclasses import dataclass

from samb.errors import RequestError


@dataclass(frozen=True)
class GroupRule:
    """A regular expression that finds the group in a path, and how numbers are joined."""

    pattern: str
    numbers_per_group: int = 1
    """How many consecutive numbers, from 1 on, are one group; 2 joins 1 with 2, 3 with 4 ..."""

    def __post_init__(self) -> None:
        try:
            groups = re.compile(self.pattern).groups
        except re.error as error:
            msg = f"group must be a regular expression, got {self.pattern!r}: {error}"
            raise ValueError(msg) from error
        if not groups:
            msg = f"group must hold a group in parentheses, got {self.pattern!r}"
            raise ValueError(msg)

    def group_of(self, name: str) -> str:
        """The first group of the expression that took part. Raises RequestError if none did."""
        match = re.search(self.pattern, name)
        captured = [text for text in match.groups() if text] if match else []
        if not captured:
            msg = f"group={self.pattern!r} finds no group in {name!r}: every image needs one"
            raise RequestError(msg)
        return captured[0] if self.numbers_per_group == 1 else self._joined(captured[0], name)

    def _joined(self, captured: str, name: str) -> str:
        if not captured.isdecimal():
            msg = (
                f"numbers_per_group={self.numbers_per_group} needs a number from `group`, got "
                f"{captured!r} in {name!r}"
            )
            raise RequestError(msg)
        first = (int(captured) - 1) // self.numbers_per_group * self.numbers_per_group + 1
        return f"{first}-{first + self.numbers_per_group - 1}"
