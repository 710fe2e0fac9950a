"""A process of ours that is looked after."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Tell = Callable[[str], None]


@dataclass
class Child:
    """A process of ours that is started again when it dies."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, env=dict(self.environment), start_new_session=True)  # noqa: S603

    def watch(self, tell: Tell) -> None:
        """Starts it again if it died; ever more slowly if it dies again and again."""
        assert self.process is not None
        code = self.process.poll()
        if code is None:
            return
        now = time.monotonic()
        self.deaths = [at for at in self.deaths if now - at < 60] + [now]
        if len(self.deaths) > 1 and now - self.deaths[-2] < 2 ** min(len(self.deaths), 5):
            time.sleep(0.5)
        tell(f"{self.name} ended with {code}; starting it again")
        self.start()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
