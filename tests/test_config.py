import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from samb.choices import ConfigFolders
from samb.config import (
    Experiment,
    compose,
    composed_values,
    load_dataset,
    load_experiment,
    load_model,
    load_prompting,
)
from samb.datasets.image_folder import ImageFolder
from samb.datasets.table import Table
from samb.errors import RequestError
from samb.models.floors import BoxFill
from samb.prompts.box import Box
from samb.request import Settings
from samb.selections import USUAL_RULES
from samb.studies.published import COLUMNS

SHIPPED = ConfigFolders(ConfigFolders.find().shipped, None)
ENOUGH = ("dataset=phantoms", "model=box_fill", "prompt=box")
OWN = "dataset.image_folder"


def settled(*arguments: str) -> Settings:
    return load_experiment([*ENOUGH, *arguments], SHIPPED).settings


def image_folder(*arguments: str) -> dict[str, Any]:
    """Values of dataset=image_folder as composed."""
    values = compose(["dataset=image_folder", *arguments], SHIPPED)["dataset"]
    own: dict[str, Any] = values["image_folder"]
    return own


def refused(*arguments: str, folders: ConfigFolders = SHIPPED) -> str:
    """The one sentence that these arguments get."""
    with pytest.raises(RequestError) as caught:
        load_experiment(arguments, folders)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_an_experiment_holds_what_was_chosen() -> None:
    made = load_experiment([*ENOUGH, "model.box_fill.radius_fraction=0.1", "limit=3"], SHIPPED)
    assert [part.name for part in made.datasets] == ["phantoms"]
    assert [part.built for part in made.models] == [BoxFill(0.1)]
    assert [part.built for part in made.prompts] == [Box()]
    usual = ["overlap", "surface", "panoptic", "aji", "detection"]
    assert [part.name for part in made.metrics] == usual
    assert made.settings.limit == 3


def test_what_is_resolved_is_what_was_composed_as_yaml() -> None:
    arguments = [*ENOUGH, "model.box_fill.radius_fraction=0.1", "seed=7"]
    resolved = yaml.safe_load(load_experiment(arguments, SHIPPED).resolved)
    assert resolved == compose(arguments, SHIPPED)
    assert (resolved["seed"], resolved["model"]["box_fill"]["radius_fraction"]) == (7, 0.1)


@pytest.mark.parametrize(
    "argument",
    ["prompt=[box,point_random_3]", "prompt=box,point_random_3", "prompt=[ box , point_random_3 ]"],
)
def test_a_list_may_be_written_with_or_without_brackets(argument: str) -> None:
    chosen = load_experiment(["dataset=phantoms", "model=box_fill", argument], SHIPPED).prompts
    assert [part.name for part in chosen] == ["box", "point_random_3"]


def test_the_order_of_choices_is_that_of_the_command_line() -> None:
    chosen = load_experiment([*ENOUGH[:2], "prompt=point_random_3,box"], SHIPPED).prompts
    assert [part.name for part in chosen] == ["point_random_3", "box"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["dataset=phantom"], "there is no dataset 'phantom'; did you mean 'phantoms'? There are"),
        (["model=sam_vit_x"], "there is no model 'sam_vit_x'; did you mean 'sam_vit_"),
        (["prompt=box,bxo"], "there is no prompt 'bxo'; did you mean 'box'? There are: all_boxes,"),
        (["metric=dice"], "there is no metric 'dice'"),
        ([*ENOUGH, "limt=3"], "there is no setting 'limt'; did you mean 'limit'? There are"),
        (
            [*ENOUGH, "model.box_fill.radius_fractio=0"],
            "model box_fill has no parameter 'radius_fractio'; did you",
        ),
        ([*ENOUGH, "prompt.bx.jitter=0"], "prompt 'bx' is not chosen; did you mean 'box'? There"),
        ([*ENOUGH, "dataset.busi.root=x"], "dataset 'busi' is not chosen. There are: phantoms"),
        ([*ENOUGH, "prompt.box=0"], "expected GROUP.CHOICE.PARAMETER=value, got 'prompt.box'"),
        ([*ENOUGH, "promt.box.jitter=0"], "expected GROUP.CHOICE.PARAMETER=value"),
        ([*ENOUGH, "model.box_fill.card=0"], "model box_fill has no parameter 'card'"),
        ([*ENOUGH, "model.box_fill._target_=x"], "model box_fill has no parameter '_target_'"),
        ([*ENOUGH, "limit"], "expected arguments of the form key=value, got 'limit'"),
    ],
)
def test_a_misspelling_lists_what_there_is(arguments: list[str], sentence: str) -> None:
    assert sentence in refused(*arguments)


@pytest.mark.parametrize(
    ("argument", "wanted", "given"),
    [
        ("seed=abc", "run: seed should be a valid integer", "'abc'"),
        ("seed=-1", "run: seed should be greater than or equal to 0", "-1"),
        ("limit=-3", "run: limit should be greater than or equal to 1", "-3"),
        ("limit=0", "run: limit should be greater than or equal to 1", "0"),
        ("limit=yes", "run: limit should be a valid integer", "True"),
        ("max_failed=-1", "run: max_failed should be greater than or equal to 0", "-1"),
        ("allowed_failed=2", "run: allowed_failed should be less than or equal to 1", "2"),
        ("selection=[nonsense]", "run: selection.0 should be 'single', 'first'", "'nonsense'"),
        ("selection=nonsense", "run: selection.0 should be 'single', 'first'", "'nonsense'"),
        ("selection=", "run: selection should have at least 1 item", "[]"),
        ("selection=first,first", "run: selection should name each rule once", "first, first"),
        ("name=my run", "run: name should match pattern", "'my run'"),
        ("name=../x", "run: name should match pattern", "'../x'"),
        ("limit=[3", "limit: cannot read '[3' as a value: expected ',' or ']'", "<stream end>"),
        ("seed=2024-01-01", "the config does not resolve: seed: Value 'date'", "not a supported"),
        (
            "model.box_fill.radius_fraction=1.7",
            "model box_fill: radius_fraction should be less than or equal to 1",
            "1.7",
        ),
        ("model.box_fill.radius_fraction=a", "model box_fill: radius_fraction should be", "'a'"),
        ("dataset.phantoms.kinds.x=1", "dataset.phantoms.kinds.x: kinds is no mapping", "'x'"),
    ],
)
def test_a_wrong_value_is_a_sentence_with_what_was_wanted_and_given(
    argument: str, wanted: str, given: str
) -> None:
    said = refused(*ENOUGH, argument)
    assert said.startswith(wanted)
    assert said.partition(wanted)[2].endswith(given) or given in said.partition(wanted)[2]


@pytest.mark.parametrize(
    ("argument", "key", "value"),
    [
        ("limit=null", "limit", None),
        ("name=2024", "name", "2024"),
        ("name=null", "name", None),
        ("selection=single", "selection", ("single",)),
        ("selection=first,single", "selection", ("first", "single")),
        ("selection=[oracle_iou]", "selection", ("oracle_iou",)),
    ],
)
def test_a_setting_is_what_was_typed_and_leaves_the_others(
    argument: str, key: str, value: object
) -> None:
    assert asdict(settled(argument)) == {**asdict(settled()), key: value}


def test_every_selection_is_scored_where_none_is_named() -> None:
    assert settled().selection == USUAL_RULES


@pytest.mark.parametrize("group", ["dataset", "model", "prompt", "metric"])
def test_a_run_needs_one_choice_of_every_group(group: str) -> None:
    others = [it for it in (*ENOUGH, "metric=overlap") if not it.startswith(group)]
    assert refused(*others, f"{group}=") == f"choose at least one {group}, as in {group}=NAME"


def test_of_two_arguments_for_one_key_the_last_one_counts() -> None:
    radius = "model.box_fill.radius_fraction"
    twice = [*ENOUGH, "limit=1", f"{radius}=0.2", "limit=2", f"{radius}=0.1", "prompt=prompt_free"]
    made = load_experiment(twice, SHIPPED)
    assert [part.name for part in made.prompts] == ["prompt_free"]
    assert [part.built for part in made.models] == [BoxFill(0.1)]
    assert made.settings.limit == 2


@pytest.mark.parametrize(
    "text",
    [
        "masks/{stem}.png",
        "{parent}/{stem}_mask*.png",
        "images/my pictures (1)/*.png",
        "~/data",
        "~",
        "[ab]*.png",
        "a=b/c=d",
        "größe/картина/図.png",
        "C:\\data\\new",
        'it\'s "quoted"',
        "a, b: c # d",
        "${HOME}/x",
        "\\${x}",
        "2024",
        "1e3",
        "",
        " spaced ",
        "*.png",
    ],
)
def test_text_is_taken_literally(text: str) -> None:
    assert image_folder(f"{OWN}.root={text}", f"{OWN}.structure={text}") == {
        **image_folder(),
        "root": text,
        "structure": text,
    }


@settings(max_examples=40)
@given(st.text(alphabet="ab\\${}~=[]()é图 '\",:#*?|&!%@`\n.-", max_size=12))
def test_any_text_is_taken_literally(text: str) -> None:
    assert image_folder(f"{OWN}.masks={text}")["masks"] == text


def test_null_clears_text_that_may_be_missing() -> None:
    assert image_folder(f"{OWN}.masks=null")["masks"] is None


@pytest.mark.parametrize(
    ("argument", "parameter", "value"),
    [
        ("percentiles=1,99", "percentiles", [1, 99]),
        ("spacing_mm=null", "spacing_mm", None),
        ("labels={liver: 1, spleen: 2}", "labels", {"liver": 1, "spleen": 2}),
        ("labels.liver=1", "labels", {"liver": 1}),
        ("labels.left.lobe=1", "labels", {"left.lobe": 1}),
        ("annotators.anna={parent}/{stem}=1.png", "annotators", {"anna": "{parent}/{stem}=1.png"}),
        ("threshold=10", "threshold", 10),
    ],
)
def test_other_values_are_read_as_yaml(argument: str, parameter: str, value: object) -> None:
    assert image_folder(f"{OWN}.{argument}")[parameter] == value


def test_a_missing_value_names_the_argument_to_give() -> None:
    said = refused("dataset=image_folder", *ENOUGH[1:], f"{OWN}.root=x", f"{OWN}.masks=y")
    assert said == "dataset image_folder needs images: give dataset.image_folder.images=..."


def test_values_of_the_environment_are_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMB_DATA", "/somewhere")
    assert compose(["dataset=ph2"], SHIPPED)["dataset"]["ph2"]["root"].startswith("/somewhere/")


def test_one_model_can_be_built_alone() -> None:
    assert load_model("box_fill").built == BoxFill()


def test_settings_are_checked_where_nothing_is_built() -> None:
    with pytest.raises(RequestError, match=r"selection\.0 should be 'single'"):
        composed_values(["selection=[nonsense]"])


@pytest.fixture
def mine(tmp_path: Path) -> ConfigFolders:
    """A user's folder, with a path that Hydra's grammar would not take as it is."""
    user = tmp_path / "it's my côté (1), x=y"
    (user / "dataset").mkdir(parents=True)
    return ConfigFolders(SHIPPED.shipped, user)


def write(folders: ConfigFolders, name: str, body: str) -> str:
    """A data set of the user's; returns the argument that chooses it."""
    assert folders.user is not None
    (folders.user / "dataset" / f"{name}.yaml").write_text(body, encoding="utf-8")
    return f"dataset={name}"


@pytest.mark.parametrize("name", ["mine", "my-set", "2024", "null", "größe", "1e3"])
def test_a_users_yaml_is_a_choice(mine: ConfigFolders, name: str) -> None:
    body = f'"{name}":\n  _target_: samb.datasets.phantoms.Phantoms\n  count: 2\n'
    chosen = [write(mine, name, body), *ENOUGH[1:], f"dataset.{name}.kinds=nuclei"]
    (part,) = load_experiment(chosen, mine).datasets
    assert part.name == name
    assert part.params == {"count": 2, "kinds": ["nuclei"]}


def test_a_users_yaml_may_not_shadow_a_shipped_one(mine: ConfigFolders) -> None:
    write(mine, "phantoms", "phantoms:\n  _target_: samb.datasets.phantoms.Phantoms\n")
    assert "shadows samb's own dataset phantoms" in refused(*ENOUGH, folders=mine)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("bad: [\n", "bad.yaml is not readable as YAML: expected the node content"),
        ("bad:\n  _target_: os.path.join\n", "dataset bad asks for os.path.join, and only"),
        ("bad:\n  _target_: samb.prompts.box.Box\n", "samb.prompts.box.Box should be a Dataset"),
        (
            "bad:\n  _target_: samb.datasets.phantoms.Phantoms\n  seed: 1\n  seed: 2\n",
            "cannot be composed: found duplicate key seed in line 4, column 3 of ",
        ),
        (
            "bad:\n  _target_: samb.datasets.phantoms.Phantoms\n  seed: ${nowhere}\n",
            "the config does not resolve: dataset.bad.seed: Interpolation key 'nowhere' not found",
        ),
        (
            "bad:\n  _target_: samb.datasets.phantoms.Phantoms\n  seed: ${oc.env:NO_SUCH}\n",
            "the config does not resolve: dataset.bad.seed: ",
        ),
        (
            "bad:\n  _target_: samb.datasets.phantoms.Phantoms\n  seed: ${no\n",
            "cannot be composed: no viable alternative at input '${no'",
        ),
        (
            "bad:\n  _target_: samb.datasets.phantoms.Phantoms\n  sead: 1\n",
            "dataset bad has no parameter 'sead'; did you mean 'seed'?",
        ),
    ],
)
def test_a_broken_yaml_of_the_users_is_one_sentence(
    mine: ConfigFolders, body: str, sentence: str
) -> None:
    assert re.search(
        re.escape(sentence), refused(write(mine, "bad", body), *ENOUGH[1:], folders=mine)
    )


def test_a_prompt_mode_keeps_the_rule_that_its_name_stands_for() -> None:
    with pytest.raises(RequestError, match=r"a name of its own"):
        load_experiment([*ENOUGH, "prompt.box.jitter=0.3"], SHIPPED)


def test_a_data_set_is_built_alone_and_its_values_need_no_prefix() -> None:
    part = load_dataset("image_folder", ["root=x", "images=*.png", "masks={stem}.gif"])
    assert isinstance(part.built, ImageFolder)
    assert (part.name, part.built.root, part.built.masks) == ("image_folder", "x", "{stem}.gif")
    table = load_dataset(
        "image_folder",
        ["root=x", "images=*.png", "masks={stem}.gif", "table={file: a.csv, image: i, group: g}"],
    )
    assert isinstance(table.built, ImageFolder)
    assert table.built.table == Table("a.csv", "i", group="g")


def test_without_a_model_the_demonstration_model_and_the_floors_answer() -> None:
    made = load_experiment(["dataset=phantoms", "prompt=box"], SHIPPED)
    assert [part.name for part in made.models] == ["builtin", "box_fill", "ellipse_fill"]


def test_prompts_alone_have_no_model_unless_one_is_named() -> None:
    asked = ["dataset=phantoms", "prompt=box"]
    assert load_prompting(asked).models == ()
    assert [part.name for part in load_prompting([*asked, "model=box_fill"]).models] == ["box_fill"]


STUDY = """
mine:
  _target_: samb.studies.study.Study
  data: [{name: Kvasir, dataset: pranet, substitutes: [other]}, {name: In-house, why: private}]
  modes: {box: a box, point_random_1: a point}
  selections: [oracle_iou]
  metrics: [overlap]
  models: [box_fill]
  table: {metrics: [dsc]}
  card: {title: Polyps, version: 2}
"""
FOLDER = """
{name}:
  _target_: samb.datasets.image_folder.ImageFolder
  root: {root}
  images: images/*.png
  masks: masks/{{stem}}.png
"""


@pytest.fixture
def studied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ConfigFolders:
    """A user's study `mine` of two data sets, of which the folder `other` is here."""
    for group in ("study", "dataset"):
        (tmp_path / group).mkdir()
    (tmp_path / "study" / "mine.yaml").write_text(STUDY)
    (tmp_path / "study" / "mine.csv").write_text(",".join(COLUMNS) + "\n")
    for name in ("pranet", "other"):
        text = FOLDER.format(name=name, root=tmp_path / "data" / name)
        (tmp_path / "dataset" / f"{name}.yaml").write_text(text)
    (tmp_path / "data" / "other").mkdir(parents=True)
    monkeypatch.setenv("SAMB_CONFIGS", str(tmp_path))
    return ConfigFolders.find()


def chosen(made: Experiment) -> dict[str, list[str]]:
    groups = ("datasets", "models", "prompts", "metrics")
    return {group: [it.name for it in getattr(made, group)] for group in groups}


def test_a_study_says_whatever_the_command_line_does_not(studied: ConfigFolders) -> None:
    made = load_experiment(["study=mine"])
    assert chosen(made) == {
        "datasets": ["other"],
        "models": ["box_fill"],
        "prompts": ["box", "point_random_1"],
        "metrics": ["overlap"],
    }
    assert made.settings.selection == ("oracle_iou",)
    assert made.study
    assert (made.study.name, made.changed) == ("mine", ())
    assert yaml.safe_load(made.resolved)["study"]["mine"]["models"] == ["box_fill"]


def test_what_the_command_line_says_counts_and_is_remembered(studied: ConfigFolders) -> None:
    asked = ["prompt=box", "dataset=phantoms", "model=ellipse_fill", "selection=single", "limit=2"]
    made = load_experiment(["study=mine", "name=x", "max_failed=3", *asked])
    assert chosen(made)["prompts"] == ["box"]
    assert chosen(made)["datasets"] == ["phantoms"]
    assert chosen(made)["models"] == ["ellipse_fill"]
    assert made.settings.selection == ("single",)
    assert made.changed == tuple(asked)


def test_the_papers_data_are_taken_where_a_root_is_given(
    studied: ConfigFolders, tmp_path: Path
) -> None:
    made = load_experiment(["study=mine", f"dataset.pranet.root={tmp_path}"])
    assert chosen(made)["datasets"] == ["pranet"]
    assert made.changed == ()  # where they lie is no departure from the study, nor of any table


def test_a_method_from_files_is_a_change_and_the_folder_of_its_files_is_none(
    studied: ConfigFolders, tmp_path: Path
) -> None:
    files = [f"model.precomputed.root={tmp_path}", "model.precomputed.pattern={stem}.png"]
    made = load_experiment(["study=mine", "model=[box_fill,precomputed]", *files])
    assert made.changed == ("model=[box_fill,precomputed]", files[1])


def test_phantoms_are_taken_where_nothing_of_a_study_is_here(
    studied: ConfigFolders, tmp_path: Path
) -> None:
    (tmp_path / "data" / "other").rmdir()
    assert chosen(load_experiment(["study=mine"]))["datasets"] == ["phantoms"]


def test_prompts_are_made_for_the_same_choices_but_only_for_models_that_are_named(
    studied: ConfigFolders,
) -> None:
    made = load_prompting(["study=mine"])
    assert [it.name for it in made.datasets] == ["other"]
    assert [it.name for it in made.prompts] == ["box", "point_random_1"]
    assert made.models == ()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["study=mien"], "there is no study 'mien'; did you mean 'mine'"),
        (["study=mine,other"], "a run takes one study, as in study=NAME, got mine, other"),
        (["study="], "a run takes one study, as in study=NAME, got none"),
        (["study=mine", "study.mine.models=[sam_vit_b]"], "a study's rules are not changed here"),
    ],
)
def test_a_wrong_study_is_refused_with_the_way_out(
    studied: ConfigFolders, arguments: list[str], sentence: str
) -> None:
    assert sentence in refused(*arguments, folders=studied)


def test_a_study_without_published_values_is_refused_before_anything_runs(
    studied: ConfigFolders, tmp_path: Path
) -> None:
    (tmp_path / "study" / "mine.csv").unlink()
    assert "study mine has no published values" in refused("study=mine", folders=studied)


def test_commands_that_take_no_study_say_which_do() -> None:
    with pytest.raises(RequestError, match="study=NAME is of samb run, sweep"):
        composed_values(["study=mine"])
