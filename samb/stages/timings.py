"""Where the time of a run went."""

import time
from dataclasses import dataclass, field


@dataclass
class Timings:
    """Seconds by what they were spent on."""

    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, what: str, since: float) -> None:
        """Count the time since a `time.perf_counter()`."""
        self.seconds[what] = self.seconds.get(what, 0.0) + time.perf_counter() - since
