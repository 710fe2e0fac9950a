"""One server process in a state folder: started once, found again by later starts, brought back when it dies."""

import contextlib
import fcntl
import json
import logging
import os
import signal
import socket
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from backend.kernel.embedded.account import Account, server_account, server_home

LOOPBACK = "127.0.0.1"
WATCH_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
LOG_LIMIT_BYTES = 16 * 1024 * 1024

log = logging.getLogger("gemba.embedded")


class ServerDied(RuntimeError):
    """A server ended before it was ready; the text holds the end of its log."""


def free_port() -> int:
    """A TCP port on the loopback address that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_running(pid: int, word: str) -> bool:
    """Whether the process lives (a zombie does not) and its command line holds `word`: a pid may have been reused."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except (OSError, IndexError):
        return False
    return state not in "ZX" and word in command


class EmbeddedServer(ABC):
    """A server that a subclass tells how to start. Safe to start twice: the second finds the first and uses it."""

    name: ClassVar[str]
    stop_signal: ClassVar[int] = signal.SIGTERM
    start_seconds: ClassVar[float] = 60.0

    def __init__(self, state: Path, port: int | None = None) -> None:
        self.account: Account = server_account()
        self.home: Path = server_home(state, self.name, self.account)
        self._wanted_port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._owned = False
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None
        self._lock = threading.RLock()
        self.restarts = 0

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients connect, password included."""

    @abstractmethod
    def _prepare(self) -> None:
        """Makes what the server needs before its first start."""

    @abstractmethod
    def _command(self, port: int) -> list[str]:
        """The command line; it must hold `self.home` so that the process can be told from others."""

    @abstractmethod
    def _is_ready(self) -> bool:
        """Whether the started server takes connections."""

    def _before_start(self) -> None:  # noqa: B027  # most servers leave nothing to clear
        """Clears what a killed predecessor left behind."""

    @property
    def port(self) -> int:
        """The port listened on; known once started."""
        return self._record()["port"]

    @property
    def pid(self) -> int | None:
        """The server's process id, or None when it does not run."""
        pid = self._record().get("pid", 0)
        child = self._process
        if child is not None and child.pid == pid:
            # Our own child is asked itself: in its first moment it does not look like the server yet.
            return pid if child.poll() is None else None
        return pid if pid and is_running(pid, str(self.home)) else None

    def is_alive(self) -> bool:
        """Whether the process runs and takes connections."""
        return self.pid is not None and self._is_ready()

    def start(self) -> Self:
        """Starts the server, or joins the one that already runs from this state folder. Returns once it is ready."""
        with self._lock, self._one_start_at_a_time():
            self._stopping.clear()
            if self.pid is not None:
                self._owned = self._owned or not self._keeper_lives()
                self._wait_until_ready()
            else:
                self._prepare()
                self._spawn(self._choose_port())
            if self._owned:
                self._write_record(self.port, self.pid or 0)
        return self

    def stop(self, seconds: float = 20.0) -> None:
        """Stops the server if this object (or a dead predecessor of it) started it; kills it when it will not end."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None
        with self._lock:
            pid = self.pid
            if pid is None or not self._owned:
                return
            for number, patience in ((self.stop_signal, seconds), (signal.SIGKILL, 5.0)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
                if self._wait_for_end(patience):
                    break
                log.warning("%s did not end within %.0f s", self.name, patience)
            self._owned = False

    def supervise(self) -> None:
        """From now on starts the server again, on the same port, whenever its process dies."""
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, name=f"watch-{self.name}", daemon=True)
            self._watcher.start()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @contextlib.contextmanager
    def _one_start_at_a_time(self) -> Iterator[None]:
        """Holds other processes off this state folder, so that two starts cannot both find no server."""
        with (self.home / "lock").open("w") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield

    def _watch(self) -> None:
        pause = WATCH_SECONDS
        while not self._stopping.wait(pause):
            with self._lock:
                if self.pid is not None:
                    continue
                log.warning("%s died; starting it again", self.name)
                try:
                    self._spawn(self._record()["port"])
                except (ServerDied, OSError) as error:
                    pause = min(
                        pause * 2, LONGEST_PAUSE_SECONDS
                    )  # a full disk does not get free by trying fast
                    log.warning("%s did not start, trying again in %.1f s: %s", self.name, pause, error)
                else:
                    pause = WATCH_SECONDS
                    self.restarts += 1
                    log.warning("%s is back", self.name)

    def _spawn(self, port: int) -> None:
        self._before_start()
        log_path = self.home / "log"
        if log_path.exists() and log_path.stat().st_size > LOG_LIMIT_BYTES:
            log_path.replace(log_path.with_suffix(".old"))
        with log_path.open("ab") as output:
            # Its own session: Ctrl-C in our terminal must reach the servers last, after those who use them.
            self._process = subprocess.Popen(  # type: ignore[call-overload]  # options are a dict
                self._command(port),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.home,
                start_new_session=True,
                env=self._environment(),
                **self.account.popen_options(),
            )
        self._owned = True
        self._write_record(port, self._process.pid)
        self._wait_until_ready()

    def _environment(self) -> dict[str, str]:
        kept = ("PATH", "HOME", "TZ", "TMPDIR")
        return {"LC_ALL": "C.UTF-8", **{key: os.environ[key] for key in kept if key in os.environ}}

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + self.start_seconds
        while time.monotonic() < deadline and not self._stopping.is_set():
            if self.pid is None:
                raise ServerDied(f"{self.name} ended at once. {self._end_of_log()}")
            if self._is_ready():
                return
            time.sleep(0.02)
        raise ServerDied(f"{self.name} was not ready after {self.start_seconds:.0f} s. {self._end_of_log()}")

    def _wait_for_end(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.pid is None:
                return True
            time.sleep(0.01)
        return self.pid is None

    def _choose_port(self) -> int:
        port = self._wanted_port or self._record().get("port", 0)
        return port if port and _is_free(port) else free_port()

    def _keeper_lives(self) -> bool:
        keeper = self._record().get("keeper", 0)
        return bool(keeper) and keeper != os.getpid() and is_running(keeper, "python")

    def _record(self) -> dict[str, int]:
        try:
            record: dict[str, int] = json.loads((self.home / "run.json").read_text())
        except (OSError, ValueError):
            return {}
        return record

    def _write_record(self, port: int, pid: int) -> None:
        half = self.home / "run.json.half"
        half.write_text(json.dumps({"port": port, "pid": pid, "keeper": os.getpid()}))
        half.replace(self.home / "run.json")

    def _end_of_log(self) -> str:
        path = self.home / "log"
        lines = path.read_text(errors="replace").splitlines()[-8:] if path.exists() else []
        return "\n".join(["The end of its log:", *lines])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def accepts(port: int) -> bool:
    """Whether something takes TCP connections on that loopback port."""
    with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
        return True
    return False
