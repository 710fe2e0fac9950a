"""Floor and core as processes linked to each other."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from backend.bench.process import Service
from backend.kernel.embedded import Urls, free_port


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
