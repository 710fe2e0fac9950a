"""Everything a process is told from outside, read once from the environment."""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

import msgspec

MIN_SECRET_BYTES = 32
PRIVATE_NETWORKS = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7"

Network = IPv4Network | IPv6Network


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one process. Secrets come from the environment only; nothing here has a usable default secret.

    Attributes:
        erp_inbox_url: where the floor's messages go.
        core_database_url: the core's database; None where the ERP is another's.
        core_url: where the core listens; the floor's origin passes `/api/core` on to it.
        floor_inbox_url: where the core's messages go.
        solver: whether this process's worker plans waves; the solver takes a core while it does.
        printer_networks: where label printers may stand; nothing is ever sent to one elsewhere.
        trusted_ca: a certificate authority to trust beside the machine's own, for messages.
    """

    database_url: str
    owner_database_url: str
    redis_url: str | None
    portal_database_url: str = ""
    secret: str
    link_secret: str
    state: Path
    port: int = 8000
    public_url: str = "http://localhost:8000"
    erp_inbox_url: str | None = None
    erp_kind: str = "core"
    erp_url: str = ""
    erp_database: str = ""
    erp_user: str = ""
    erp_password: str = ""
    core_database_url: str | None = None
    core_owner_database_url: str | None = None
    core_url: str | None = None
    floor_inbox_url: str | None = None
    trusted_ca: Path | None = None
    pool_size: int = 10
    demo: bool = False
    solver: bool = True
    secure_cookies: bool = False
    smtp_url: str | None = None
    mail_from: str = "purchasing@gemba.example"
    company_prefix: str = ""
    printer_networks: tuple[str, ...] = ()


class MissingSetting(RuntimeError):
    """A setting without which the process must not start."""


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise MissingSetting(f"{name} is not set; `gemba up` sets it for you, a deployment must")
    return value


def _secret(name: str) -> str:
    value = _required(name)
    if len(value.encode()) < MIN_SECRET_BYTES:
        raise MissingSetting(f"{name} must have at least {MIN_SECRET_BYTES} bytes")
    return value


def _link_secret(name: str) -> str:
    """The link's secrets, tried now: a broken one must not wait for the first message to be told."""
    from backend.kernel.link.signing import keys

    value = _secret(name)
    try:
        keys(value)
    except ValueError as error:
        raise MissingSetting(f"{name}: {error}") from error
    return value


def _networks(name: str) -> tuple[str, ...]:
    """As text: a route that asks for the settings has them checked by msgspec, which knows no networks."""
    given = os.environ.get(name, PRIVATE_NETWORKS)
    try:
        return tuple(str(ip_network(part.strip())) for part in given.split(",") if part.strip())
    except ValueError as error:
        raise MissingSetting(f"{name}: {error}") from error


def from_environment() -> Settings:
    """Reads the process's settings.

    Raises:
        MissingSetting: a required value is absent or a secret too short.
    """
    database_url = _required("DATABASE_URL")
    core_database_url = os.environ.get("GEMBA_CORE_DATABASE_URL") or None
    return Settings(
        database_url=database_url,
        owner_database_url=os.environ.get("GEMBA_OWNER_DATABASE_URL", database_url),
        redis_url=os.environ.get("REDIS_URL") or None,
        secret=_secret("GEMBA_SECRET"),
        link_secret=_link_secret("GEMBA_LINK_SECRET"),
        state=Path(os.environ.get("GEMBA_STATE", ".state")).resolve(),
        port=int(os.environ.get("GEMBA_PORT", "8000")),
        public_url=os.environ.get("GEMBA_PUBLIC_URL", "http://localhost:8000"),
        erp_inbox_url=os.environ.get("GEMBA_ERP_INBOX_URL") or None,
        erp_kind=os.environ.get("GEMBA_ERP_KIND") or "core",
        erp_url=os.environ.get("GEMBA_ERP_URL", ""),
        erp_database=os.environ.get("GEMBA_ERP_DATABASE", ""),
        erp_user=os.environ.get("GEMBA_ERP_USER", ""),
        erp_password=os.environ.get("GEMBA_ERP_PASSWORD", ""),
        core_database_url=core_database_url,
        core_owner_database_url=os.environ.get("GEMBA_CORE_OWNER_DATABASE_URL") or core_database_url,
        core_url=os.environ.get("GEMBA_CORE_URL") or None,
        floor_inbox_url=os.environ.get("GEMBA_FLOOR_INBOX_URL") or None,
        trusted_ca=Path(trusted) if (trusted := os.environ.get("GEMBA_TRUSTED_CA")) else None,
        pool_size=int(os.environ.get("GEMBA_POOL_SIZE", "10")),
        demo=os.environ.get("GEMBA_DEMO") == "1",
        solver=os.environ.get("GEMBA_SOLVER", "1") != "0",
        secure_cookies=os.environ.get("GEMBA_SECURE_COOKIES") == "1",
        portal_database_url=os.environ.get("GEMBA_PORTAL_DATABASE_URL", database_url),
        smtp_url=os.environ.get("GEMBA_SMTP_URL") or None,
        mail_from=os.environ.get("GEMBA_MAIL_FROM", "purchasing@gemba.example"),
        company_prefix=os.environ.get("GEMBA_COMPANY_PREFIX", ""),
        printer_networks=_networks("GEMBA_PRINTER_NETWORKS"),
    )
