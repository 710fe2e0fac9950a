"""The words of `./dev`."""

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

from bootstrap import apt, checks
from bootstrap.build import ensure_environment, ensure_pwa, pwa_is_current
from bootstrap.places import PWA, PYTHON, ROOT, STATE, TOOLS, VENV, environment
from bootstrap.progress import Failed, end_programs, quiet, say

STOP_SECONDS = 30.0


def main(arguments: Sequence[str]) -> int:
    """Runs one word of `./dev` and returns the exit code."""
    given, rest = _parser().parse_known_args(arguments)
    if rest and given.word not in ("bench", "test"):
        _parser().error(f"unknown: {' '.join(rest)}")
    run: Callable[[argparse.Namespace, list[str]], int] = given.run
    signal.signal(signal.SIGTERM, _stop_here)
    try:
        return run(given, rest)
    except Failed as error:
        say(f"Stopped: {error}")
        return 1
    except KeyboardInterrupt:
        say("Stopped by you")
        return 130


def _stop_here(_number: int, _frame: object) -> NoReturn:
    """Ends as on Ctrl-C, with the programs that run for us."""
    end_programs()
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./dev", description="Runs and proves Gemba on a machine with Python 3.11."
    )
    words = parser.add_subparsers(dest="word", required=True)
    up = words.add_parser("up", help="run the app; Ctrl-C or `./dev stop` ends it")
    up.add_argument("--lan", action="store_true", help="serve TLS to the local network, for real phones")
    up.add_argument("--port", type=int, default=8000)
    up.set_defaults(run=_up)
    words.add_parser("test", help="every check and test; more arguments go to pytest").set_defaults(run=_test)
    words.add_parser("check", help="style and types only").set_defaults(run=_check)
    words.add_parser("build", help="build the front end").set_defaults(run=_build)
    words.add_parser("bench", help="measure: pick, scan, pwa, …").set_defaults(run=_bench)
    stop = words.add_parser("stop", help="stop what `./dev up` started")
    stop.set_defaults(run=_stop)
    clean = words.add_parser("clean", help="remove what was built; --data removes the data, too")
    clean.add_argument("--data", action="store_true")
    clean.set_defaults(run=_clean)
    for word in (up, stop, clean):
        word.add_argument(
            "--state", type=Path, default=STATE, help="folder that keeps the data (default .state)"
        )
    return parser


def _up(given: argparse.Namespace, _rest: list[str]) -> int:
    state = given.state.resolve()
    running = _running(state)
    if running:
        say(f"Already running (process {running}). Stop it with: ./dev stop")
        return 1
    _end_leftovers(state)
    state.mkdir(parents=True, exist_ok=True)
    (state / "up.pid").write_text(str(os.getpid()))  # the process stays the same over exec
    with ThreadPoolExecutor(1) as pool:
        zbar = pool.submit(apt.ensure_libzbar)
        ensure_environment()
        _begin_build()
        zbar.result()
    say("Starting Gemba; Ctrl-C stops it, and so does ./dev stop")
    options = ["--port", str(given.port), "--state", str(state), *(["--lan"] if given.lan else [])]
    return _become_gemba("up", *options)


def _begin_build() -> None:
    """Builds the PWA beside the start of the servers; `gemba up` waits for it (it becomes the parent) before it serves."""
    if not pwa_is_current():
        building = subprocess.Popen([sys.executable, ROOT / "dev", "build"], stdin=subprocess.DEVNULL)
        os.environ["GEMBA_BUILD_PID"] = str(building.pid)


def _build(_given: argparse.Namespace, _rest: list[str]) -> int:
    ensure_environment()
    ensure_pwa()
    return 0


def _running(state: Path) -> int | None:
    try:
        pid = int((state / "up.pid").read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return None
    return pid if b"backend.cli" in command or b"dev\0up" in command else None


def _stop(given: argparse.Namespace, _rest: list[str]) -> int:
    state = given.state.resolve()
    pid = _running(state)
    if pid:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while _running(state) == pid:
            if time.monotonic() > deadline:
                say(f"Process {pid} did not end within {STOP_SECONDS:.0f} s; killing it")
                os.kill(pid, signal.SIGKILL)
                break
            time.sleep(0.05)
    (state / "up.pid").unlink(missing_ok=True)
    _end_leftovers(state)
    if PYTHON.exists() and any((state / name).exists() for name in ("postgres", "valkey")):
        quiet("stop", [PYTHON, "-m", "backend.kernel.embedded", "stop", state])
    say("Stopped" if pid else "Nothing was running")
    return 0


def _end_leftovers(state: Path) -> None:
    """Ends processes that outlived an `up` that was killed: ours, with this state folder in their environment.

    Its PostgreSQL and Valkey are left: the next `up` takes them over.
    """
    mark = f"GEMBA_STATE={state}\0".encode()
    left = [
        pid
        for pid in _processes()
        if b"backend." in _read(Path(f"/proc/{pid}/cmdline")) and mark in _read(Path(f"/proc/{pid}/environ"))
    ]
    for pid in left:
        say(f"Ending process {pid}, left over from an earlier run")
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while any(Path(f"/proc/{pid}/exe").exists() for pid in left) and time.monotonic() < deadline:
        time.sleep(0.05)


def _processes() -> list[int]:
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and int(entry.name) != os.getpid()
    ]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _clean(given: argparse.Namespace, rest: list[str]) -> int:
    _stop(given, rest)
    if given.data:
        for home in given.state.glob("*"):
            if home.is_symlink():
                shutil.rmtree(home.resolve(), ignore_errors=True)
    gone = [VENV, TOOLS, PWA / "node_modules", PWA / "tools" / "node_modules", PWA / "dist", PWA / "dist.new"]
    gone += [
        ROOT / name
        for name in (".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache", ".hypothesis")
    ]
    for path in [*gone, *([given.state] if given.data else [])]:
        shutil.rmtree(path, ignore_errors=True)
    say("Clean" + ("" if given.data else f"; the data in {given.state} is kept (--data removes it)"))
    return 0


def _check(_given: argparse.Namespace, _rest: list[str]) -> int:
    ensure_environment()
    return _verdict(checks.run_all([*checks.python_checks(), *checks.pwa_style()]))


def _test(_given: argparse.Namespace, rest: list[str]) -> int:
    with ThreadPoolExecutor(1) as pool:
        packages = pool.submit(apt.ensure_test_packages)
        ensure_environment()
        packages.result()
    reading = [checks.lock_check(), *checks.python_checks(), *checks.pwa_style(), *checks.pwa_tests()]
    with ThreadPoolExecutor(2) as pool:
        # The tests that need no page begin while the front end is built; those in a browser wait for it.
        built = pool.submit(ensure_pwa)
        # Tests often wait, for a page or a process; what only reads code takes that time, and gives way otherwise.
        beside = pool.submit(checks.run_all, reading, 1)
        code = checks.pytest(rest) if rest else checks.whole_suite()
        failed = beside.result()
        built.result()
    return _verdict([*failed, *(["pytest"] if code else [])])


def _verdict(failed: list[str]) -> int:
    say(f"FAILED: {', '.join(failed)}" if failed else "All good")
    return 1 if failed else 0


def _bench(_given: argparse.Namespace, rest: list[str]) -> int:
    ensure_environment()
    ensure_pwa()
    return _become_gemba("bench", *rest)


def _become_gemba(*arguments: str) -> NoReturn:
    """Gives this process to `gemba`, so that signals and exit codes are its own."""
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(PYTHON, [str(PYTHON), "-m", "backend.cli", *arguments], environment())  # noqa: S606
