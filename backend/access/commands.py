"""What changes people, devices and tickets. Each is one transaction of its caller's."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access import rules
from backend.access.people import add_device, add_person
from backend.access.pins import Pins
from backend.access.problems import BadgeTaken, UnusableCode
from backend.access.schemas import AddPerson, ChangePerson, DeviceHealth, Enrol, Enrolled
from backend.access.secrets import code_digest, digest, new_secret
from backend.access.sessions import end_sessions, unlock
from backend.access.tables import Device, EnrolmentCode, Person, SessionFamily, SocketTicket
from backend.access.tokens import SignedIn
from backend.kernel import clock
from backend.kernel.commands import Who
from backend.kernel.db import constraint
from backend.kernel.ids import new_id
from backend.kernel.problems import BadRequest, NotAllowed, NotFound

log = structlog.get_logger()

TICKET: Final = timedelta(seconds=30)


async def enrol(connection: AsyncConnection, command: Enrol) -> Enrolled:
    """Makes a device of the browser that knows a code, and takes one use off the code.

    Raises:
        UnusableCode: unknown, past its time or used up.
    """
    used = await connection.execute(
        update(EnrolmentCode)
        .where(
            EnrolmentCode.digest == code_digest(command.code),
            EnrolmentCode.uses_left > 0,
            EnrolmentCode.expires_at > clock.now(),
        )
        .values(uses_left=EnrolmentCode.uses_left - 1)
        .returning(EnrolmentCode.site_id)
    )
    site_id = used.scalar()
    if site_id is None:
        raise UnusableCode("Ask a supervisor for a new code")
    device_id = new_id()
    token = await add_device(connection, site_id=site_id, name=command.name.strip(), device_id=device_id)
    log.info("device_enrolled", device=str(device_id), name=command.name)
    return Enrolled(device=device_id, site=site_id, device_token=token)


async def note_health(connection: AsyncConnection, who: Who, health: DeviceHealth) -> None:
    """Keeps what a device says of itself; a session without a device has nothing to keep it for."""
    if who.device_id is None:
        return
    await connection.execute(
        update(Device)
        .where(Device.id == who.device_id)
        .values(health=msgspec.to_builtins(health), seen_at=clock.now())
    )


async def revoke_device(connection: AsyncConnection, who: Who, device_id: UUID) -> list[UUID]:
    """Takes a device out; its token is worth nothing from now on. Returns the sessions this ended.

    Raises:
        NotFound: no such device at this site.
    """
    found = await connection.execute(
        update(Device)
        .where(Device.id == device_id, Device.site_id == who.site_id)
        .values(revoked_at=clock.now())
        .returning(Device.id)
    )
    if found.first() is None:
        raise NotFound("No such device here")
    return await end_sessions(connection, SessionFamily.device_id == device_id, why="device taken out")


async def register_person(connection: AsyncConnection, pins: Pins, who: Who, command: AddPerson) -> UUID:
    """Adds a person to the site of who asks.

    Raises:
        NotAllowed: only an admin makes supervisors and admins.
        BadRequest: the PIN is not 4 to 12 digits.
        BadgeTaken: someone has this badge.
    """
    if not rules.may_change(who.roles, (), command.roles):
        raise NotAllowed("Only an admin makes supervisors and admins")
    try:
        return await add_person(
            connection,
            pins,
            site_id=who.site_id,
            badge=command.badge,
            name=command.name,
            pin=command.pin,
            roles=command.roles,
            language=command.language,
        )
    except ValueError as error:
        raise BadRequest(str(error)) from error
    except IntegrityError as error:
        if constraint(error) != "uq_person_badge":
            raise
        raise BadgeTaken("Someone has this badge already") from error


async def change_person(
    connection: AsyncConnection, pins: Pins, who: Who, person_id: UUID, command: ChangePerson
) -> list[UUID]:
    """Changes what is given, and signs the person out where it bears on what they may do. Returns the ended sessions.

    Raises:
        NotFound: no such person at this site.
        NotAllowed: only an admin changes supervisors and admins.
        BadRequest: the new PIN is not 4 to 12 digits.
    """
    present = await _roles_of(connection, who, person_id)
    if not rules.may_change(who.roles, present, command.roles or ()):
        raise NotAllowed("Only an admin changes supervisors and admins")
    given = {"name": command.name, "language": command.language, "active": command.active}
    values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if command.roles is not None:
        values["roles"] = sorted(set(command.roles))
    if command.pin is not None:
        try:
            values["pin_hash"] = await pins.hashed(command.pin)
        except ValueError as error:
            raise BadRequest(str(error)) from error
        await unlock(connection, person_id)
    if not values:
        return []
    await connection.execute(update(Person).where(Person.id == person_id).values(**values))
    if values.keys().isdisjoint({"roles", "pin_hash", "active"}):
        return []
    return await end_sessions(connection, SessionFamily.person_id == person_id, why="person changed")


async def unlock_person(connection: AsyncConnection, who: Who, person_id: UUID) -> None:
    """Lets a person try again at once. Raises NotFound for someone of another site."""
    await _roles_of(connection, who, person_id)
    await unlock(connection, person_id)
    log.info("sign_in_unlocked", person=str(person_id), by=str(who.person_id))


async def sign_out_everywhere(
    connection: AsyncConnection, who: Who, person_id: UUID, *, why: str
) -> list[UUID]:
    """Ends all sessions of a person. Raises NotFound for someone of another site."""
    await _roles_of(connection, who, person_id)
    return await end_sessions(connection, SessionFamily.person_id == person_id, why=why)


async def issue_ticket(connection: AsyncConnection, signed_in: SignedIn) -> str:
    """A single-use ticket for one WebSocket, good for `TICKET`; tickets past their time are swept on the way."""
    ticket, who, now = new_secret(), signed_in.who, clock.now()
    await connection.execute(delete(SocketTicket).where(SocketTicket.expires_at < now))
    await connection.execute(
        insert(SocketTicket).values(
            digest=digest(ticket),
            person_id=who.person_id,
            device_id=who.device_id,
            site_id=who.site_id,
            session_id=signed_in.session_id,
            roles=sorted(who.roles),
            expires_at=now + TICKET,
        )
    )
    return ticket


async def use_ticket(connection: AsyncConnection, ticket: str) -> SignedIn | None:
    """Who a ticket stands for, once; None if it is unknown, used or past its time."""
    taken = await connection.execute(
        delete(SocketTicket).where(SocketTicket.digest == digest(ticket)).returning(*SocketTicket.__table__.c)
    )
    row = taken.first()
    if row is None or row.expires_at <= clock.now():
        return None
    who = Who(row.person_id, row.device_id, row.site_id, frozenset(row.roles))
    return SignedIn(who, row.session_id, int(row.expires_at.timestamp()))


async def _roles_of(connection: AsyncConnection, who: Who, person_id: UUID) -> list[str]:
    found = await connection.execute(
        select(Person.roles).where(Person.id == person_id, Person.site_id == who.site_id).with_for_update()
    )
    row = found.first()
    if row is None:
        raise NotFound("No such person here")
    return list(row.roles)
