"""The tables of a report beside the main one, in their order."""

from dataclasses import replace

from samb.reports.attributes.section import attribute_section
from samb.reports.difference_table import difference_section
from samb.reports.instances import instance_section
from samb.reports.interaction import interaction_section
from samb.reports.material import Material
from samb.reports.methods import method_section
from samb.reports.names import shown_dataset, with_roles
from samb.reports.pooled import pooled_section
from samb.reports.seconds import seconds_section
from samb.reports.section import Section
from samb.reports.study_table import study_section
from samb.reports.variance import variance_section

NAMES = (
    "study",
    "differences",
    "methods",
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
        study_section,
        difference_section,
        method_section,
        variance_section,
        instance_section,
        interaction_section,
        pooled_section,
        attribute_section,
        seconds_section,
    )
    made = [found for make in every if (found := make(material)) is not None]
    return tuple(_with_roles(it, material) for it in made)


def _with_roles(section: Section, material: Material) -> Section:
    """Roles beside the data sets of a run of a study; its own table tells more of them."""
    if section.name == "study":
        return section
    lines = tuple((shown_dataset(name, material), *rest) for name, *rest in section.lines)
    return replace(section, lines=lines, data=with_roles(section.data, material))
