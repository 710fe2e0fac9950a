"""The people and devices of a site: added, found, named."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, insert, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access.pins import Pins
from backend.access.secrets import code_digest, digest, new_code, new_secret
from backend.access.tables import Device, EnrolmentCode, Person, SessionFamily
from backend.kernel import clock
from backend.kernel.ids import new_id


async def add_person(
    connection: AsyncConnection,
    pins: Pins,
    *,
    site_id: UUID,
    badge: str,
    name: str,
    pin: str,
    roles: Iterable[str],
    language: str = "en",
    person_id: UUID | None = None,
) -> UUID:
    """Adds a person and returns the id.

    Raises:
        ValueError: the PIN is not 4 to 12 digits.
        IntegrityError: the badge is taken, or there is no such role.
    """
    person_id = person_id or new_id()
    row = {
        "id": person_id,
        "site_id": site_id,
        "badge": badge.strip(),
        "name": name,
        "language": language,
        "roles": sorted(set(roles)),
        "pin_hash": await pins.hashed(pin),
    }
    await connection.execute(insert(Person).values(**row))
    return person_id


async def add_device(
    connection: AsyncConnection, *, site_id: UUID, name: str, device_id: UUID | None = None
) -> str:
    """Adds an enrolled device and returns its token, which is not kept and cannot be shown again."""
    token = new_secret()
    await connection.execute(
        insert(Device).values(
            id=device_id or new_id(), site_id=site_id, name=name, token_digest=digest(token)
        )
    )
    return token


async def add_enrolment_code(
    connection: AsyncConnection,
    *,
    site_id: UUID,
    code: str | None = None,
    uses: int = 1,
    valid: timedelta = timedelta(hours=1),
    created_by: UUID | None = None,
) -> str:
    """Makes a code good for `uses` devices, and returns it. A `code` given by the caller is renewed if it is there already."""
    code = code or new_code()
    row = pg_insert(EnrolmentCode).values(
        digest=code_digest(code),
        site_id=site_id,
        uses_left=uses,
        expires_at=clock.now() + valid,
        created_by=created_by,
    )
    await connection.execute(
        row.on_conflict_do_update(
            index_elements=[EnrolmentCode.digest],
            set_={
                "site_id": row.excluded.site_id,
                "uses_left": row.excluded.uses_left,
                "expires_at": row.excluded.expires_at,
                "created_by": row.excluded.created_by,
            },
        )
    )
    return code


async def person_name(connection: AsyncConnection, person_id: UUID) -> str:
    """The name to tell others; `someone` for a person who is not known here."""
    name = (await connection.execute(select(Person.name).where(Person.id == person_id))).scalar()
    return name or "someone"


async def person_names(connection: AsyncConnection, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of several people at once."""
    found = await connection.execute(select(Person.id, Person.name).where(Person.id.in_(set(ids))))
    return {row.id: row.name for row in found}


AT_WORK = timedelta(hours=2)
"""Whoever is signed in and was heard of within this time counts as at work: a device refreshes its token well within it."""


async def others_at_work(
    connection: AsyncConnection, site_id: UUID, roles: Iterable[str], *, but: UUID
) -> bool:
    """Whether anybody of the site except `but` is signed in with one of these roles."""
    now = clock.now()
    found = await connection.execute(
        select(
            exists().where(
                SessionFamily.person_id == Person.id,
                SessionFamily.ended_at.is_(None),
                SessionFamily.expires_at > now,
                SessionFamily.used_at > now - AT_WORK,
                Person.site_id == site_id,
                Person.id != but,
                Person.active,
                Person.roles.overlap(sorted(roles)),
            )
        )
    )
    return bool(found.scalar_one())
