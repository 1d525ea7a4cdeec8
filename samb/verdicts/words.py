"""Words that findings share."""

from samb.reports.statistics import LEAST_GROUPS

NAMES = {"dsc": "DSC", "iou": "IoU"}


def too_few(units: int, unit: str, least: int = LEAST_GROUPS) -> str:
    """Why nothing can be said of so few; empty where there are enough."""
    return f"{units} of at least {least} {unit}s" if units < least else ""


def measure_of(metric: str) -> str:
    """A value's name as tables show it."""
    return NAMES.get(metric, metric)


def together(*parts: str) -> str:
    """Remarks as one; empty ones are left out."""
    return "; ".join(part for part in parts if part)
