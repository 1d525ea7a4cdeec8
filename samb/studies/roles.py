"""What a data set is to a study, and which data sets a run of it takes."""

from collections.abc import Callable
from dataclasses import dataclass

from samb.studies.study import PHANTOMS, Data, Role, Study

IsHere = Callable[[str], bool]
"""Whether a data set, by its name on the command line, is on this machine."""


@dataclass(frozen=True)
class Standing:
    """A data set of a run, to its study."""

    role: Role
    stands_for: tuple[str, ...] = ()
    """Data sets of the paper, as the published table names them: those it is, or is taken for."""


def standing(study: Study, dataset: str) -> Standing:
    """The role of a data set, whoever chose it; the paper's own data are no substitute as well."""
    own = tuple(it.name for it in study.data if it.dataset == dataset)
    taken_for = tuple(it.name for it in study.data if dataset in it.substitutes)
    if own:
        return Standing("paper", own)
    if taken_for:
        return Standing("substitute", taken_for)
    return Standing("phantoms" if dataset == PHANTOMS else "own")


def datasets(study: Study, is_here: IsHere) -> tuple[str, ...]:
    """What a run takes where nobody names data.

    For each data set of the paper its own, or else its substitutes, as far as they are here;
    phantoms where nothing of the whole study is.
    """
    found = [name for data in study.data for name in taken(study, data, is_here)]
    return tuple(dict.fromkeys(found)) or (PHANTOMS,)


def taken(study: Study, data: Data, is_here: IsHere) -> tuple[str, ...]:
    """The data sets that a run takes for one of the paper; none where none is here.

    What are the paper's own data of another entry are that, and no substitute as well.
    """
    if data.dataset is not None and is_here(data.dataset):
        return (data.dataset,)
    real = [name for name in data.substitutes if standing(study, name).role == "substitute"]
    return tuple(name for name in real if is_here(name))
