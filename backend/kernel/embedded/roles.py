"""The roles Gemba connects as, and its two databases.

| role | may |
|---|---|
| `gemba_owner` | own the floor's schema and migrate it |
| `gemba_app` | read and write rows of the floor, never change the schema; no superuser, so row-level security binds it |
| `gemba_portal` | what a migration grants it by name, under row-level security: suppliers are strangers |
| `gemba_core_owner`, `gemba_core_app` | the same in the core's database, which the floor's roles cannot enter |

A role's password is what GEMBA_APP_PASSWORD, GEMBA_OWNER_PASSWORD, … say. Without that it is derived from the administrator's
(HMAC-SHA256), so that every host that holds the same DATABASE_URL arrives at the same one and no second secret needs to travel.
"""

import hashlib
import hmac
import logging
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import asyncpg

log = logging.getLogger("gemba.embedded")

NO_DATABASE_OF_ITS_OWN = {"", "postgres", "template1"}
ADVISORY_LOCK = 0x67656D6261  # "gemba": one process at a time changes roles

_REQUEST = {"lock_timeout": "3s", "statement_timeout": "15s", "idle_in_transaction_session_timeout": "15s"}
_MIGRATION = {"lock_timeout": "15s", "statement_timeout": "0", "idle_in_transaction_session_timeout": "60s"}
_STRANGER = {"lock_timeout": "2s", "statement_timeout": "10s", "idle_in_transaction_session_timeout": "10s"}
ROLES: Mapping[str, Mapping[str, str]] = {
    "gemba_owner": _MIGRATION,
    "gemba_app": _REQUEST,
    "gemba_portal": _STRANGER,
    "gemba_core_owner": _MIGRATION,
    "gemba_core_app": _REQUEST,
}


@dataclass(frozen=True)
class Urls:
    """One URL for each role. `separate` is False where the given user could not create roles and stands for all."""

    owner: str
    app: str
    portal: str
    core_owner: str
    core_app: str
    separate: bool


async def ensure_roles_and_databases(admin_url: str, state: Path, floor: str | None = None) -> Urls:
    """Creates what is missing of our roles and databases, and returns how to connect as each.

    The floor lives in the database of the given name; by default in the one that the URL names, or in `floor` where that is
    PostgreSQL's own `postgres`. The core lives in `core`, or `<name>_core`. May be called again at every start, and by several processes at once. Where the given user may not
    create roles it is used for everything, which a log line says loudly: row-level security may not bind it then.
    """
    named = urlsplit(admin_url).path.lstrip("/")
    floor = floor or ("floor" if named in NO_DATABASE_OF_ITS_OWN else named)
    core = "core" if floor == "floor" else f"{floor}_core"
    connection = await asyncpg.connect(_plain(admin_url))
    try:
        if not await _may_create(connection):
            return await _one_user_for_all(connection, admin_url, floor, core)
        await connection.execute("SELECT pg_advisory_lock($1)", ADVISORY_LOCK)
        secret = _secret(admin_url, state)
        for role, settings in ROLES.items():
            await _ensure_role(connection, role, _password(secret, role), settings)
        await _ensure_database(
            connection, admin_url, floor, owner="gemba_owner", users=("gemba_app", "gemba_portal")
        )
        await _ensure_database(
            connection, admin_url, core, owner="gemba_core_owner", users=("gemba_core_app",)
        )
    finally:
        await connection.close()

    def url(role: str, database: str) -> str:
        return with_login(admin_url, database, role, _password(secret, role))

    return Urls(
        owner=url("gemba_owner", floor),
        app=url("gemba_app", floor),
        portal=url("gemba_portal", floor),
        core_owner=url("gemba_core_owner", core),
        core_app=url("gemba_core_app", core),
        separate=True,
    )


def with_login(url: str, database: str, user: str | None = None, password: str = "") -> str:
    """The same server and options, another database and, if given, another login."""
    parts = urlsplit(_plain(url))
    place = parts.netloc.rsplit("@", 1)[-1]
    login = (
        parts.netloc.rpartition("@")[0]
        if user is None
        else f"{quote(user, safe='')}:{quote(password, safe='')}"
    )
    return urlunsplit(parts._replace(netloc=f"{login}@{place}" if login else place, path=f"/{database}"))


def _plain(url: str) -> str:
    return url.replace("postgresql+asyncpg://", "postgresql://", 1).replace("postgres://", "postgresql://", 1)


def _secret(admin_url: str, state: Path) -> bytes:
    given = urlsplit(admin_url).password
    if given:
        return unquote(given).encode()
    path = state / "roles.secret"
    if not path.exists():
        state.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_bytes()


def _password(secret: bytes, role: str) -> str:
    given = os.environ.get(f"{role.upper()}_PASSWORD")
    return given or hmac.digest(secret, f"gemba role {role}".encode(), hashlib.sha256).hex()


async def _may_create(connection: asyncpg.Connection) -> bool:
    query = "SELECT rolsuper OR (rolcreaterole AND rolcreatedb) FROM pg_roles WHERE rolname = current_user"
    return bool(await connection.fetchval(query))


async def _one_user_for_all(connection: asyncpg.Connection, admin_url: str, floor: str, core: str) -> Urls:
    user = await connection.fetchval("SELECT current_user")
    log.warning(
        "DATABASE_URL's user %s may not create roles, so it is used for everything: the app can change its own schema and "
        "row-level security may not bind it. Give a user with CREATEROLE and CREATEDB, or make the roles by hand.",
        user,
    )
    found = {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
    floor_url = with_login(admin_url, floor) if floor in found else _plain(admin_url)
    core_url = with_login(admin_url, core) if core in found else floor_url
    return Urls(floor_url, floor_url, floor_url, core_url, core_url, separate=False)


async def _ensure_role(
    connection: asyncpg.Connection, role: str, password: str, settings: Mapping[str, str]
) -> None:
    exists = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if exists else "CREATE"
    literal = await connection.fetchval("SELECT quote_literal($1::text)", password)
    await connection.execute(f"{verb} ROLE {role} LOGIN PASSWORD {literal}")
    for name, value in settings.items():
        await connection.execute(f"ALTER ROLE {role} SET {name} = '{value}'")


async def _ensure_database(
    connection: asyncpg.Connection, admin_url: str, name: str, *, owner: str, users: tuple[str, ...]
) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    if not await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        # Who creates a role may hand it out, but acts as it only after handing it to himself.
        await connection.execute(f"GRANT {owner} TO CURRENT_USER")
    if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
        await connection.execute(f"CREATE DATABASE {quoted} OWNER {owner}")
    await connection.execute(f"REVOKE ALL ON DATABASE {quoted} FROM PUBLIC")
    await connection.execute(f"GRANT CONNECT, TEMPORARY, CREATE ON DATABASE {quoted} TO {owner}")
    await connection.execute(f"GRANT CONNECT ON DATABASE {quoted} TO {', '.join(users)}")
    inside = await asyncpg.connect(with_login(admin_url, name))
    try:
        await _ensure_grants(inside, owner, users)
    finally:
        await inside.close()


async def _ensure_grants(inside: asyncpg.Connection, owner: str, users: tuple[str, ...]) -> None:
    """Rows for the app's role on every table the owner will make. The portal's grants stand in the migrations."""
    app = users[0]
    await inside.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    await inside.execute(f"GRANT USAGE, CREATE ON SCHEMA public TO {owner}")
    await inside.execute(f"GRANT USAGE ON SCHEMA public TO {', '.join(users)}")
    future = f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT"
    await inside.execute(f"{future} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}")
    await inside.execute(f"{future} USAGE, SELECT ON SEQUENCES TO {app}")
