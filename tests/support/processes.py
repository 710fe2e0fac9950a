"""Real processes of Gemba for tests that kill, race or watch them: several APIs, a worker."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from backend.kernel.embedded import Urls, free_port
from tests.support.floor_app import SECRET

READY_SECONDS = 180.0


def environment(urls: Urls, redis_url: str, **more: str) -> dict[str, str]:
    """The environment of a process of Gemba on these servers."""
    return {
        **os.environ,
        "DATABASE_URL": urls.app,
        "GEMBA_OWNER_DATABASE_URL": urls.owner,
        "GEMBA_PORTAL_DATABASE_URL": urls.portal,
        "GEMBA_COMPANY_PREFIX": "9521234",
        "GEMBA_SOLVER": "0",  # it would compile beside whatever is tested; who needs it says so
        "REDIS_URL": redis_url,
        "GEMBA_SECRET": SECRET,
        "GEMBA_LINK_SECRET": "a-link-secret-of-the-tests-long-enough",
        "PYTHONWARNINGS": "default",
        **more,
    }


@dataclass
class Process:
    """A process that can be killed and started again, as its supervisor would."""

    command: list[str]
    environment: Mapping[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command, env=dict(self.environment), stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """kill -9, with all its children."""
        assert self.running is not None
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()

    def stop(self) -> None:
        """SIGTERM, and patience."""
        if self.running is None or self.running.poll() is not None:
            return
        self.running.terminate()
        try:
            self.running.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


@dataclass
class Api(Process):
    """One API process on a port of its own."""

    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait(self) -> None:
        """Until it is ready.

        Raises:
            TimeoutError: it is not, within a minute; the message holds the end of its log.
        """
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise TimeoutError(self.log.read_text()[-2000:])


def api_process(urls: Urls, redis_url: str, folder: Path, **more: str) -> Api:
    """An API process, not started yet."""
    port = free_port()
    command = [
        *(
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "asgi",
            "--factory",
            "--loop",
            "uvloop",
            "--http",
            "1",
        ),
        *("--workers", "1", "--workers-kill-timeout", "3", "--host", "127.0.0.1", "--port", str(port)),
        *("--no-access-log", "--log-level", "warning", "backend.app:create_app"),
    ]
    settings = environment(
        urls, redis_url, GEMBA_PORT=str(port), GEMBA_PUBLIC_URL=f"http://127.0.0.1:{port}", **more
    )
    return Api(command, settings, folder / f"api-{port}.log", port=port)


def worker_process(urls: Urls, redis_url: str, folder: Path, **more: str) -> Process:
    """A worker process, not started yet."""
    return Process(
        [sys.executable, "-m", "backend.worker"], environment(urls, redis_url, **more), folder / "worker.log"
    )


@contextmanager
def running(*processes: Process) -> Iterator[None]:
    """Starts them all, waits for the APIs, stops them at the end."""
    try:
        for process in processes:
            process.start()
        for process in processes:
            if isinstance(process, Api):
                process.wait()
        yield
    finally:
        for process in processes:
            process.stop()
