"""Sessions: short tokens, a rotating cookie, and what ends them."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select, update

from backend.access.sessions import ended_since
from backend.access.tables import RefreshToken, SessionFamily
from backend.kernel import clock
from tests.support.floor_app import Floor, SignedInClient, assert_problem, sign_in

REFRESH = "/api/floor/access/refresh"
SIGN_OUT = "/api/floor/access/sign-out"
ME = "/api/floor/access/me"
COOKIE = "gemba_refresh"


def _cookie(client: httpx.AsyncClient) -> str:
    return client.cookies[COOKIE]


def _with(client: httpx.AsyncClient, cookie: str) -> None:
    client.cookies.clear()
    client.cookies.set(COOKIE, cookie, domain="gemba.test", path="/api/floor/access")


async def _age(floor: Floor, signed_in: SignedInClient, **columns: timedelta) -> None:
    """Puts moments of a session back."""
    async with floor.db.transaction() as connection:
        person = SessionFamily.person_id == signed_in.badge.person
        values = {name: getattr(SessionFamily, name) - age for name, age in columns.items()}
        await connection.execute(update(SessionFamily).where(person).values(**values))


async def test_refresh_gives_a_new_token_and_a_new_cookie(floor: Floor) -> None:
    """The session goes on with another cookie, and the new access token is good."""
    picker = await floor.signed_in("picker")
    before = _cookie(picker.client)
    answer = await picker.client.post(REFRESH)
    assert answer.status_code == 200
    assert _cookie(picker.client) != before
    assert answer.json()["person"]["id"] == str(picker.badge.person)
    bearer = {"authorization": f"Bearer {answer.json()['accessToken']}"}
    assert (await picker.client.get(ME, headers=bearer)).status_code == 200


async def test_lost_answer_is_forgiven(floor: Floor) -> None:
    """A scanner that never got the answer to its refresh sends the old cookie again and stays signed in."""
    picker = await floor.signed_in("picker")
    old = _cookie(picker.client)
    assert (await picker.client.post(REFRESH)).status_code == 200
    _with(picker.client, old)
    assert (await picker.client.post(REFRESH)).status_code == 200
    assert (await picker.client.post(REFRESH)).status_code == 200


async def test_replayed_refresh_token_ends_the_session_for_both(floor: Floor) -> None:
    """A token that comes back after its successor was used means two parties hold it: both are out, access token included."""
    picker = await floor.signed_in("picker")
    stolen = _cookie(picker.client)
    await picker.client.post(REFRESH)
    await picker.client.post(REFRESH)
    mine = _cookie(picker.client)
    _with(picker.client, stolen)
    told = assert_problem(await picker.client.post(REFRESH), 401, "session-over")
    assert told["facts"] == {"reason": "reused"}
    _with(picker.client, mine)
    assert_problem(await picker.client.post(REFRESH), 401, "session-over")
    async with floor.db.transaction() as connection:
        found = await connection.execute(
            select(SessionFamily.ended_why).where(SessionFamily.person_id == picker.badge.person)
        )
        assert found.scalar() == "token reused"
        assert await ended_since(connection, timedelta(minutes=1))


async def test_old_token_is_not_forgiven_later(floor: Floor) -> None:
    """Half a minute after its use a refresh token is a replay, even if its successor never was used."""
    picker = await floor.signed_in("picker")
    old = _cookie(picker.client)
    await picker.client.post(REFRESH)
    async with floor.db.transaction() as connection:
        await connection.execute(
            update(RefreshToken)
            .where(RefreshToken.used_at.is_not(None))
            .values(used_at=RefreshToken.used_at - timedelta(seconds=31))
        )
    _with(picker.client, old)
    assert (
        assert_problem(await picker.client.post(REFRESH), 401, "session-over")["facts"]["reason"] == "reused"
    )


async def test_two_tabs_refresh_at_once(floor: Floor) -> None:
    """Eight copies of one refresh at the same moment do not throw the person out."""
    picker = await floor.signed_in("picker")
    cookie = {"cookie": f"{COOKIE}={_cookie(picker.client)}"}
    picker.client.cookies.clear()
    answers = await asyncio.gather(*(picker.client.post(REFRESH, headers=cookie) for _ in range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    async with floor.db.transaction() as connection:
        opened = select(func.count()).where(
            SessionFamily.person_id == picker.badge.person, SessionFamily.ended_at.is_(None)
        )
        assert (await connection.execute(opened)).scalar() == 1


@pytest.mark.parametrize(
    ("column", "age"),
    [("used_at", timedelta(hours=12, minutes=1)), ("expires_at", timedelta(hours=16, minutes=1))],
)
async def test_session_ends_by_its_time(floor: Floor, column: str, age: timedelta) -> None:
    """Nobody there for twelve hours, or sixteen since the badge was scanned: the cookie no longer carries on."""
    picker = await floor.signed_in("picker")
    await _age(floor, picker, **{column: age})
    assert assert_problem(await picker.client.post(REFRESH), 401, "session-over")["facts"]["reason"] == "over"


async def test_sign_out_ends_token_and_cookie(floor: Floor) -> None:
    """After signing out neither the access token nor the cookie works; a second sign-out is no error."""
    picker = await floor.signed_in("picker")
    cookie = _cookie(picker.client)
    assert (await picker.client.post(SIGN_OUT)).status_code == 204
    assert COOKIE not in picker.client.cookies
    assert assert_problem(await picker.client.get(ME), 401, "not-signed-in")["facts"]["reason"] == "ended"
    _with(picker.client, cookie)
    assert_problem(await picker.client.post(REFRESH), 401, "session-over")
    assert (await picker.client.post(SIGN_OUT)).status_code == 204


@pytest.mark.parametrize("path", [REFRESH, SIGN_OUT])
@pytest.mark.parametrize("origin", ["https://evil.example", "http://gemba.test.evil.example", "null", None])
async def test_cookie_speaks_only_for_our_own_pages(floor: Floor, path: str, origin: str | None) -> None:
    """A page of another origin, or one that hides its origin, cannot use the cookie; the session stays as it was."""
    picker = await floor.signed_in("picker")
    if origin is None:
        del picker.client.headers["origin"]
    headers = {} if origin is None else {"origin": origin}
    assert_problem(await picker.client.post(path, headers=headers), 403, "foreign-origin")
    assert (await picker.client.post(REFRESH, headers={"origin": "http://gemba.test"})).status_code == 200


async def test_sign_out_everywhere_ends_all_my_devices(floor: Floor) -> None:
    """One person, two devices: both are out, others are not."""
    badge = await floor.person("picker")
    clients = [floor.client(), floor.client()]
    for client in clients:
        session = (await sign_in(client, await floor.device(), badge)).json()
        client.headers["authorization"] = f"Bearer {session['accessToken']}"
    other = await floor.signed_in("picker")
    assert (await clients[0].post("/api/floor/access/sign-out-everywhere")).status_code == 204
    for client in clients:
        assert_problem(await client.get(ME), 401, "not-signed-in")
    assert (await other.client.get(ME)).status_code == 200


async def test_shift_end_signs_out_every_device_of_the_site(floor: Floor) -> None:
    """A supervisor ends all sessions of the site, and none of another site."""
    supervisor, picker = await floor.signed_in("supervisor"), await floor.signed_in("picker")
    elsewhere = await Floor(floor.app, floor.db, clients=floor.clients).signed_in("picker")
    assert_problem(await picker.client.post("/api/floor/access/devices/sign-out"), 403, "not-allowed")
    assert (await supervisor.client.post("/api/floor/access/devices/sign-out")).status_code == 204
    assert_problem(await picker.client.post(REFRESH), 401, "session-over")
    assert (await elsewhere.client.post(REFRESH)).status_code == 200


async def test_other_processes_learn_that_a_session_ended(floor: Floor) -> None:
    """A session ended in the database only (by another process) is refused by this one within seconds."""
    picker = await floor.signed_in("picker")
    async with floor.db.transaction() as connection:
        await connection.execute(
            update(SessionFamily)
            .where(SessionFamily.person_id == picker.badge.person)
            .values(ended_at=clock.now(), ended_why="elsewhere")
        )
    async with asyncio.timeout(60):
        while (await picker.client.get(ME)).status_code == 200:  # nothing tells of another process
            await asyncio.sleep(0.2)
    assert_problem(await picker.client.get(ME), 401, "not-signed-in")


async def test_ticket_is_for_one_socket(floor: Floor) -> None:
    """A ticket names its person once; the second use and one past its time name nobody."""
    from backend.access.commands import TICKET, use_ticket
    from backend.access.tables import SocketTicket

    picker = await floor.signed_in("picker")
    first, second = [(await picker.client.post("/api/floor/access/tickets")).json() for _ in range(2)]
    assert first["expiresIn"] == 30
    async with floor.db.transaction() as connection:
        await connection.execute(update(SocketTicket).values(expires_at=SocketTicket.expires_at - TICKET))
        assert await use_ticket(connection, first["ticket"]) is None
        await connection.execute(update(SocketTicket).values(expires_at=SocketTicket.expires_at + TICKET))
        found = await use_ticket(connection, second["ticket"])
        assert found is not None
        assert found.who.person_id == picker.badge.person
        assert found.who.roles == {"picker"}
        assert await use_ticket(connection, second["ticket"]) is None
