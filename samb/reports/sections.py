"""The tables of a report beside the main one, in their order."""

from samb.reports.attributes.section import attribute_section
from samb.reports.difference_table import difference_section
from samb.reports.instances import instance_section
from samb.reports.interaction import interaction_section
from samb.reports.material import Material
from samb.reports.pooled import pooled_section
from samb.reports.seconds import seconds_section
from samb.reports.section import Section
from samb.reports.variance import variance_section

NAMES = (
    "differences",
    "variance",
    "instances",
    "interactions",
    "pooled",
    "attribute_scores",
    "seconds",
)


def sections(material: Material) -> tuple[Section, ...]:
    """Those that have something to say."""
    every = (
        difference_section,
        variance_section,
        instance_section,
        interaction_section,
        pooled_section,
        attribute_section,
        seconds_section,
    )
    return tuple(found for make in every if (found := make(material)) is not None)
