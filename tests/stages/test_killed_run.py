"""A run killed at any moment goes on with the same command and ends with the same bytes."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from samb.results.folder import RunFolder
from samb.stages.provenance import sessions

ARGUMENTS = [
    "dataset=phantoms",
    "dataset.phantoms.kinds=[polyp,abdomen]",
    "dataset.phantoms.count=6",
    "dataset.phantoms.volumes=3",
    "dataset.phantoms.volume_size=64",
    "model=[box_fill,sam_random]",
    "prompt=[box_jitter_0p1,clicks_ritm_5]",
    "metric=overlap",
    "limit=4",
    "name=killed",
]
PROGRAM = """
import sys
from pathlib import Path
import samb, samb.stages.store
from samb.pipeline import Place
samb.stages.store.SECONDS_PER_PART = 0.0  # a part per case, so that there is much to interrupt
if __name__ == "__main__":
    samb.run(sys.argv[2:], Place(Path(sys.argv[1]), device="cpu", workers=1))
"""


def started(script: Path, runs: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(script), str(runs), *ARGUMENTS])


def whole_parts(runs: Path) -> int:
    return len([it for it in (runs / "killed" / "parts").glob("*") if it.name[0] != "."])


def killed_after(script: Path, runs: Path, parts: int) -> None:
    """Kill -9 as soon as that many parts are there."""
    process = started(script, runs)
    while process.poll() is None and whole_parts(runs) < parts:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "the run was over before it could be killed"


def test_a_run_killed_several_times_ends_with_the_same_bytes(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    undisturbed, disturbed = tmp_path / "undisturbed", tmp_path / "disturbed"
    assert started(script, undisturbed).wait() == 0
    in_all = whole_parts(undisturbed)
    assert in_all >= 8
    for parts in (0, 1, 3, in_all - 1):
        killed_after(script, disturbed, parts)
        assert not (disturbed / "killed" / "scores.parquet").exists()
    before = whole_parts(disturbed)
    assert started(script, disturbed).wait() == 0
    assert whole_parts(disturbed) < before + in_all, "the last run began from nothing"
    known = sessions(RunFolder(disturbed / "killed"))
    assert [entry["finished"] is None for entry in known] == [True] * (len(known) - 1) + [False]
    assert len(known) >= 4
    scores = Path("killed") / "scores.parquet"
    assert (disturbed / scores).read_bytes() == (undisturbed / scores).read_bytes()
