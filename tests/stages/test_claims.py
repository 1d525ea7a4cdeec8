"""The shipped claims, and what a user's own may get wrong."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from samb.choices import ConfigFolders
from samb.errors import RequestError
from samb.stages.claims import judge_as_published, load_claim, load_claims
from samb.verdicts.facts import registry

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "studies.yaml"
NAMES = list(ConfigFolders(ConfigFolders.find().shipped, None).choices("claim"))
KINDS = {"survey", "paper", "third party"}


def test_all_44_claims_ship():
    assert len(NAMES) == 44
    assert [it.name for it in load_claims()] == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_claim_says_what_it_quotes_what_it_tests_and_what_it_needs(name):
    claim = load_claim(name)
    assert claim.statement
    assert claim.card["source"]
    assert claim.card["kind"] in KINDS
    assert all(check.what and check.needs for check in claim.checks)
    assert claim.study == "survey" or claim.study in ConfigFolders.find().choices("study")


def test_sentences_are_those_of_the_reference_file():
    if not REFERENCE.is_file():
        pytest.skip("the reference files (../shared/reference) are not beside this checkout")
    content = yaml.safe_load(REFERENCE.read_text())
    wanted = {it["id"]: " ".join(it["statement"].split()) for it in content["claims"]}
    assert {it.name: it.statement for it in load_claims()} == wanted


def test_a_misspelt_claim_lists_those_there_are():
    with pytest.raises(RequestError, match="there is no claim 'C99'"):
        load_claims(["C99"])


def test_the_same_claim_twice_is_judged_once():
    assert [it.name for it in load_claims(["C02", "C02"])] == ["C02"]


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Writes a user's claim `mine`."""
    (tmp_path / "claim").mkdir()
    monkeypatch.setenv("SAMB_CONFIGS", str(tmp_path))

    def write(checks: str) -> None:
        text = (
            f"mine:\n  _target_: samb.verdicts.claim.Claim\n  study: survey\n  checks: {checks}\n"
        )
        (tmp_path / "claim" / "mine.yaml").write_text(text)

    return write


GOOD = "{_target_: samb.verdicts.difference.Difference, what: x, low: 0.0, contrast: {second: {}}}"


def test_a_users_own_claim_is_judged_like_ours(own):
    own(f"[{GOOD}]")
    found = judge_as_published(["cheng_3_modes"], ["mine"])
    assert found.verdicts == {"mine": "confirmed"}  # every mode is above 0


@pytest.mark.parametrize(
    ("checks", "sentence"),
    [
        ("[]", "claim mine needs a check"),
        ("[low]", "checks should be a list of mappings"),
        (f"[{GOOD.replace('low', 'lowest')}]", "check 1 has no parameter 'lowest'"),
        (f"[{GOOD.replace('second', 'secnd')}]", "contrast has no parameter 'secnd'"),
        (f"[{GOOD.replace('{}', '{promt: [box]}')}]", "second has no parameter 'promt'"),
        (f"[{GOOD.replace('low: 0.0', 'low: 1, high: 0')}]", "low should be below high"),
        (f"[{GOOD.replace('difference.Diff', 'claim.Diff')}]", "asks for samb.verdicts.claim"),
    ],
)
def test_a_mistake_in_a_claim_is_named(own, checks, sentence):
    own(checks)
    with pytest.raises(RequestError, match=sentence):
        load_claims(["mine"])


def test_the_registry_states_its_own_coverage():
    counts = registry()
    assert set(counts) == {"data_sets", "modalities", "structures"}
    assert "data sets 52 (samb: " in load_claim("C17").needs


def test_verdicts_are_written_as_text_and_as_tables(tmp_path):
    found = judge_as_published(["cheng_3_modes"], ["C18", "C01"], tmp_path)
    assert found.page == tmp_path / "claims.md"
    lines = pd.read_csv(tmp_path / "claims.csv")
    assert set(lines["claim"]) == {"C01", "C18"}
    assert len(pd.read_csv(tmp_path / "claims_cells.csv")) == 30  # three comparisons of ten sets
    assert "nothing is known of how much single images differ" in found.notes[0]
