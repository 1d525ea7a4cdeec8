"""The order in which names are shown."""

import re

NUMBER = re.compile(r"(\d+(?:p\d+)?)")


def natural_order(name: str) -> tuple[str | float, ...]:
    """Sort key: letters alphabetically, numbers by size, `0p05` read as 0.05."""
    parts = NUMBER.split(name.lower())
    return tuple(
        float(part.replace("p", ".")) if index % 2 else part for index, part in enumerate(parts)
    )
