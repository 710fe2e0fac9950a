"""PostgreSQL as a child process: loopback only, password always, never root, fast stop."""

import contextlib
import logging
import secrets
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from backend.kernel.embedded.binaries import Binaries, find
from backend.kernel.embedded.process import LOOPBACK, EmbeddedServer, ServerDied, accepts, is_running

ADMIN = "gemba_admin"
STATUS_LINE = 7  # postmaster.pid, eighth line: "starting", "ready", … (PostgreSQL's pidfile.h)
BUILTIN_LOCALE_SINCE = 17
ORPHANS_SECONDS = 15.0

log = logging.getLogger("gemba.embedded")

SETTINGS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "jit": "off",  # compiling costs more than our short statements take
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] %u@%d ",
}


class MajorVersionMismatch(RuntimeError):
    """The data was made by another major version of PostgreSQL; it is left untouched."""


class PostgresServer(EmbeddedServer):
    """A PostgreSQL under `state/postgres`. `url` is the administrator's; roles of our own are in `roles.py`.

    Args:
        state: folder that keeps the data between runs.
        port: TCP port; by default the one of the last run, at first a free one.
        settings: more `postgresql.conf` settings, by name; they win over ours.
    """

    name: ClassVar[str] = "postgres"
    stop_signal: ClassVar[int] = signal.SIGINT  # "fast": roll back what runs, write a checkpoint, end

    def __init__(
        self, state: Path, port: int | None = None, settings: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(state, port)
        self.data = self.home / "data"
        self._settings = {**SETTINGS, **(settings or {})}
        self._binaries: Binaries | None = None
        self._sync: threading.Thread | None = None

    @property
    def binaries(self) -> Binaries:
        """The installation used. Raises NoPostgres if there is none."""
        if self._binaries is None:
            self._binaries = find(self.home, self.account)
        return self._binaries

    @property
    def url(self) -> str:
        """The administrator's URL of the database `postgres`."""
        return f"postgresql://{ADMIN}:{self._password()}@{LOOPBACK}:{self.port}/postgres"

    def stop(self, seconds: float = 20.0) -> None:
        """Fast stop. Waits first for a fresh data folder to be on disk."""
        if self._sync is not None:
            self._sync.join()
        super().stop(seconds)

    def _prepare(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._initdb()
            return
        found = int((self.data / "PG_VERSION").read_text().strip())
        if found != self.binaries.major:
            raise MajorVersionMismatch(
                f"The data in {self.data} was made by PostgreSQL {found}; this is {self.binaries.major}. Nothing was "
                f"changed. Dump it with a PostgreSQL {found} (pg_dumpall) and load the dump into a new state folder "
                "(--state), or run pg_upgrade."
            )

    def _initdb(self) -> None:
        half = self.home / "data.half"
        shutil.rmtree(half, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)  # a folder without PG_VERSION holds nothing
        password = self.home / "initdb-password"
        password.touch(mode=0o600)
        password.write_text(self._password())
        self.account.own(password)
        try:
            self._run("initdb", "--no-sync", "-D", str(half), f"--pwfile={password}", *self._initdb_options())
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode(errors="replace").strip().splitlines()[-8:]
            raise ServerDied("\n".join([f"No database could be made in {self.home}:", *said])) from error
        finally:
            password.unlink(missing_ok=True)
        half.rename(self.data)
        # Syncing 40 MB can take seconds; the server may start meanwhile, and a stop waits for it.
        self._sync = threading.Thread(target=self._sync_data, name="sync-postgres", daemon=True)
        self._sync.start()

    def _initdb_options(self) -> list[str]:
        options = [f"--username={ADMIN}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]
        if self.binaries.major >= BUILTIN_LOCALE_SINCE:
            # Sorting and case rules that are the same on every system, whatever its C library.
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return options

    def _sync_data(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self._run("initdb", "--sync-only", "-D", str(self.data))

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(  # type: ignore[call-overload]  # options are a dict
            [self.binaries.program(program), *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd=self.home,
            env=self._environment(),
            **self.account.popen_options(),
        )

    def _command(self, port: int) -> list[str]:
        settings = [f"--{name}={value}" for name, value in {**self._settings, "port": str(port)}.items()]
        return [self.binaries.program("postgres"), "-D", str(self.data), *settings]

    def _is_ready(self) -> bool:
        with contextlib.suppress(OSError, IndexError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return lines[STATUS_LINE].strip() == "ready" and int(lines[0]) == self.pid and accepts(self.port)
        return False

    def _before_start(self) -> None:
        """After a `kill -9`: waits until the dead server's children are gone, and removes a pid file that names a stranger."""
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return
        deadline = time.monotonic() + ORPHANS_SECONDS
        while self._orphans() and time.monotonic() < deadline:
            time.sleep(0.02)
        if not is_running(pid, str(self.data)):
            log.info("removing the pid file of a killed PostgreSQL (%d)", pid)
            pid_file.unlink(missing_ok=True)

    def _orphans(self) -> bool:
        """Whether children of a killed server still run here: two sets of writers on one data folder would ruin it."""
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    if (entry / "cwd").readlink() == self.data and is_running(int(entry.name), "postgres"):
                        return True
        return False

    def _password(self) -> str:
        path = self.home / "password"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(32))
        return path.read_text()
