"""Everything that can be wrong with the code without running it, and the tests."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bootstrap.build import ensure_node_packages
from bootstrap.places import BIN, LOCK, PWA, PYTHON, ROOT, environment
from bootstrap.progress import Failed, quiet, say
from bootstrap.uv import ensure_uv

CORES = os.cpu_count() or 1
TESTS_FAILED = 1  # pytest's exit code
FEW = 5  # more are no accident
COMPILE_LOCK = [
    *("pip", "compile", "pyproject.toml", "--extra", "embedded", "--group", "dev", "--universal"),
    *(
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-annotate",
        "--no-header",
        "-q",
    ),
]


@dataclass(frozen=True)
class Check:
    """One check: its name and what runs it (raises Failed)."""

    name: str
    run: Callable[[], None]


GENTLY = ("nice", "-n", "5") if shutil.which("nice") else ()  # what runs beside it goes first


def _command(name: str, command: Sequence[str | Path], cwd: Path = ROOT) -> Check:
    return Check(name, lambda: quiet(name, [*GENTLY, *command], cwd=cwd))


def python_checks() -> list[Check]:
    """Style, types and the house's layers."""
    return [
        _command("mypy", [BIN / "mypy"]),
        _command("ruff", [BIN / "ruff", "check", ROOT, ROOT / "dev"]),
        _command("ruff-format", [BIN / "ruff", "format", "--check", ROOT, ROOT / "dev"]),
        _command("lint-imports", [BIN / "lint-imports"]),
    ]


def pwa_style() -> list[Check]:
    """TypeScript's own check and Prettier's, where there is a PWA."""
    if not (PWA / "package.json").exists():
        return []

    def run(script: str) -> None:
        ensure_node_packages()
        quiet(script.replace(":", "-"), [BIN / "npm", "run", "--silent", script], cwd=PWA)

    return [Check("tsc", lambda: run("types")), Check("prettier", lambda: run("format:check"))]


def pwa_tests() -> list[Check]:
    """The PWA's unit tests, and that its API client is the one that the server describes."""
    if not (PWA / "package.json").exists():
        return []
    checks = [_command("vitest", [BIN / "npm", "run", "--silent", "test"], cwd=PWA)]
    if (PWA / "tools" / "client.mjs").exists():
        checks.append(Check("api-client", _client_is_current))
    return checks


def _client_is_current() -> None:
    for service, name in (("floor", "openapi.json"), ("core", "openapi-core.json")):
        asked = [str(BIN / "gemba"), "openapi", "--service", service]
        description = subprocess.run(asked, cwd=ROOT, env=environment(), capture_output=True, check=False)
        if description.returncode:
            raise Failed(f"`gemba openapi` failed:\n{description.stderr.decode(errors='replace')[-3000:]}")
        if description.stdout != (PWA / name).read_bytes():
            command = f".venv/bin/gemba openapi --service {service} > pwa/{name}"
            raise Failed(f"pwa/{name} is not what the server says: {command}")
    ensure_node_packages(PWA / "tools")
    quiet("api-client", [BIN / "npm", "run", "--silent", "client:check"], cwd=PWA)


def lock_check() -> Check:
    """That requirements.lock is what pyproject.toml resolves to, keeping the pins it has."""
    return Check("lock", _lock_is_current)


def _lock_is_current() -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "requirements.lock"
        shutil.copy(LOCK, copy)
        quiet("lock", [ensure_uv(), *COMPILE_LOCK, "-o", copy])
        if copy.read_text() != LOCK.read_text():
            raise Failed(
                "requirements.lock does not fit pyproject.toml; make it anew: uv " + " ".join(COMPILE_LOCK)
            )


def run_all(checks: Sequence[Check], workers: int = CORES) -> list[str]:
    """Runs checks side by side and returns the names of those that failed, each told with its output."""
    with ThreadPoolExecutor(workers) as pool:
        failures = list(pool.map(_told, checks))
    return [name for name in failures if name]


def _told(check: Check) -> str:
    begun = time.monotonic()
    try:
        check.run()
    except Failed as error:
        say(f"{check.name}: FAILED\n{error}")
        return check.name
    say(f"{check.name}: good ({time.monotonic() - begun:.1f} s)")
    return ""


def whole_suite() -> int:
    """Runs every test, each process with servers of its own, a file at a time, and returns pytest's exit code.

    There is a process more than cores: what kills, leases and films waits a quarter of its time.

    Few failures are tried once more, one at a time: what only fails beside others is named for want of patience, not of truth.
    """
    side_by_side = ["-n", str(min(CORES + 1, 4)), "--dist", "loadfile", "--no-loadscope-reorder"]
    code = pytest(["-q", *side_by_side, "--durations", "15"])
    failed = _last_failed() if code == TESTS_FAILED else []
    if not failed or len(failed) > FEW:
        return code
    say(f"Failed beside the others, now alone: {', '.join(failed)}")
    return pytest(["-q", "-p", "no:xdist", "--last-failed"])


def pytest(arguments: Sequence[str]) -> int:
    """Runs pytest with its output shown, and returns its exit code."""
    say("pytest …")
    sys.stdout.flush()
    return subprocess.run(
        [PYTHON, "-m", "pytest", *arguments], cwd=ROOT, env=environment(), check=False
    ).returncode


def _last_failed() -> list[str]:
    try:
        return sorted(json.loads((ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed").read_bytes()))
    except (OSError, ValueError):
        return []
