import pytest

from samb.presence import data_are_here, with_environment


def test_data_are_here_where_their_folder_is(tmp_path, monkeypatch):
    monkeypatch.setenv("SAMB_DATA", str(tmp_path))
    choice = {"root": "${oc.env:SAMB_DATA,data}/polyps"}
    assert not data_are_here(choice)
    (tmp_path / "polyps").mkdir()
    assert data_are_here(choice)


def test_a_root_of_the_command_line_stands_for_the_choices_own(tmp_path):
    assert data_are_here({"root": "/nowhere"}, str(tmp_path))
    assert not data_are_here({"root": str(tmp_path)}, "/nowhere")


def test_a_root_still_to_be_given_is_not_here_and_generated_data_always_are():
    assert not data_are_here({"root": "???"})
    assert data_are_here({"kinds": ["polyp"]})


@pytest.mark.parametrize(("value", "expected"), [("/d", "/d/x"), (None, "data/x")])
def test_a_variable_that_is_not_set_gives_its_default(monkeypatch, value, expected):
    monkeypatch.delenv("SAMB_DATA", raising=False)
    if value:
        monkeypatch.setenv("SAMB_DATA", value)
    assert with_environment("${oc.env:SAMB_DATA,data}/x") == expected
