import pytest

from samb.studies.roles import Standing, datasets, standing, taken
from samb.studies.study import Data, Study, TableRule

STUDY = Study(
    data=(
        Data("Liver", "lits", ("totalseg", "msd")),
        Data("Spleen", "msd_spleen", ("totalseg",)),
        Data("In-house", None, (), why="private"),
        Data("Heart", "acdc", ("lits",)),
    ),
    modes={"box": "box"},
    selections=("single",),
    metrics=("overlap",),
    models=("sam_vit_h",),
    table=TableRule(("dsc",)),
)


@pytest.mark.parametrize(
    ("here", "expected"),
    [
        ({"lits", "msd_spleen", "acdc", "totalseg"}, ("lits", "msd_spleen", "acdc")),
        ({"totalseg", "msd", "acdc"}, ("totalseg", "msd", "acdc")),
        ({"msd_spleen"}, ("msd_spleen",)),
        ({"lits"}, ("lits",)),
        (set(), ("phantoms",)),
    ],
)
def test_a_run_takes_the_papers_data_or_substitutes_or_phantoms(here, expected):
    assert datasets(STUDY, here.__contains__) == expected


def test_phantoms_are_taken_only_where_nothing_of_the_whole_study_is_here():
    assert "phantoms" not in datasets(STUDY, {"acdc"}.__contains__)


def test_what_a_data_set_is_to_a_study_does_not_depend_on_who_chose_it():
    assert standing(STUDY, "msd_spleen") == Standing("paper", ("Spleen",))
    assert standing(STUDY, "totalseg") == Standing("substitute", ("Liver", "Spleen"))
    assert standing(STUDY, "phantoms") == Standing("phantoms")
    assert standing(STUDY, "mine") == Standing("own")


def test_the_papers_own_data_are_no_substitute_as_well():
    assert standing(STUDY, "lits") == Standing("paper", ("Liver",))
    heart = STUDY.data[3]
    assert taken(STUDY, heart, {"lits"}.__contains__) == ()
