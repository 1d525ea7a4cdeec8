"""The command line as a person meets it: what it prints and its exit status."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from samb.cli.main import main

PHANTOM = ["dataset=phantoms", "dataset.phantoms.kinds=[polyp]", "dataset.phantoms.count=3"]


@dataclass(frozen=True)
class Said:
    """What a command said."""

    status: int
    out: str
    err: str


Samb = Callable[..., Said]


@pytest.fixture
def samb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Samb:
    """`samb(...)` in an empty folder, without data or weights."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAMB_CACHE", str(tmp_path / "cache"))
    for name in ("SAMB_DATA", "SAMB_CONFIGS", "SAMB_RUNS"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["samb", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    return call


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_run_prints_a_table_and_names_the_report(samb: Samb, tmp_path: Path) -> None:
    said = samb("run", *PHANTOM, "model=box_fill", "prompt=box", "name=first")
    assert said.status == 0
    assert "polyp" in said.out
    assert "DSC" in said.out
    assert "No case failed" in said.out
    report = Path(said.out.split("report:")[1].strip())
    assert (tmp_path / report).is_file()
    assert not said.err


def test_the_same_command_again_says_that_there_is_nothing_to_do(samb: Samb) -> None:
    command = ("run", *PHANTOM, "model=box_fill", "prompt=box", "name=first")
    samb(*command)
    assert "Nothing to do" in samb(*command).out


def test_a_run_whose_models_know_none_of_its_modes_does_not_claim_to_hold_anything(
    samb: Samb,
) -> None:
    said = samb("run", *PHANTOM, "model=box_fill", "prompt=everything", "name=first")
    assert said.status == 1
    assert "first cannot be filled: no model knows its modes." in flat(said.out)


def test_a_dry_run_estimates_and_writes_nothing(samb: Samb, tmp_path: Path) -> None:
    said = samb("run", *PHANTOM, "model=box_fill", "prompt=[box,point_random_1]", "--dry-run")
    assert said.status == 0
    assert "phantoms box_fill 3 2 3" in flat(said.out)
    assert list(tmp_path.iterdir()) == []


def test_scoring_again_adds_a_metric(samb: Samb) -> None:
    samb("run", *PHANTOM, "model=box_fill", "prompt=box", "name=first", "metric=overlap")
    assert samb("score", "first", "metric=[surface]").status == 0
    assert "hd95" in Path("results/runs/first/report/all_scores.csv").read_text()


def test_a_report_over_two_runs_shows_both_models(samb: Samb, tmp_path: Path) -> None:
    for model in ("box_fill", "ellipse_fill"):
        samb("run", *PHANTOM, f"model={model}", "prompt=box", f"name={model}")
    said = samb("report", "box_fill", "ellipse_fill", "--output", str(tmp_path / "both"))
    assert said.status == 0
    table = (tmp_path / "both" / "table.csv").read_text()
    assert "box_fill" in table
    assert "ellipse_fill" in table


def bad_folder(folder: Path) -> list[str]:
    """Three pictures, one of which is broken."""
    for index in range(3):
        for kind, values in (("images", 90), ("masks", 255)):
            (folder / kind).mkdir(parents=True, exist_ok=True)
            square = np.zeros((9, 9), dtype=np.uint8)
            square[2:6, 2:6] = values
            Image.fromarray(square).save(folder / kind / f"{index}.png")
    (folder / "images" / "1.png").write_bytes(b"broken")
    return [
        "dataset=image_folder",
        f"dataset.image_folder.root={folder}",
        "dataset.image_folder.images=images/*.png",
        "dataset.image_folder.masks=masks/{stem}.png",
        "model=box_fill",
        "prompt=box",
    ]


def test_a_bad_case_among_good_ones_is_told_and_makes_the_status_1(
    samb: Samb, tmp_path: Path
) -> None:
    said = samb("run", *bad_folder(tmp_path / "data"), "name=bad")
    assert said.status == 1
    assert "images/1" in said.err
    assert "1 of 3 cases failed" in flat(said.out) or "1 case failed" in flat(said.out)
    assert samb("run", *bad_folder(tmp_path / "data"), "name=bad", "allowed_failed=0.5").status == 0


def test_max_failed_zero_stops_with_status_2(samb: Samb, tmp_path: Path) -> None:
    said = samb("run", *bad_folder(tmp_path / "data"), "max_failed=0")
    assert said.status == 2
    assert "max_failed=0" in said.err
    assert "1.png" in said.err


WRONG: list[tuple[Sequence[str], str]] = [
    (["run", "dataset=phantom", "model=box_fill", "prompt=box"], "did you mean 'phantoms'"),
    (["run", *PHANTOM, "model=box_fill", "prompt=box", "limt=2"], "did you mean 'limit'"),
    (["run", *PHANTOM, "model=box_fill", "prompt=box", "limit=-3"], "got -3"),
    (["run", *PHANTOM, "model=box_fill", "prompt=box", "--limit=2"], "No such option"),
    (["run", *PHANTOM, "model=box_fill"], "choose at least one prompt"),
    (["run", *PHANTOM, "model=box_fill", "prompt=box", "name=../out"], "name"),
    (["run", *PHANTOM, "model=box_fill", "prompt=box", "--shard", "3/2"], "2/4"),
    (["run", *PHANTOM, "model=box_fill", "prompt=box", "--device", "tpu"], "'tpu'"),
    (["run", *PHANTOM, "model=sam_vit_b", "prompt=box"], "samb models fetch sam_vit_b"),
    (["run", "dataset=kvasir_seg", "model=box_fill", "prompt=box"], "SAMB_DATA"),
    (["run", "dataset=image_folder", "model=box_fill", "prompt=box"], "image_folder.root=..."),
    (["score", "nothing"], "there is no run 'nothing'"),
    (["report", "nothing"], "there is no run 'nothing'"),
    (["list", "dogs"], "there is no kind 'dogs'"),
    (["show", "prompt", "bx"], "did you mean 'box'"),
    (["models", "fetch", "box_fill"], "cannot be fetched"),
    (["init", "data", "nowhere"], "nowhere"),
]


@pytest.mark.parametrize(("command", "told"), WRONG, ids=[" ".join(it[0][-2:]) for it in WRONG])
def test_a_wrong_request_is_one_sentence_and_status_2(
    samb: Samb, command: Sequence[str], told: str
) -> None:
    said = samb(*command)
    assert said.status == 2
    assert told in flat(said.err)
    assert "Traceback" not in said.err


def test_debug_gives_the_traceback(samb: Samb) -> None:
    from samb.errors import RequestError

    with pytest.raises(RequestError):
        samb("run", "dataset=phantom", "model=box_fill", "prompt=box", "--debug")


def test_a_full_disk_is_one_sentence(samb: Samb, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    from samb.results import folder

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "parts/x")

    monkeypatch.setattr(folder, "_write_parquet", full)
    said = samb("run", *PHANTOM, "model=box_fill", "prompt=box")
    assert said.status == 2
    assert "the disk is full" in said.err


@pytest.mark.parametrize("kind", ["datasets", "models", "prompts", "metrics", "runs"])
def test_every_kind_can_be_listed(samb: Samb, kind: str) -> None:
    samb("run", *PHANTOM, "model=box_fill", "prompt=box", "name=first")
    said = samb("list", kind)
    known = {"datasets": "kvasir_seg", "models": "sam_vit_b", "prompts": "clicks_ritm_5",
             "metrics": "overlap", "runs": "first"}  # fmt: skip
    assert known[kind] in said.out


def test_show_gives_rule_source_and_version(samb: Samb) -> None:
    said = samb("show", "prompt", "clicks_ritm_5")
    assert said.status == 0
    for word in ("version", "rule", "source", "assumptions", "ritm_interactive_segmentation"):
        assert word in said.out


def test_show_run_gives_its_provenance(samb: Samb) -> None:
    samb("run", *PHANTOM, "model=box_fill", "prompt=box", "name=first")
    said = samb("show", "run", "first")
    for word in ("samb_commit", "packages", "share_of_time", "seed: 0"):
        assert word in said.out


def test_the_doctor_finds_this_machine_well(samb: Samb) -> None:
    said = samb("doctor")
    assert said.status == 0, said.out
    assert "trial run" in said.out


def test_init_data_writes_a_config_that_runs(samb: Samb, tmp_path: Path) -> None:
    bad_folder(tmp_path / "My Pictures")
    Image.fromarray(np.full((9, 9), 90, dtype=np.uint8)).save(
        tmp_path / "My Pictures" / "images" / "1.png"
    )
    said = samb("init", "data", "My Pictures")
    assert said.status == 0
    assert (tmp_path / "configs" / "dataset" / "my_pictures.yaml").is_file()
    assert samb("run", "dataset=my_pictures", "model=box_fill", "prompt=box").status == 0


@pytest.mark.parametrize("command", [["--help"], ["list", "datasets"], ["list", "models"]])
def test_help_and_lists_import_no_torch(command: Sequence[str]) -> None:
    program = (
        "import sys; sys.argv = ['samb', *sys.argv[1:]]\n"
        "from samb.cli.main import main\n"
        "try:\n    main()\nfinally:\n"
        "    heavy = {'torch', 'pandas', 'scipy', 'hydra', 'matplotlib'} & set(sys.modules)\n"
        "    print('heavy:', sorted(heavy))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *command], capture_output=True, text=True, check=True
    )
    assert "heavy: []" in done.stdout


def test_scoring_and_reporting_import_no_torch(samb: Samb) -> None:
    samb("run", *PHANTOM, "model=box_fill", "prompt=box", "name=first")
    program = (
        "import sys; sys.argv = ['samb', *sys.argv[1:]]\n"
        "from samb.cli.main import main\n"
        "try:\n    main()\nfinally:\n    print('torch:', 'torch' in sys.modules)\n"
    )
    for command in (["score", "first", "selection=[single]"], ["report", "first"]):
        done = subprocess.run(
            [sys.executable, "-c", program, *command], capture_output=True, text=True, check=True
        )
        assert "torch: False" in done.stdout


def test_attributes_are_listed_and_shown_with_their_definitions(samb: Samb) -> None:
    said = samb("list", "attributes")
    assert said.status == 0
    assert "boundary_contrast" in said.out
    assert "convex hull" in samb("show", "attribute", "solidity").out
    wrong = samb("show", "attribute", "solidty")
    assert wrong.status == 2
    assert "did you mean 'solidity'" in wrong.err


def small_folder(root: Path, *, damaged: bool) -> None:
    for number, name in enumerate(("a b", "c")):
        for kind in ("images", "masks"):
            (root / kind).mkdir(parents=True, exist_ok=True)
        ramp = np.arange(400, dtype=np.uint16).reshape(20, 20) % 200 + number
        Image.fromarray(ramp.astype(np.uint8)).save(root / f"images/{name}.png")
        mask = np.zeros((20, 20), dtype=np.uint8)
        mask[3:9, 3:9] = 255
        Image.fromarray(mask).save(root / f"masks/{name}.png")
    if damaged:
        (root / "masks/c.png").write_bytes(b"nonsense")


CHECK = ("data", "check", "image_folder", "images=images/*.png", "masks=masks/{stem}.png")


def test_data_check_counts_and_draws(samb: Samb, tmp_path: Path) -> None:
    small_folder(tmp_path / "d", damaged=False)
    said = samb(*CHECK, "root=d", "structure=polyp", "--json", "facts.json")
    assert said.status == 0
    for wanted in ("cases 2 in 2 groups", "mask values 0, 255", "no problem was found"):
        assert wanted in flat(said.out)
    with Image.open(tmp_path / "results/data/image_folder.png") as sheet:
        assert sheet.format == "PNG"
    facts = json.loads((tmp_path / "facts.json").read_text())
    assert facts["structures"][0]["structure"] == "polyp"
    assert facts["structures"][0]["targets"] == 2


def test_data_check_says_no_where_something_is_wrong(samb: Samb, tmp_path: Path) -> None:
    small_folder(tmp_path / "d", damaged=True)
    said = samb(*CHECK, "root=d", "--sheet", "s.png")
    assert said.status == 1
    assert "cases 2 in 1 groups, 1 of them unreadable" in flat(said.out)
    assert "unreadable (1): images/c: " in flat(said.out)
    assert (tmp_path / "s.png").is_file()


def test_data_check_of_a_misspelt_name_or_value_is_a_wrong_request(samb: Samb) -> None:
    assert "did you mean" in samb("data", "check", "kvasir_sag").err
    said = samb(*CHECK, "root=d", "treshold=1")
    assert said.status == 2
    assert "no parameter 'treshold'" in flat(said.err)


def test_a_run_that_scored_nothing_says_no(samb: Samb) -> None:
    said = samb("run", *PHANTOM, "model=box_fill", "prompt=everything", "name=nothing")
    assert said.status == 1
    assert "Nothing was scored" in flat(said.out)
    exported = samb("export", "nothing", "n.csv")
    assert exported.status == 2
    assert "holds no score" in flat(exported.err)


def test_an_unknown_device_leaves_no_folder_behind(samb: Samb, tmp_path: Path) -> None:
    wrong = samb("run", *PHANTOM, "model=box_fill", "prompt=box", "name=z", "--device", "cuda:77")
    assert wrong.status == 2
    assert not (tmp_path / "results" / "runs" / "z").exists()


def test_the_name_of_a_value_leads_to_its_metric(samb: Samb) -> None:
    assert "(hd95 is a value of surface)" in flat(samb("show", "metric", "hd95").err)


def test_a_list_without_its_bracket_is_refused(samb: Samb) -> None:
    said = samb("run", *PHANTOM, "model=box_fill", "prompt=[box")
    assert said.status == 2
    assert "a bracket is missing" in flat(said.err)


def test_an_interrupted_command_says_that_it_goes_on(
    samb: Samb, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("samb.cli.running.pipeline.run", interrupted)
    said = samb("run", *PHANTOM, "model=box_fill", "prompt=box")
    assert said.status == 130
    assert "The same command goes on" in flat(said.err)
