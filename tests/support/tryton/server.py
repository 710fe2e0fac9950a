"""Installs, builds, serves and stops a Tryton of the tests' own.

Tryton is not part of our environment: its packages are under the GPL and only the tests speak to it. uv puts them, pinned, into the
machine's cache, where all checkouts find them; the database with its modules is made there once for each set of versions and
copied for whoever needs one. Both are made by one process at a time, whoever is first.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from backend.kernel.embedded import free_port
from bootstrap.places import environment
from tests.support.tryton.office import ADMIN_PASSWORD

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gemba"
PACKAGES = (
    "trytond==8.2.1",
    "trytond-stock==8.2.1",
    "trytond-stock-lot==8.2.0",
    "trytond-purchase==8.2.0",
    "trytond-sale==8.2.0",
    "trytond-production==8.2.0",
)
MODULES = ("stock_lot", "purchase", "sale", "production")
PYTHONS = (sys.executable, "3.12", "3.11")  # ours if Tryton runs on it, else one that uv fetches
DATABASE = "gemba"
# Half of the time goes into validating, record by record, what Tryton's own packages bring; it was valid when they were released.
ADMIN = """
from trytond.cli.admin import main
from trytond.model import ModelStorage
ModelStorage._validate = classmethod(lambda cls, records, field_names=None: None)
main()
"""
BUILD_SECONDS = 600


class NoTryton(RuntimeError):
    """Tryton cannot be installed here; the reason is the text."""


def _home() -> Path:
    key = hashlib.sha256("\n".join((*PACKAGES, *MODULES, ADMIN)).encode()).hexdigest()[:12]
    return CACHE / f"tryton-{key}"


def template() -> Path:
    """A database file with the modules in it and nothing else, made if this is the first time.

    Raises:
        NoTryton: the packages cannot be had, or they do not run.
    """
    home = _home()
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "installed").exists():
            _install(home)
        if not (home / "template.sqlite").exists():
            _build(home)
    return home / "template.sqlite"


def _install(home: Path) -> None:
    uv = _uv()
    said = ""
    for python in PYTHONS:
        steps: tuple[list[str | Path], ...] = (
            [uv, "venv", "-q", "--no-project", "--clear", "--python", python, home / "venv"],
            [uv, "pip", "install", "-q", "--python", home / "venv" / "bin" / "python", *PACKAGES],
            [home / "venv" / "bin" / "trytond-admin", "--version"],
        )
        for command in steps:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False, env=environment(),
            )  # fmt: skip
            if done.returncode:
                said = f"{python}: {(done.stderr or done.stdout).strip()[-500:]}"
                break
        else:
            (home / "installed").touch()
            return
    raise NoTryton(f"Tryton could not be installed. {said}")


def _uv() -> Path:
    from bootstrap.progress import Failed
    from bootstrap.uv import ensure_uv

    try:
        return ensure_uv()
    except Failed as error:
        raise NoTryton(str(error)) from error


def _build(home: Path) -> None:
    making = home / "making"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir()
    (making / "password").write_text(ADMIN_PASSWORD)
    (making / f"{DATABASE}.sqlite").touch()  # without the empty file Tryton does not begin
    _configure(making, 1)
    command: list[str | Path] = [
        *(home / "venv" / "bin" / "python", "-c", ADMIN, "-c", making / "trytond.conf", "-d", DATABASE),
        *("-u", *MODULES, "--activate-dependencies", "--email", "admin@example.com"),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False,
        env=environment(TRYTONPASSFILE=str(making / "password")),
    )  # fmt: skip
    if done.returncode:
        raise NoTryton(f"Tryton's database could not be built. {done.stderr.strip()[-800:]}")
    (making / f"{DATABASE}.sqlite").rename(home / "template.sqlite")
    shutil.rmtree(making)


def _configure(folder: Path, port: int) -> None:
    (folder / "trytond.conf").write_text(
        f"[database]\nuri = sqlite://\npath = {folder}\n[web]\nlisten = 127.0.0.1:{port}\n"
    )


@dataclass
class TrytonServer:
    """One Tryton process on a database of its own."""

    folder: Path
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts it, on the same port as before if it was stopped, and waits until it answers."""
        _configure(self.folder, self.port)
        program = _home() / "venv" / "bin" / "trytond"
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, "-c", self.folder / "trytond.conf", "-d", DATABASE],
                stdout=subprocess.DEVNULL, stderr=log, start_new_session=True, env=environment(),
            )  # fmt: skip
        until = time.monotonic() + 180
        ask = {"id": 0, "method": "common.server.version", "params": []}
        while time.monotonic() < until:
            try:
                if httpx.post(f"{self.url}/rpc/", json=ask, timeout=30, trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise TimeoutError("Tryton does not answer")

    def stop(self) -> None:
        """Kills it, as a power cut would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
            self._process = None


@contextmanager
def tryton_server(folder: Path) -> Iterator[TrytonServer]:
    """A running Tryton on a copy of the template in a folder.

    Raises:
        NoTryton.
    """
    made = template()
    shutil.copy(made, folder / f"{DATABASE}.sqlite")
    server = TrytonServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
