"""The interface of a data set."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

from samb.types import Case


class Dataset(ABC):
    """Labelled medical images of one storage shape. Subclasses are frozen dataclasses."""

    @abstractmethod
    def cases(self) -> Iterator[Case]:
        """Every case, unread, sorted by case_id: the same order every time.

        Raises RequestError where the whole data set is wrong (no such root, no match). What is
        wrong with one case surfaces as CaseError when that case is read.
        """
