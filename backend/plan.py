"""What `gemba up` is asked for, and all that follows from it: addresses, ports, secrets, the settings its processes share."""

import json
import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from backend.kernel.embedded import Urls
from backend.kernel.settings import PRIVATE_NETWORKS
from backend.ports import this_or_another


@dataclass
class Plan:
    """What to start: where the data is, on which port, for this machine only or the local network, with the demo or without."""

    state: Path
    port: int
    lan: bool = False
    demo: bool = True
    orders: int = 150

    @cached_property
    def url(self) -> str:
        """Where people open the app."""
        if not self.lan:
            return f"http://localhost:{self.port}"
        from backend.kernel.tls import lan_hosts

        return f"https://{lan_hosts()[0]}:{self.port}"

    @property
    def host(self) -> str:
        """The address to listen on."""
        return "0.0.0.0" if self.lan else "127.0.0.1"  # noqa: S104  (--lan asks for it)

    @cached_property
    def core_port(self) -> int:
        """Where the core listens; the floor's origin passes `/api/core` on to it."""
        return this_or_another(self.port + 1)

    @cached_property
    def trust_port(self) -> int:
        """Where a phone learns to trust our certificate, without TLS as yet."""
        return this_or_another(self.port + 2)

    @cached_property
    def mail_port(self) -> int:
        """Where the demo's post listens; /demo/mail shows what it took."""
        return this_or_another(self.port + 3)

    @cached_property
    def linked_elsewhere(self) -> bool:
        """Whether an ERP of another's is given from outside; then no core of ours is wanted."""
        return (
            bool(os.environ.get("GEMBA_ERP_INBOX_URL")) or os.environ.get("GEMBA_ERP_KIND", "core") != "core"
        )


def kept_secrets(state: Path) -> dict[str, str]:
    """This installation's secrets: made once, readable by its user only."""
    path = state / "secrets.json"
    if not path.exists():
        made = {name: secrets.token_urlsafe(48) for name in ("GEMBA_SECRET", "GEMBA_LINK_SECRET")}
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(made, file)
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def environment(plan: Plan, urls: Urls, redis_url: str) -> dict[str, str]:
    """The settings of every process of this plan, by the names of `backend.kernel.settings`. Secrets given from outside win."""
    given = {name: os.environ[name] for name in ("GEMBA_SECRET", "GEMBA_LINK_SECRET") if os.environ.get(name)}
    return {
        **kept_secrets(plan.state),
        **given,
        "DATABASE_URL": urls.app,
        "GEMBA_PORTAL_DATABASE_URL": urls.portal,
        "GEMBA_OWNER_DATABASE_URL": urls.owner,
        "REDIS_URL": redis_url,
        "GEMBA_STATE": str(plan.state),
        "GEMBA_PORT": str(plan.port),
        "GEMBA_PUBLIC_URL": plan.url,
        "GEMBA_SECURE_COOKIES": "1" if plan.lan else "0",
        "GEMBA_DEMO": "1" if plan.demo else "0",
        **({} if plan.linked_elsewhere else _of_the_core(plan, urls)),
        **(_of_the_demo(plan) if plan.demo else {}),
    }


def _of_the_core(plan: Plan, urls: Urls) -> dict[str, str]:
    core = f"http://127.0.0.1:{plan.core_port}"
    floor = f"{'https' if plan.lan else 'http'}://127.0.0.1:{plan.port}"
    trusted = {"GEMBA_TRUSTED_CA": str(plan.state / "tls" / "gemba-ca.crt")} if plan.lan else {}
    return trusted | {
        "GEMBA_CORE_DATABASE_URL": urls.core_app,
        "GEMBA_CORE_OWNER_DATABASE_URL": urls.core_owner,
        "GEMBA_CORE_URL": core,
        "GEMBA_ERP_INBOX_URL": f"{core}/api/core/link/inbox",
        "GEMBA_FLOOR_INBOX_URL": f"{floor}/api/floor/link/inbox",
    }


def _of_the_demo(plan: Plan) -> dict[str, str]:
    from backend.demo.company import read_company

    prefix = os.environ.get("GEMBA_COMPANY_PREFIX") or read_company().assortment.company_prefix
    post = (
        {} if os.environ.get("GEMBA_SMTP_URL") else {"GEMBA_SMTP_URL": f"smtp://127.0.0.1:{plan.mail_port}"}
    )
    printers = os.environ.get("GEMBA_PRINTER_NETWORKS") or f"{PRIVATE_NETWORKS},127.0.0.0/8"
    return post | {"GEMBA_COMPANY_PREFIX": prefix, "GEMBA_PRINTER_NETWORKS": printers}
