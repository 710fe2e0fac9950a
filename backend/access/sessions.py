"""Sessions: signing in, refreshing, signing out. A session is one person on one device; its refresh tokens form a chain."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import ColumnElement, Row, delete, exists, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from backend.access import rules
from backend.access.pins import Pins
from backend.access.problems import SessionOver, SignInLocked, UnknownDevice, WrongPin
from backend.access.schemas import SignIn
from backend.access.secrets import digest, new_secret
from backend.access.tables import Device, Person, RefreshToken, SessionFamily, SignInFailure
from backend.kernel import clock
from backend.kernel.commands import Who
from backend.kernel.db import Database
from backend.kernel.ids import new_id

log = structlog.get_logger()

NOBODY = UUID(int=0)
Found = Row[*tuple[Any, ...]]


class Opened(msgspec.Struct, frozen=True):
    """A session that was opened or carried on, with the refresh token for the cookie."""

    who: Who
    device_id: UUID
    session_id: UUID
    name: str
    language: str
    refresh: str
    expires_at: datetime


async def sign_in(db: Database, pins: Pins, command: SignIn) -> Opened:
    """Opens a session, and ends the one another person had on the device.

    The try is counted and committed before the PIN is looked at, so that many tries at once are not free.

    Raises:
        UnknownDevice: the device token is none of ours.
        SignInLocked: too many wrong PINs; `seconds` until the next try.
        WrongPin: the badge or the PIN is wrong; `left` tries are free, or `seconds` until the next.
    """
    async with db.transaction() as connection:
        device = await _device(connection, command.device_token)
        person = await _person(connection, command.badge, device.site_id)
        person_id = person.id if person else NOBODY
        failures = await _count_try(connection, person_id, device.id)
        wait = None if failures else await _wait(connection, person_id, device.id)
    if wait is not None:
        raise SignInLocked(f"Wait {wait} seconds, or ask a supervisor to unlock", seconds=wait)
    if not await pins.matches(person.pin_hash if person else None, command.pin) or person is None:
        log.info("sign_in_failed", person=str(person_id), device=str(device.id), failures=failures)
        raise _wrong(failures)
    async with db.transaction() as connection:
        # The device's row is locked first: of two people signing in at once, one comes second and has it.
        await connection.execute(update(Device).where(Device.id == device.id).values(seen_at=clock.now()))
        await end_sessions(connection, SessionFamily.device_id == device.id, why="next person")
        await connection.execute(
            delete(SignInFailure).where(
                SignInFailure.person_id == person.id, SignInFailure.device_id == device.id
            )
        )
        opened = await _open(connection, person, device.id)
    log.info("signed_in", person=str(person.id), device=str(device.id))
    return opened


async def refresh(db: Database, token: str) -> Opened:
    """Carries a session on with the next refresh token.

    Raises:
        SessionOver: unknown, ended, unused for too long; or the token was used before by someone else, and now all are out.
    """
    async with db.transaction() as connection:
        row = await _token(connection, digest(token))
        if row is None:
            raise SessionOver("Scan your badge again", reason="unknown")
        verdict = rules.judge_refresh(
            clock.now(),
            token_used_at=row.token_used_at,
            later_used=row.later_used,
            used_at=row.used_at,
            expires_at=row.expires_at,
            ended=row.ended_at is not None or row.revoked_at is not None or not row.active,
        )
        if verdict is rules.Refresh.REUSED:
            await end_sessions(connection, SessionFamily.id == row.family_id, why="token reused")
        if verdict in {rules.Refresh.ROTATE, rules.Refresh.FORGIVE}:
            return await _carry_on(connection, row)
    # Raised outside the transaction: ending the family must be kept.
    if verdict is rules.Refresh.REUSED:
        log.warning("refresh_token_reused", session=str(row.family_id), person=str(row.id))
    raise SessionOver("Scan your badge again", reason=verdict.value)


async def end_sessions(connection: AsyncConnection, *which: ColumnElement[bool], why: str) -> list[UUID]:
    """Ends the open sessions that match, and returns their ids."""
    ended = await connection.execute(
        update(SessionFamily)
        .where(SessionFamily.ended_at.is_(None), *which)
        .values(ended_at=clock.now(), ended_why=why)
        .returning(SessionFamily.id)
    )
    return list(ended.scalars())


async def end_by_refresh(db: Database, token: str) -> list[UUID]:
    """Signs out by the cookie alone, and returns the ended session; an unknown one is no error."""
    family = select(RefreshToken.family_id).where(RefreshToken.digest == digest(token)).scalar_subquery()
    async with db.transaction() as connection:
        return await end_sessions(connection, SessionFamily.id == family, why="signed out")


async def ended_since(connection: AsyncConnection, age: timedelta) -> frozenset[UUID]:
    """Sessions ended within `age`: their access tokens may still be within their time."""
    since = clock.now() - age
    found = await connection.execute(select(SessionFamily.id).where(SessionFamily.ended_at > since))
    return frozenset(found.scalars())


async def unlock(connection: AsyncConnection, person_id: UUID) -> None:
    """Forgives a person's wrong PINs on every device."""
    await connection.execute(delete(SignInFailure).where(SignInFailure.person_id == person_id))


async def _device(connection: AsyncConnection, token: str) -> Found:
    found = await connection.execute(
        select(Device.id, Device.site_id).where(
            Device.token_digest == digest(token), Device.revoked_at.is_(None)
        )
    )
    row = found.first()
    if row is None:
        raise UnknownDevice("Enrol this device with a code from a supervisor")
    return row


async def _person(connection: AsyncConnection, badge: str, site_id: UUID) -> Found | None:
    found = await connection.execute(
        select(Person.id, Person.site_id, Person.name, Person.language, Person.roles, Person.pin_hash).where(
            Person.badge == badge.strip(), Person.site_id == site_id, Person.active
        )
    )
    return found.first()


def _wrong(failures: int) -> WrongPin:
    """How many tries are left; after the last of them, how long to wait: nobody should find that out by one more."""
    facts: dict[str, Any] = {"left": max(rules.FREE_TRIES - failures, 0)}
    if delay := rules.delay_after(failures):
        facts["seconds"] = int(delay.total_seconds())
    return WrongPin("The badge or the PIN is wrong", **facts)


async def _count_try(connection: AsyncConnection, person_id: UUID, device_id: UUID) -> int:
    """Counts a try before it is made. Returns which in a row it is, or 0 if none is allowed now."""
    now = clock.now()
    counted = await connection.execute(
        pg_insert(SignInFailure)
        .values(person_id=person_id, device_id=device_id, failures=1, last_at=now)
        .on_conflict_do_update(
            index_elements=[SignInFailure.person_id, SignInFailure.device_id],
            set_={"failures": SignInFailure.failures + 1, "last_at": now},
            where=or_(SignInFailure.locked_until.is_(None), SignInFailure.locked_until <= now),
        )
        .returning(SignInFailure.failures)
    )
    failures = counted.scalar() or 0
    if delay := rules.delay_after(failures):
        await connection.execute(
            update(SignInFailure)
            .where(SignInFailure.person_id == person_id, SignInFailure.device_id == device_id)
            .values(locked_until=now + delay)
        )
    return failures


async def _wait(connection: AsyncConnection, person_id: UUID, device_id: UUID) -> int:
    found = await connection.execute(
        select(SignInFailure.locked_until).where(
            SignInFailure.person_id == person_id, SignInFailure.device_id == device_id
        )
    )
    until = found.scalar() or clock.now()
    return max(1, round((until - clock.now()).total_seconds()))


async def _open(connection: AsyncConnection, person: Found, device_id: UUID) -> Opened:
    session_id, expires_at, token = new_id(), clock.now() + rules.SHIFT, new_secret()
    await connection.execute(
        insert(SessionFamily).values(
            id=session_id, person_id=person.id, device_id=device_id, expires_at=expires_at
        )
    )
    await connection.execute(insert(RefreshToken).values(digest=digest(token), family_id=session_id))
    return _opened(person, device_id, session_id, token, expires_at)


async def _token(connection: AsyncConnection, token: bytes) -> Found | None:
    """The token with its session, person and device, locked: copies sent at once are judged one after the other."""
    later = aliased(RefreshToken)
    later_used = exists().where(
        later.family_id == RefreshToken.family_id, later.used_at > RefreshToken.used_at
    )
    found = await connection.execute(
        select(
            RefreshToken.digest,
            RefreshToken.family_id,
            RefreshToken.used_at.label("token_used_at"),
            later_used.label("later_used"),
            SessionFamily.device_id,
            SessionFamily.used_at,
            SessionFamily.expires_at,
            SessionFamily.ended_at,
            Device.revoked_at,
            Person.id,
            Person.site_id,
            Person.name,
            Person.language,
            Person.roles,
            Person.active,
        )
        .join(SessionFamily, SessionFamily.id == RefreshToken.family_id)
        .join(Person, Person.id == SessionFamily.person_id)
        .join(Device, Device.id == SessionFamily.device_id)
        .where(RefreshToken.digest == token)
        .with_for_update(of=[RefreshToken, SessionFamily])
    )
    return found.first()


async def _carry_on(connection: AsyncConnection, row: Found) -> Opened:
    token, now = new_secret(), clock.now()
    await connection.execute(insert(RefreshToken).values(digest=digest(token), family_id=row.family_id))
    await connection.execute(
        update(RefreshToken).where(RefreshToken.digest == row.digest).values(used_at=row.token_used_at or now)
    )
    await connection.execute(
        update(SessionFamily).where(SessionFamily.id == row.family_id).values(used_at=now)
    )
    return _opened(row, row.device_id, row.family_id, token, row.expires_at)


def _opened(person: Found, device_id: UUID, session_id: UUID, token: str, expires_at: datetime) -> Opened:
    return Opened(
        who=Who(person.id, device_id, person.site_id, frozenset(person.roles)),
        device_id=device_id,
        session_id=session_id,
        name=person.name,
        language=person.language,
        refresh=token,
        expires_at=expires_at,
    )
