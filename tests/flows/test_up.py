"""`gemba up` as a person runs it: one process that starts everything, shows it, and takes it all with it when it ends."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.kernel.embedded import free_port
from bootstrap import commands

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def state() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="gemba-up-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the servers' user must be able to enter it
        yield Path(folder)
        commands.main(["stop", "--state", folder])


def up(state: Path, port: int) -> subprocess.Popen[bytes]:
    inherited = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
    }
    command = [
        sys.executable,
        "-m",
        "backend.cli",
        "up",
        "--no-demo",
        "--port",
        str(port),
        "--state",
        str(state),
    ]
    with (state / "out").open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=inherited, stdout=output, stderr=output)
    (state / "up.pid").write_text(str(process.pid))
    return process


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def eventually(holds: Callable[[], bool], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.1)


def processes_of(state: Path) -> list[str]:
    """Command lines of all that runs from this state folder, by its path in their arguments or environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                command = (entry / "cmdline").read_bytes()
                told = command + (entry / "environ").read_bytes()
            except OSError:
                continue
            if str(state).encode() in told:
                found.append(command.replace(b"\0", b" ").decode(errors="replace"))
    return found


def test_up_serves_and_takes_everything_with_it(state: Path) -> None:
    """It is ready, says how to stop, ends with 0 on SIGTERM, and leaves no process; a second start has the same data folder."""
    port = free_port()
    for _ in range(2):
        process = up(state, port)
        eventually(lambda: is_ready(port))
        eventually(lambda: b"Stop with Ctrl-C" in (state / "out").read_bytes())
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        eventually(lambda: processes_of(state) == [], 10)
        assert not is_ready(port)


def test_a_sigterm_during_the_start_leaves_nothing(state: Path) -> None:
    """Stopped before it is ready it stops what it had started."""
    process = up(state, free_port())
    eventually((state / "postgres" / "run.json").exists)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) != 0
    eventually(lambda: processes_of(state) == [], 10)


def test_what_a_killed_up_leaves_is_ended_by_stop(state: Path) -> None:
    """After kill -9 its children go on; `./dev stop` ends them all."""
    port = free_port()
    process = up(state, port)
    eventually(lambda: is_ready(port))
    process.kill()
    process.wait()
    assert is_ready(port)
    assert commands.main(["stop", "--state", str(state)]) == 0
    eventually(lambda: processes_of(state) == [], 30)
    assert not is_ready(port)
