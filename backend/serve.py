"""API processes: imports the app once, then forks the workers, which share what was loaded. `gemba serve floor|core`"""

import gc
import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

KILL_AFTER_SECONDS = 5  # a worker that will not end on SIGTERM: without it a stop may hang for ever


APPS: Final = {"floor": "backend.app", "core": "backend.core.app"}


def serve(
    host: str,
    port: int,
    workers: int,
    certificate: Path | None = None,
    key: Path | None = None,
    *,
    service: str = "floor",
) -> None:
    """Serves the floor or the core until SIGTERM. With a certificate it serves TLS 1.3, and nothing in plain text."""
    with _shared_figures(workers):
        _serve(host, port, workers, certificate, key, service)


@contextmanager
def _shared_figures(workers: int) -> Iterator[None]:
    """Where several workers count together: a scrape reaches any one of them. Told before the first import of the client library."""
    if workers == 1 or "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        yield
        return
    with TemporaryDirectory(prefix="gemba-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


def _serve(
    host: str, port: int, workers: int, certificate: Path | None, key: Path | None, service: str
) -> None:
    # The import takes seconds of CPU; made here, before the fork, no worker repeats it, and a respawned one is there at once.
    app = importlib.import_module(APPS[service])
    app.slice_routers()
    # What is loaded now is never garbage: the collector need not walk it again and again, and the workers' pages of it stay shared.
    gc.collect()
    gc.freeze()
    Server(
        f"{APPS[service]}:create_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        loop=Loops.uvloop,
        workers=workers,
        workers_kill_timeout=KILL_AFTER_SECONDS,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        log_level=LogLevels.warning,
        ssl_cert=certificate,
        ssl_key=key,
    ).serve()
