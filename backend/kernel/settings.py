"""Everything a process is told from outside, read once from the environment."""

import os
from pathlib import Path

import msgspec

MIN_SECRET_BYTES = 32


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one process. Secrets come from the environment only; nothing here has a usable default secret."""

    database_url: str
    owner_database_url: str
    redis_url: str | None
    secret: str
    link_secret: str
    state: Path
    port: int = 8000
    public_url: str = "http://localhost:8000"
    erp_inbox_url: str | None = None
    pool_size: int = 10
    demo: bool = False
    secure_cookies: bool = False


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


def from_environment() -> Settings:
    """Reads the process's settings.

    Raises:
        MissingSetting: a required value is absent or a secret too short.
    """
    database_url = _required("DATABASE_URL")
    return Settings(
        database_url=database_url,
        owner_database_url=os.environ.get("GEMBA_OWNER_DATABASE_URL", database_url),
        redis_url=os.environ.get("REDIS_URL") or None,
        secret=_secret("GEMBA_SECRET"),
        link_secret=_secret("GEMBA_LINK_SECRET"),
        state=Path(os.environ.get("GEMBA_STATE", ".state")).resolve(),
        port=int(os.environ.get("GEMBA_PORT", "8000")),
        public_url=os.environ.get("GEMBA_PUBLIC_URL", "http://localhost:8000"),
        erp_inbox_url=os.environ.get("GEMBA_ERP_INBOX_URL") or None,
        pool_size=int(os.environ.get("GEMBA_POOL_SIZE", "10")),
        demo=os.environ.get("GEMBA_DEMO") == "1",
        secure_cookies=os.environ.get("GEMBA_SECURE_COOKIES") == "1",
    )
