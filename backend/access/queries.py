"""The people and devices of a site, as their supervisor sees them."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access import rules
from backend.access.schemas import DeviceTold, Me, PersonListed, PersonTold
from backend.access.tables import Device, Person, SessionFamily, SignInFailure
from backend.access.tokens import SignedIn
from backend.kernel import clock
from backend.kernel.problems import NotFound

_DEVICE = (
    Device.id,
    Device.name,
    Device.enrolled_at,
    Device.revoked_at,
    Device.seen_at,
    Device.clock_skew_ms,
)


async def me(connection: AsyncConnection, signed_in: SignedIn) -> Me:
    """Who is behind the token, by the tables of now.

    Raises:
        NotFound: the person is no longer here.
    """
    who = signed_in.who
    found = await connection.execute(
        select(Person.id, Person.name, Person.language, Person.roles).where(Person.id == who.person_id)
    )
    person = found.mappings().first()
    if person is None:
        raise NotFound("You are no longer known here")
    device = (await connection.execute(select(*_DEVICE).where(Device.id == who.device_id))).mappings().first()
    return Me(
        person=PersonTold(**person),
        device=DeviceTold(**device) if device else None,
        site=who.site_id,
        session=signed_in.session_id,
        idle_lock_seconds=int(rules.IDLE_LOCK.total_seconds()),
    )


async def people(connection: AsyncConnection, site_id: UUID) -> list[PersonListed]:
    """Everyone of a site by name, with the devices they are signed in on and how long a lockout lasts."""
    now = clock.now()
    signed_in: dict[UUID, list[UUID]] = defaultdict(list)
    open_now = await connection.execute(
        select(SessionFamily.person_id, SessionFamily.device_id).where(
            SessionFamily.ended_at.is_(None),
            SessionFamily.expires_at > now,
            SessionFamily.used_at > now - rules.IDLE,
        )
    )
    for row in open_now:
        signed_in[row.person_id].append(row.device_id)
    locked = (
        select(func.max(SignInFailure.locked_until))
        .where(SignInFailure.person_id == Person.id, SignInFailure.locked_until > now)
        .scalar_subquery()
    )
    found = await connection.execute(
        select(
            Person.id,
            Person.badge,
            Person.name,
            Person.language,
            Person.roles,
            Person.active,
            locked.label("locked_until"),
        )
        .where(Person.site_id == site_id)
        .order_by(Person.name)
    )
    return [PersonListed(**row, devices=signed_in[row["id"]]) for row in found.mappings()]


def device_ids(site_id: UUID) -> Select[UUID]:
    """The devices of a site, as part of a statement."""
    return select(Device.id).where(Device.site_id == site_id)


async def devices(connection: AsyncConnection, site_id: UUID) -> list[DeviceTold]:
    """All devices of a site by name, those taken out included."""
    found = await connection.execute(select(*_DEVICE).where(Device.site_id == site_id).order_by(Device.name))
    return [DeviceTold(**row) for row in found.mappings()]
