"""Real processes of Gemba for tests that kill, race or watch them: several APIs, a worker."""

import os
import sys
from pathlib import Path

from backend.bench.process import Service
from backend.kernel.embedded import Urls, free_port
from tests.support.floor_app import SECRET


def environment(urls: Urls, redis_url: str, **more: str) -> dict[str, str]:
    """The environment of a process of Gemba on these servers."""
    return {
        **os.environ,
        "DATABASE_URL": urls.app,
        "GEMBA_OWNER_DATABASE_URL": urls.owner,
        "GEMBA_PORTAL_DATABASE_URL": urls.portal,
        "GEMBA_COMPANY_PREFIX": "9521234",
        "GEMBA_PRINTER_NETWORKS": "127.0.0.0/8",
        "GEMBA_SOLVER": "0",  # it would compile beside whatever is tested; who needs it says so
        "REDIS_URL": redis_url,
        "GEMBA_SECRET": SECRET,
        "GEMBA_LINK_SECRET": "a-link-secret-of-the-tests-long-enough",
        "PYTHONWARNINGS": "default",
        **more,
    }


def api_process(urls: Urls, redis_url: str, folder: Path, **more: str) -> Service:
    """An API process, not started yet."""
    port = free_port()
    command = [sys.executable, "-m", "backend.cli", "serve", "floor", "--port", str(port), "--workers", "1"]
    settings = environment(
        urls, redis_url, GEMBA_PORT=str(port), GEMBA_PUBLIC_URL=f"http://127.0.0.1:{port}", **more
    )
    return Service(command, settings, folder / f"api-{port}.log", port)


def worker_process(urls: Urls, redis_url: str, folder: Path, **more: str) -> Service:
    """A worker process, not started yet."""
    return Service(
        [sys.executable, "-m", "backend.worker"], environment(urls, redis_url, **more), folder / "worker.log"
    )
