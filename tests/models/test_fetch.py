import errno
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from samb.errors import RequestError
from samb.models import fetch as module
from samb.models.fetch import CheckpointSource, fetch

CONTENT = bytes(range(256)) * 4096
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Server:
    """What the test's server does, and which ranges it was asked for."""

    url: str = ""
    ranges: bool = True
    break_after: int | None = None
    asked: list[str | None] = field(default_factory=list)

    @property
    def source(self) -> CheckpointSource:
        return CheckpointSource(f"{self.url}/sam.pth", len(CONTENT), DIGEST)


def handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/sam.pth":
                self.send_error(404)
                return
            wanted = self.headers["Range"]
            server.asked.append(wanted)
            start = int(wanted[6:-1]) if wanted and server.ranges else 0
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(CONTENT) - start))
            self.end_headers()
            self.wfile.write(CONTENT[start : server.break_after])

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            pass

    return Handler


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler(state))
    state.url = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    yield state
    http.shutdown()
    thread.join()
    http.server_close()


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(module, "CHUNK_BYTES", 1 << 16)


def silent(there: int, total: int) -> None:
    pass


def test_a_file_comes_whole_and_progress_is_told(server: Server, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = fetch(
        server.source,
        tmp_path / "deep" / "sam.pth",
        lambda there, total: told.append((there, total)),
    )
    assert path == tmp_path / "deep" / "sam.pth"
    assert path.read_bytes() == CONTENT
    assert told[0] == (0, len(CONTENT))
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert told == sorted(told)
    assert len(told) > 10
    assert [file.name for file in path.parent.iterdir()] == ["sam.pth"]


def test_a_verified_file_is_not_fetched_again(server: Server, tmp_path: Path) -> None:
    fetch(server.source, tmp_path / "sam.pth", silent)
    fetch(server.source, tmp_path / "sam.pth", silent)
    assert len(server.asked) == 1


def test_a_wrong_file_that_is_there_is_replaced(server: Server, tmp_path: Path) -> None:
    (tmp_path / "sam.pth").write_bytes(b"something else")
    assert fetch(server.source, tmp_path / "sam.pth", silent).read_bytes() == CONTENT


@pytest.mark.parametrize("ranges", [True, False])
def test_an_interrupted_download_ends_with_the_same_file(
    server: Server, tmp_path: Path, *, ranges: bool
) -> None:
    server.ranges, server.break_after = ranges, 500_000
    with pytest.raises(RequestError, match=r"broke off.*the same command goes on"):
        fetch(server.source, tmp_path / "sam.pth", silent)
    assert not (tmp_path / "sam.pth").exists()
    got = (tmp_path / "sam.pth.part").stat().st_size
    assert 0 < got <= 500_000
    server.break_after = None
    assert fetch(server.source, tmp_path / "sam.pth", silent).read_bytes() == CONTENT
    assert server.asked == [None, f"bytes={got}-"]


def test_a_part_that_is_whole_only_needs_its_name(server: Server, tmp_path: Path) -> None:
    (tmp_path / "sam.pth.part").write_bytes(CONTENT)
    assert fetch(server.source, tmp_path / "sam.pth", silent).read_bytes() == CONTENT
    assert server.asked == []


def test_a_part_that_is_too_long_is_dropped(server: Server, tmp_path: Path) -> None:
    (tmp_path / "sam.pth.part").write_bytes(CONTENT + b"more")
    assert fetch(server.source, tmp_path / "sam.pth", silent).read_bytes() == CONTENT
    assert server.asked == [None]


def test_another_content_is_refused_and_removed(server: Server, tmp_path: Path) -> None:
    wrong = CheckpointSource(server.source.url, len(CONTENT), "0" * 64)
    with pytest.raises(RequestError, match=f"wanted a file with SHA-256 0+, got {DIGEST}.*removed"):
        fetch(wrong, tmp_path / "sam.pth", silent)
    assert not list(tmp_path.glob("sam.pth*"))


def test_an_address_that_does_not_exist_says_404(server: Server, tmp_path: Path) -> None:
    missing = CheckpointSource(f"{server.url}/other.pth", 1, DIGEST)
    with pytest.raises(RequestError, match=r"other\.pth: the server answered 404"):
        fetch(missing, tmp_path / "sam.pth", silent)


def test_no_network_says_where_to_copy_the_file(tmp_path: Path) -> None:
    nowhere = CheckpointSource("http://127.0.0.1:1/sam.pth", 1, DIGEST)
    with pytest.raises(RequestError, match=r"cannot be reached .*copy the file to .*sam\.pth"):
        fetch(nowhere, tmp_path / "sam.pth", silent)


def test_a_full_disk_says_how_much_is_needed(server: Server, tmp_path: Path) -> None:
    def full(there: int, total: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(RequestError, match=rf"{len(CONTENT)} bytes do not fit .*SAMB_CACHE"):
        fetch(server.source, tmp_path / "sam.pth", full)
