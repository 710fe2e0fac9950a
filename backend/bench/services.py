"""Floor and core as processes that can be killed and started again: for what must survive exactly that."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import httpx

from backend.kernel.embedded import Urls, free_port

READY_SECONDS = 120.0
STOP_SECONDS = 20.0


@dataclass
class Service:
    """One process, with all its children."""

    command: list[str]
    environment: Mapping[str, str]
    log: Path
    port: int = 0
    running: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts it; an API is not ready yet."""
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(  # noqa: S603
                self.command, env=dict(self.environment), stdout=log, stderr=log, start_new_session=True
            )

    def wait(self) -> None:
        """Until an API answers that it is ready.

        Raises:
            TimeoutError: it does not; the message holds the end of its log.
        """
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=2, trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise TimeoutError(self.log.read_text()[-2000:])

    def kill(self) -> None:
        """SIGKILL, with all its children."""
        assert self.running is not None
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()

    def stop(self) -> None:
        """SIGTERM, and patience."""
        if self.running is None or self.running.poll() is not None:
            return
        self.running.terminate()
        try:
            self.running.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()


@dataclass
class Services:
    """An API and a worker of each of the two, linked to each other."""

    floor: Service
    floor_worker: Service
    core: Service
    core_worker: Service

    @property
    def every(self) -> tuple[Service, ...]:
        """All four."""
        return (self.floor, self.core, self.floor_worker, self.core_worker)


def services(urls: Urls, redis_url: str | None, folder: Path, secret: str) -> Services:
    """The four processes, not started yet. `secret` signs tokens and, as the link's, messages."""
    ports = {"floor": free_port(), "core": free_port()}
    environment = {
        **os.environ,
        "DATABASE_URL": urls.app,
        "GEMBA_OWNER_DATABASE_URL": urls.owner,
        "GEMBA_PORTAL_DATABASE_URL": urls.portal,
        "GEMBA_CORE_DATABASE_URL": urls.core_app,
        "GEMBA_CORE_OWNER_DATABASE_URL": urls.core_owner,
        "GEMBA_CORE_URL": f"http://127.0.0.1:{ports['core']}",
        "GEMBA_ERP_INBOX_URL": f"http://127.0.0.1:{ports['core']}/api/core/link/inbox",
        "GEMBA_FLOOR_INBOX_URL": f"http://127.0.0.1:{ports['floor']}/api/floor/link/inbox",
        "GEMBA_SECRET": secret,
        "GEMBA_LINK_SECRET": secret.replace(" ", "_"),
        "GEMBA_STATE": str(folder),
        "GEMBA_COMPANY_PREFIX": "9521234",
        "GEMBA_SOLVER": "0",
    }
    environment.pop("REDIS_URL", None)
    environment.pop("GEMBA_SMTP_URL", None)
    if redis_url:
        environment["REDIS_URL"] = redis_url

    def api(service: Literal["floor", "core"]) -> Service:
        port = ports[service]
        command = [sys.executable, "-m", "backend.cli", "serve", service, "--port", str(port)]
        own = environment | {"GEMBA_PORT": str(port), "GEMBA_PUBLIC_URL": f"http://127.0.0.1:{port}"}
        return Service(command, own, folder / f"{service}.log", port)

    def worker(service: Literal["floor", "core"]) -> Service:
        command = [sys.executable, "-m", "backend.cli", "worker", "--service", service]
        return Service(command, environment, folder / f"{service}-worker.log")

    return Services(api("floor"), worker("floor"), api("core"), worker("core"))


@contextmanager
def running(every: tuple[Service, ...]) -> Iterator[None]:
    """Starts processes, waits for the APIs among them, stops all at the end."""
    try:
        for one in every:
            one.start()
        for one in every:
            if one.port:
                one.wait()
        yield
    finally:
        for one in every:
            one.stop()
