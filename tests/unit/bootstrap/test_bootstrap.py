"""`./dev` before there is an environment: fetching uv without pip, building only what changed, telling what failed."""

import hashlib
import io
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bootstrap import apt, build, checks, commands, uv
from bootstrap.checks import Check
from bootstrap.progress import Failed, quiet

ROOT = Path(__file__).parents[3]
NAME = f"uv-{uv.VERSION}-py3-none-manylinux_2_17_{os.uname().machine}.manylinux2014_{os.uname().machine}.whl"


def wheel() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(f"uv-{uv.VERSION}.data/scripts/uv", "#!/bin/sh\necho fetched\n")
    return held.getvalue()


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """A package index on the loopback address; the test changes what it serves."""
    served = {
        "/simple/uv/": f'<a href="../../files/{NAME}#sha256={hashlib.sha256(wheel()).hexdigest()}">uv</a>'.encode(),
        f"/files/{NAME}": wheel(),
    }

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = served.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    for name in uv.INDEX_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple")
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


def without_pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(uv, "TOOLS", tmp_path)
    monkeypatch.setattr("shutil.which", lambda _: None)
    for way in ("_by_pip", "_by_ensurepip", "_by_apt"):
        monkeypatch.setattr(uv, way, lambda _: False)


def test_without_pip_uv_comes_from_the_configured_index(
    index: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A machine without pip gets uv from its own index, checks it, and can run it."""
    without_pip(monkeypatch, tmp_path)
    program = uv.ensure_uv()
    assert index
    assert subprocess.run([program], capture_output=True, text=True, check=True).stdout == "fetched\n"


def test_a_wheel_that_is_not_what_the_index_announced_is_refused(
    index: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A changed wheel is not installed, and the person is told what to install instead."""
    without_pip(monkeypatch, tmp_path)
    index[f"/files/{NAME}"] += b"more"
    with pytest.raises(Failed, match="apt install python3-pip"):
        uv.ensure_uv()
    assert not (tmp_path / "uv").exists()


def test_without_pip_and_index_the_person_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No way works: the answer names the command to run."""
    without_pip(monkeypatch, tmp_path)
    for name in uv.INDEX_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Failed, match="apt install python3-pip"):
        uv.ensure_uv()


def test_what_ordinary_users_cannot_install_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without root the tests' packages are named with the command that installs them; nothing is tried."""
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(apt, "_needed", lambda: [("ffmpeg", False), ("libzbar0", True)])
    with pytest.raises(Failed, match=r"apt install ffmpeg$"):
        apt.ensure_test_packages()


def test_a_changed_source_changes_the_digest(tmp_path: Path) -> None:
    """The build is repeated when a file's content or name changes, and only then."""
    page = tmp_path / "page.tsx"
    page.write_text("one")
    first = build.digest([page])
    assert build.digest([page]) == first
    page.write_text("two")
    assert build.digest([page]) != first
    page.write_text("one")
    assert build.digest([page.rename(tmp_path / "other.tsx")]) != first


def test_a_failed_program_shows_the_beginning_and_the_end_of_its_output() -> None:
    """A reason said first and one said last are both in the message; what stands between is left out."""
    program = (
        "print('first reason'); [print('noise', n) for n in range(200)]; print('last'); raise SystemExit(3)"
    )
    with pytest.raises(Failed, match=r"exit 3.*\n.*first reason(.|\n)*last") as told:
        quiet("failing", [sys.executable, "-c", program])
    assert "noise 100" not in str(told.value)


def test_every_failed_check_is_named_and_the_others_still_run(capsys: pytest.CaptureFixture[str]) -> None:
    """One failed check neither hides nor stops another."""
    ran: list[str] = []

    def fail() -> None:
        raise Failed("because")

    listed = [Check("bad", fail), Check("fine", lambda: ran.append("fine")), Check("worse", fail)]
    assert checks.run_all(listed) == ["bad", "worse"]
    assert ran == ["fine"]
    assert "because" in capsys.readouterr().out


def test_stop_with_nothing_running_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second stop is no error."""
    assert commands.main(["stop", "--state", str(tmp_path / "none")]) == 0
    assert "Nothing was running" in capsys.readouterr().out


def test_a_stale_pid_file_of_a_stranger_is_not_stopped(tmp_path: Path) -> None:
    """The process id of an ended run may belong to someone else by now; it is left alone."""
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        (tmp_path / "up.pid").write_text(str(stranger.pid))
        assert commands.main(["stop", "--state", str(tmp_path)]) == 0
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_no_registry_host_stands_in_the_bootstrap() -> None:
    """Package clients know their own index; we never name one."""
    text = "".join(path.read_text() for path in [ROOT / "dev", *(ROOT / "bootstrap").glob("*.py")])
    assert "https://" not in text.replace('("https://", "http://")', "")
