from pathlib import Path
from typing import Any

import pytest

from samb.choices import GROUPS, ConfigFolders, named_templates, one_of
from samb.errors import RequestError

PHANTOMS = "_target_: samb.datasets.phantoms.Phantoms"


@pytest.fixture
def folders(tmp_path: Path) -> ConfigFolders:
    """The shipped configs, and a user's folder whose path has a space, a quote and an accent."""
    user = tmp_path / "it's my côté (1)"
    for group in GROUPS:
        (user / group).mkdir(parents=True)
    return ConfigFolders(ConfigFolders.find().shipped, user)


def write(folders: ConfigFolders, name: str, text: str | bytes, group: str = "dataset") -> Path:
    assert folders.user is not None
    path = folders.user / group / f"{name}.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_ships_choices_in_the_order_of_their_names(group: str) -> None:
    names = list(ConfigFolders.find().choices(group))
    assert names
    assert names == sorted(names)


def test_a_misspelt_choice_gets_the_nearest_and_all_names(folders: ConfigFolders) -> None:
    with pytest.raises(RequestError, match=r"no prompt 'bx'; did you mean 'box'\? There are: all"):
        folders.path("prompt", "bx")


def test_a_name_in_another_case_is_the_nearest() -> None:
    assert one_of("c02", ["C02", "R02"]).startswith("; did you mean 'C02'?")


def test_a_name_like_nothing_there_is_gets_all_names_and_no_guess() -> None:
    assert one_of("zzz", ["b", "a"]) == ". There are: a, b"
    assert one_of("zzz", []) == ". There are: none"


def test_a_users_file_is_a_choice_beside_the_shipped_ones(folders: ConfigFolders) -> None:
    path = write(folders, "mine", f"mine:\n  {PHANTOMS}\n  count: 2\n")
    assert folders.path("dataset", "mine") == path
    assert {"mine", "phantoms"} <= folders.choices("dataset").keys()
    assert folders.read("dataset", "mine")["count"] == 2


def test_a_users_file_may_not_shadow_a_shipped_one(folders: ConfigFolders) -> None:
    path = write(folders, "busi", f"busi:\n  {PHANTOMS}\n")
    with pytest.raises(RequestError) as caught:
        folders.choices("dataset")
    assert str(caught.value).startswith(f"{path} shadows samb's own dataset busi")


@pytest.mark.parametrize("name", ["a.b", "a b", "a,b", "-a"])
def test_a_file_name_that_no_command_line_could_name_is_refused(
    folders: ConfigFolders, name: str
) -> None:
    write(folders, name, f"{name}:\n  {PHANTOMS}\n")
    with pytest.raises(RequestError, match="letters, digits, _ and - alone; rename it"):
        folders.choices("dataset")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("bad: [\n", "is not readable as YAML: expected the node content"),
        ("bad:\n\tcount: 1\n", "is not readable as YAML: found character '\\t'"),
        (b"\xff\xfe bad", "is not readable as YAML"),
        ("", "should hold one key, 'bad' like the file; it holds NoneType"),
        ("- bad\n", "should hold one key, 'bad' like the file; it holds list"),
        ("a: 1\nbad: 2\n", "should hold one key, 'bad' like the file; it holds ['a', 'bad']"),
        ("good:\n  x: 1\n", "should hold one key, 'bad' like the file; it holds ['good']"),
        ("bad:\n", "under its key there should be _target_"),
        ("bad:\n  root: x\n", "under its key there should be _target_"),
        ("bad:\n  _target_: 3\n", "under its key there should be _target_"),
        (f"bad:\n  {PHANTOMS}\n  card: text\n", "card should be a mapping of facts, got 'text'"),
    ],
)
def test_a_broken_yaml_is_one_sentence_that_names_the_file(
    folders: ConfigFolders, text: str | bytes, sentence: str
) -> None:
    path = write(folders, "bad", text)
    with pytest.raises(RequestError) as caught:
        folders.read("dataset", "bad")
    said = str(caught.value)
    assert said.startswith(str(path))
    assert sentence in said
    assert "\n" not in said


def test_a_file_that_cannot_be_read_says_so(folders: ConfigFolders) -> None:
    path = write(folders, "closed", "")
    path.unlink()
    path.mkdir()
    with pytest.raises(RequestError, match=r"closed\.yaml cannot be read: Is a directory"):
        folders.read("dataset", "closed")


def test_samb_configs_names_the_users_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMB_CONFIGS", str(tmp_path))
    assert ConfigFolders.find().user == tmp_path.resolve()


def test_a_samb_configs_that_is_no_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMB_CONFIGS", str(tmp_path / "nowhere"))
    with pytest.raises(RequestError, match=r"SAMB_CONFIGS should name a folder .*nowhere"):
        ConfigFolders.find()


def test_without_it_the_users_folder_is_configs_of_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SAMB_CONFIGS", raising=False)
    monkeypatch.chdir(tmp_path)
    assert ConfigFolders.find().user is None
    (tmp_path / "configs").mkdir()
    assert ConfigFolders.find().user == (tmp_path / "configs").resolve()


def test_in_a_checkout_the_shipped_folder_is_not_taken_for_the_users(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SAMB_CONFIGS", raising=False)
    monkeypatch.chdir(ConfigFolders.find().shipped.parent)
    assert ConfigFolders.find().user is None


TEMPLATE: dict[str, Any] = {"model": {"precomputed": {"root": "x"}, "box_fill": {}}, "seed": 0}


def test_a_template_goes_by_the_name_of_the_command_line_and_keeps_its_place() -> None:
    given = {"model.precomputed.name": "unet", "model.precomputed.root": "x"}
    named = named_templates(TEMPLATE, given, ConfigFolders.find())
    assert list(named["model"]) == ["unet", "box_fill"]
    assert named["model"]["unet"] == {"root": "x"}
    assert list(TEMPLATE["model"]) == ["precomputed", "box_fill"]


def test_only_templates_are_renamed() -> None:
    values: dict[str, Any] = {"model": {"sam_vit_b": {}}}
    given = {"model.sam_vit_b.name": "mine"}
    assert named_templates(values, given, ConfigFolders.find()) == values


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("box_fill", "there is a choice 'box_fill' already; give it another name"),
        ("my unet", "takes letters, digits, _ and - alone, got 'my unet'"),
    ],
)
def test_a_name_that_is_taken_or_no_name_is_refused(name: str, sentence: str) -> None:
    with pytest.raises(RequestError, match=rf"model\.precomputed\.name:? .*{sentence}"):
        named_templates(TEMPLATE, {"model.precomputed.name": name}, ConfigFolders.find())
