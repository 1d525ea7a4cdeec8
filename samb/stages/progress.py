"""What a stage tells about its progress."""

from typing import Protocol


class Progress(Protocol):
    """Told by the stages; shown by the command line."""

    def begin(self, what: str, cases: int) -> None:
        """A stage or a data set under one model begins."""

    def frames(self, count: int, dsc: list[float]) -> None:
        """Frames were answered; DSC of the targets' final headline masks."""

    def case(self) -> None:
        """A case is finished, whatever its outcome."""

    def note(self, sentence: str) -> None:
        """Something the person should read."""

    def tell(self, sentence: str) -> None:
        """How it is going."""


class Silent:
    """Says nothing."""

    def begin(self, what: str, cases: int) -> None: ...

    def frames(self, count: int, dsc: list[float]) -> None: ...

    def case(self) -> None: ...

    def note(self, sentence: str) -> None: ...

    def tell(self, sentence: str) -> None: ...
