import pytest

from samb.errors import RequestError
from samb.studies.published import COLUMNS, published

HEADER = ",".join(COLUMNS)
SEEN = "Kvasir,polyp,everything,1,oracle_s_measure,sam_vit_h,dsc,0.75,primary,a page,"
RECALLED = "Kvasir,polyp,everything,1,oracle_s_measure,sam_vit_l,dsc,0.5,unverified:low,,"


@pytest.fixture
def table(tmp_path, monkeypatch):
    """Writes the table of a user's study `mine`, which lies beside its YAML."""
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "mine.yaml").write_text("mine: {_target_: samb.studies.study.Study}")
    monkeypatch.setenv("SAMB_CONFIGS", str(tmp_path))

    def write(*lines: str) -> None:
        (tmp_path / "study" / "mine.csv").write_text("\n".join(lines) + "\n")

    return write


def test_what_no_source_shows_comes_only_where_asked_for(table):
    table(HEADER, SEEN, RECALLED)
    assert list(published("mine")["model"]) == ["sam_vit_h"]
    assert list(published("mine", unverified=True)["model"]) == ["sam_vit_h", "sam_vit_l"]


def test_values_are_numbers_and_words_that_look_like_none_stay_words(table):
    table(HEADER, SEEN, SEEN.replace("sam_vit_h", "None").replace(",oracle_s_measure,", ",,"))
    found = published("mine")
    assert found["value"].sum() == 1.5
    assert list(found["attempt"]) == [1, 1]
    assert list(found["model"]) == ["sam_vit_h", "None"]
    assert list(found["selection"]) == ["oracle_s_measure", ""]


def test_a_header_alone_is_a_table_without_rows(table):
    table(HEADER)
    assert published("mine").empty


def test_a_missing_table_says_where_it_should_be(table):
    with pytest.raises(RequestError, match=r"study mine has no published values: put them into"):
        published("mine")


def test_a_missing_column_is_named(table):
    table(HEADER.replace("evidence,", ""))
    with pytest.raises(RequestError, match="it lacks evidence"):
        published("mine")


def test_a_value_that_is_no_number_is_named_with_its_line(table):
    table(HEADER, SEEN, SEEN.replace("0.75", "75 %"))
    with pytest.raises(RequestError, match="line 3: value '75 %' is no number"):
        published("mine")


def test_an_unknown_kind_of_evidence_lists_those_there_are(table):
    table(HEADER, SEEN.replace("primary", "primery"))
    with pytest.raises(RequestError, match="no evidence 'primery'; did you mean 'primary'"):
        published("mine")
