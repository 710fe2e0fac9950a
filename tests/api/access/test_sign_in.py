"""Signing in: badge and PIN on an enrolled device, and the delays that make guessing hopeless."""

import asyncio

import pytest
from sqlalchemy import select, update

from backend.access.people import add_enrolment_code
from backend.access.tables import Device, EnrolmentCode, Person, SessionFamily, SignInFailure
from backend.kernel import clock
from tests.support.floor_app import Floor, assert_problem, sign_in

ENROL = "/api/floor/access/enrol"


async def test_enrolment_code_makes_a_device(floor: Floor) -> None:
    """A code typed in lower case and without its dash enrols a device once; its token signs people in."""
    async with floor.db.transaction() as connection:
        code = await add_enrolment_code(connection, site_id=floor.site)
    client = floor.client()
    typed = {"code": code.lower().replace("-", " "), "name": "Zebra 7"}
    answer = await client.post(ENROL, json=typed)
    assert answer.status_code == 200
    assert answer.json()["site"] == str(floor.site)
    assert_problem(await client.post(ENROL, json=typed), 409, "unusable-code")
    badge = await floor.person("picker")
    assert (await sign_in(client, answer.json()["deviceToken"], badge)).status_code == 200
    async with floor.db.transaction() as connection:
        found = await connection.execute(
            select(Device.name, Device.token_digest).where(Device.site_id == floor.site)
        )
        row = found.one()
        left = (
            await connection.execute(
                select(EnrolmentCode.uses_left).where(EnrolmentCode.site_id == floor.site)
            )
        ).scalar()
    assert (row.name, left) == ("Zebra 7", 0)
    assert answer.json()["deviceToken"].encode() not in row.token_digest


async def test_one_use_enrols_one_of_many(floor: Floor) -> None:
    """Eight devices that try one code at the same moment: one is enrolled, seven are told why not."""
    async with floor.db.transaction() as connection:
        code = await add_enrolment_code(connection, site_id=floor.site)
    client = floor.client()
    tries = [client.post(ENROL, json={"code": code, "name": f"d{n}"}) for n in range(8)]
    statuses = sorted(answer.status_code for answer in await asyncio.gather(*tries))
    assert statuses == [200] + [409] * 7


async def test_code_past_its_time_is_refused(floor: Floor) -> None:
    """An enrolment code stops working when its time is over."""
    async with floor.db.transaction() as connection:
        code = await add_enrolment_code(connection, site_id=floor.site)
        await connection.execute(
            update(EnrolmentCode).where(EnrolmentCode.site_id == floor.site).values(expires_at=clock.now())
        )
    client = floor.client()
    assert_problem(await client.post(ENROL, json={"code": code, "name": "late"}), 409, "unusable-code")


async def test_sign_in_says_who_and_sets_a_strict_cookie(floor: Floor) -> None:
    """A right badge and PIN give a token that works, and a cookie that scripts cannot read and other sites cannot send."""
    badge = await floor.person("picker", "receiver", name="Joost de Vries")
    client = floor.client()
    answer = await sign_in(client, await floor.device(), badge)
    session = answer.json()
    assert session["person"] == {
        "id": str(badge.person),
        "name": "Joost de Vries",
        "language": "en",
        "roles": ["picker", "receiver"],
    }
    assert (session["site"], session["expiresIn"]) == (str(floor.site), 900)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/api/floor/access" in cookie
    assert session["accessToken"] not in answer.headers["set-cookie"]
    me = await client.get(
        "/api/floor/access/me", headers={"authorization": f"Bearer {session['accessToken']}"}
    )
    assert me.json()["person"]["name"] == "Joost de Vries"
    assert me.json()["device"]["name"] == "MC-1"


@pytest.mark.parametrize("wrong", ["badge", "pin", "both"])
async def test_wrong_badge_and_wrong_pin_sound_the_same(floor: Floor, wrong: str) -> None:
    """A stranger cannot learn from the answer which of the two was wrong."""
    badge = await floor.person("picker")
    body = {"deviceToken": await floor.device(), "badge": badge.badge, "pin": badge.pin}
    if wrong in {"badge", "both"}:
        body["badge"] = "B-0000-0"
    if wrong in {"pin", "both"}:
        body["pin"] = "0000"
    client = floor.client()
    answer = await client.post("/api/floor/access/sign-in", json=body)
    told = assert_problem(answer, 401, "wrong-pin")
    assert (told["detail"], told["facts"]) == ("The badge or the PIN is wrong", {"left": 4})
    assert "set-cookie" not in answer.headers


async def test_sixth_wrong_pin_waits_and_a_right_one_too(floor: Floor) -> None:
    """After five wrong PINs even the right one must wait, longer each time, on that device only; the count is in the database."""
    badge, device = await floor.person("picker"), await floor.device()
    client = floor.client()
    for _ in range(5):
        last = assert_problem(await sign_in(client, device, badge, "1111"), 401, "wrong-pin")
    assert last["facts"] == {"left": 0, "seconds": 30}
    locked = await sign_in(client, device, badge)
    told = assert_problem(locked, 429, "sign-in-locked")
    assert 25 <= told["facts"]["seconds"] <= 30
    assert locked.headers["retry-after"] == str(told["facts"]["seconds"])
    assert (await sign_in(client, await floor.device(), badge)).status_code == 200
    await _let_the_lock_pass(floor, badge.badge)
    assert_problem(await sign_in(client, device, badge, "1111"), 401, "wrong-pin")
    longer = assert_problem(await sign_in(client, device, badge), 429, "sign-in-locked")
    assert 55 <= longer["facts"]["seconds"] <= 60
    await _let_the_lock_pass(floor, badge.badge)
    assert (await sign_in(client, device, badge)).status_code == 200
    async with floor.db.transaction() as connection:
        left = await connection.execute(select(SignInFailure).where(SignInFailure.person_id == badge.person))
        assert left.first() is None


async def test_guesses_at_once_are_counted_each(floor: Floor) -> None:
    """Thirty guesses sent at the same moment get five tries, not thirty."""
    badge, device = await floor.person("picker"), await floor.device()
    client = floor.client()
    guesses = [sign_in(client, device, badge, f"{n:04}") for n in range(30)]
    statuses = [answer.status_code for answer in await asyncio.gather(*guesses)]
    assert statuses.count(401) == 5
    assert statuses.count(429) == 25


async def test_supervisor_unlocks(floor: Floor) -> None:
    """A supervisor's unlock lets the person in at once; a picker may not unlock anyone."""
    badge, device = await floor.person("picker"), await floor.device()
    supervisor = await floor.signed_in("supervisor")
    picker = await floor.signed_in("picker")
    unlock = f"/api/floor/access/people/{badge.person}/unlock"
    client = floor.client()
    for _ in range(5):
        await sign_in(client, device, badge, "1111")
    listed = (await supervisor.client.get("/api/floor/access/people")).json()
    assert next(person for person in listed if person["id"] == str(badge.person))["lockedUntil"]
    assert_problem(await picker.client.post(unlock), 403, "not-allowed")
    assert_problem(await sign_in(client, device, badge), 429, "sign-in-locked")
    assert (await supervisor.client.post(unlock)).status_code == 204
    assert (await sign_in(client, device, badge)).status_code == 200


async def test_device_that_was_taken_out_signs_nobody_in(floor: Floor) -> None:
    """A revoked device's token is worth nothing, and who was signed in on it is out."""
    supervisor, picker = await floor.signed_in("supervisor"), await floor.signed_in("picker")
    assert_problem(await sign_in(picker.client, "no-such-token", picker.badge), 401, "unknown-device")
    revoke = f"/api/floor/access/devices/{picker.session['device']}/revoke"
    assert (await supervisor.client.post(revoke)).status_code == 204
    assert_problem(await picker.client.get("/api/floor/access/me"), 401, "not-signed-in")
    assert_problem(await picker.client.post("/api/floor/access/refresh"), 401, "session-over")
    assert_problem(await sign_in(picker.client, picker.device, picker.badge), 401, "unknown-device")


async def test_next_person_ends_the_session_before(floor: Floor) -> None:
    """A device has one person at a time: who signs in on it signs the one before out."""
    first = await floor.signed_in("picker")
    second = await floor.signed_in("picker", device=first.device)
    assert_problem(await first.client.post("/api/floor/access/refresh"), 401, "session-over")
    assert (await second.client.get("/api/floor/access/me")).status_code == 200
    async with floor.db.transaction() as connection:
        found = await connection.execute(
            select(SessionFamily.ended_why).where(SessionFamily.person_id == first.badge.person)
        )
        assert found.scalar() == "next person"


async def test_inactive_person_and_person_of_another_site_stay_out(floor: Floor) -> None:
    """Someone who left, or who works elsewhere, cannot sign in here, and the answer does not say why."""
    elsewhere = Floor(floor.app, floor.db)
    stranger, gone = await elsewhere.person("picker"), await floor.person("picker")
    async with floor.db.transaction() as connection:
        await connection.execute(update(Person).where(Person.id == gone.person).values(active=False))
    client = floor.client()
    for badge in (stranger, gone):
        assert_problem(await sign_in(client, await floor.device(), badge), 401, "wrong-pin")


async def _let_the_lock_pass(floor: Floor, badge: str) -> None:
    async with floor.db.transaction() as connection:
        person = select(Person.id).where(Person.badge == badge).scalar_subquery()
        await connection.execute(
            update(SignInFailure).where(SignInFailure.person_id == person).values(locked_until=clock.now())
        )
