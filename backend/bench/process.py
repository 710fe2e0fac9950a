"""One process of Gemba that can be killed and started again: for what must survive exactly that."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

READY_SECONDS = 180.0
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


@contextmanager
def running(*every: Service) -> Iterator[None]:
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
