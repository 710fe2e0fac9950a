"""Signing in and out, and what a supervisor does about people and devices: /api/floor/access."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, Router, get, patch, post

from backend.access import commands, cookie, queries, rules, schemas, sessions
from backend.access.gate import Gate
from backend.access.guards import public, requires
from backend.access.people import add_enrolment_code
from backend.access.roles import ADMIN, SUPERVISOR
from backend.access.tables import SessionFamily
from backend.access.tokens import ACCESS_SECONDS, SignedIn
from backend.kernel import clock
from backend.kernel.commands import Who
from backend.kernel.db import Database
from backend.kernel.settings import Settings

_SUPERVISORS: Final = [requires(SUPERVISOR, ADMIN)]

SignedInRequest = Request[Who, SignedIn, Any]


@post(
    "/enrol", operation_id="enrol", opt=public("a device has no token before it is enrolled"), status_code=200
)
async def enrol(db: Database, data: schemas.Enrol) -> schemas.Enrolled:
    """Makes this browser a device of a site, by a code from a supervisor."""
    async with db.transaction() as connection:
        return await commands.enrol(connection, data)


@post("/sign-in", operation_id="signIn", opt=public("nobody has a token before this"), status_code=200)
async def sign_in(
    db: Database, gate: Gate, settings: Settings, data: schemas.SignIn
) -> Response[schemas.Session]:
    """Badge and PIN on an enrolled device. The refresh token comes as a cookie."""
    opened = await sessions.sign_in(db, gate.pins, data)
    return _session(gate, settings, opened)


@post("/refresh", operation_id="refresh", opt=public("the cookie is what is checked"), status_code=200)
async def refresh(
    request: Request[Any, Any, Any], db: Database, gate: Gate, settings: Settings
) -> Response[schemas.Session]:
    """A new access token for the session of the cookie, which is exchanged too."""
    token = cookie.own_cookie(request, settings)
    opened = await sessions.refresh(db, token or "")
    return _session(gate, settings, opened)


@post("/sign-out", operation_id="signOut", opt=public("the cookie is what is checked"), status_code=204)
async def sign_out(
    request: Request[Any, Any, Any], db: Database, gate: Gate, settings: Settings
) -> Response[None]:
    """Ends the session of the cookie and takes the cookie away. Signing out twice is no error."""
    token = cookie.own_cookie(request, settings)
    if token:
        gate.end(await sessions.end_by_refresh(db, token))
    return Response(None, status_code=204, cookies=[cookie.no_cookie(settings)])


@post("/sign-out-everywhere", operation_id="signOutEverywhere", guards=[requires()], status_code=204)
async def sign_out_everywhere(db: Database, gate: Gate, who: Who, settings: Settings) -> Response[None]:
    """Ends all my sessions, on every device."""
    async with db.transaction() as connection:
        ended = await commands.sign_out_everywhere(
            connection, who, who.person_id, why="signed out everywhere"
        )
    gate.end(ended)
    return Response(None, status_code=204, cookies=[cookie.no_cookie(settings)])


@get("/me", operation_id="me", guards=[requires()])
async def me(request: SignedInRequest, db: Database) -> schemas.Me:
    """Who is signed in, on which device."""
    async with db.transaction() as connection:
        return await queries.me(connection, request.auth)


@post("/tickets", operation_id="issueTicket", guards=[requires()], status_code=200)
async def issue_ticket(request: SignedInRequest, db: Database) -> schemas.Ticket:
    """A single-use ticket for the live WebSocket."""
    async with db.transaction() as connection:
        ticket = await commands.issue_ticket(connection, request.auth)
    return schemas.Ticket(ticket=ticket, expires_in=int(commands.TICKET.total_seconds()))


@get("/people", operation_id="listPeople", guards=_SUPERVISORS)
async def list_people(db: Database, who: Who) -> list[schemas.PersonListed]:
    """Everyone of my site."""
    async with db.transaction() as connection:
        return await queries.people(connection, who.site_id)


@post("/people", operation_id="addPerson", guards=_SUPERVISORS, status_code=201)
async def add_person(db: Database, gate: Gate, who: Who, data: schemas.AddPerson) -> schemas.PersonTold:
    """Adds a person to my site."""
    async with db.transaction() as connection:
        person = await commands.register_person(connection, gate.pins, who, data)
    return schemas.PersonTold(
        id=person, name=data.name, language=data.language, roles=sorted(set(data.roles))
    )


@patch("/people/{person:uuid}", operation_id="changePerson", guards=_SUPERVISORS, status_code=204)
async def change_person(db: Database, gate: Gate, who: Who, person: UUID, data: schemas.ChangePerson) -> None:
    """Changes a person's name, language, roles or PIN, or takes the person out."""
    async with db.transaction() as connection:
        ended = await commands.change_person(connection, gate.pins, who, person, data)
    gate.end(ended)


@post("/people/{person:uuid}/unlock", operation_id="unlockPerson", guards=_SUPERVISORS, status_code=204)
async def unlock_person(db: Database, who: Who, person: UUID) -> None:
    """Lets a person who typed too many wrong PINs try again at once."""
    async with db.transaction() as connection:
        await commands.unlock_person(connection, who, person)


@post("/people/{person:uuid}/sign-out", operation_id="signOutPerson", guards=_SUPERVISORS, status_code=204)
async def sign_out_person(db: Database, gate: Gate, who: Who, person: UUID) -> None:
    """Ends all sessions of a person."""
    async with db.transaction() as connection:
        ended = await commands.sign_out_everywhere(connection, who, person, why="signed out by a supervisor")
    gate.end(ended)


@get("/devices", operation_id="listDevices", guards=_SUPERVISORS)
async def list_devices(db: Database, who: Who) -> list[schemas.DeviceTold]:
    """All devices of my site."""
    async with db.transaction() as connection:
        return await queries.devices(connection, who.site_id)


@post("/devices/health", operation_id="tellHealth", guards=[requires()], status_code=204)
async def tell_health(db: Database, who: Who, data: schemas.DeviceHealth) -> None:
    """How this device is; the newest word counts, and nothing is kept of earlier ones."""
    async with db.transaction() as connection:
        await commands.note_health(connection, who, data)


@post("/devices/sign-out", operation_id="signOutAllDevices", guards=_SUPERVISORS, status_code=204)
async def sign_out_all_devices(db: Database, gate: Gate, who: Who) -> None:
    """Shift end: ends every session on every device of my site, my own included."""
    async with db.transaction() as connection:
        here = SessionFamily.device_id.in_(queries.device_ids(who.site_id))
        ended = await sessions.end_sessions(connection, here, why="all devices signed out")
    gate.end(ended)


@post("/devices/{device:uuid}/revoke", operation_id="revokeDevice", guards=_SUPERVISORS, status_code=204)
async def revoke_device(db: Database, gate: Gate, who: Who, device: UUID) -> None:
    """Takes a lost or retired device out."""
    async with db.transaction() as connection:
        ended = await commands.revoke_device(connection, who, device)
    gate.end(ended)


@post("/enrolment-codes", operation_id="makeEnrolmentCode", guards=_SUPERVISORS, status_code=201)
async def make_enrolment_code(
    db: Database, who: Who, data: schemas.MakeEnrolmentCode
) -> schemas.EnrolmentCodeMade:
    """A code to enrol devices with, shown once."""
    valid = timedelta(minutes=data.minutes)
    expires_at = clock.now() + valid
    async with db.transaction() as connection:
        code = await add_enrolment_code(
            connection, site_id=who.site_id, uses=data.uses, valid=valid, created_by=who.person_id
        )
    return schemas.EnrolmentCodeMade(code=code, uses=data.uses, expires_at=expires_at)


def _session(gate: Gate, settings: Settings, opened: sessions.Opened) -> Response[schemas.Session]:
    who = opened.who
    told = schemas.Session(
        access_token=gate.tokens.issue(who, opened.session_id),
        expires_in=ACCESS_SECONDS,
        idle_lock_seconds=int(rules.IDLE_LOCK.total_seconds()),
        person=schemas.PersonTold(
            id=who.person_id, name=opened.name, language=opened.language, roles=sorted(who.roles)
        ),
        device=opened.device_id,
        site=who.site_id,
    )
    return Response(told, status_code=200, cookies=[cookie.refresh_cookie(settings, opened)])


router = Router(
    "/access",
    route_handlers=[
        enrol,
        sign_in,
        refresh,
        sign_out,
        sign_out_everywhere,
        me,
        issue_ticket,
        list_people,
        add_person,
        change_person,
        unlock_person,
        sign_out_person,
        list_devices,
        tell_health,
        sign_out_all_devices,
        revoke_device,
        make_enrolment_code,
    ],
    tags=["access"],
)
