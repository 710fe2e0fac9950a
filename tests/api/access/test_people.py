"""What supervisors and admins do about people and devices."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from backend.access.tables import Person
from tests.support.floor_app import Badge, Floor, assert_problem, sign_in

PEOPLE = "/api/floor/access/people"
HEALTH = "/api/floor/access/devices/health"
NEW = {"badge": "", "name": "Mila", "pin": "13579", "roles": ["picker"], "language": "nl"}


def _new(**changed: object) -> dict[str, object]:
    return NEW | {"badge": f"B-{uuid4().hex[:10]}"} | changed


async def test_added_person_signs_in_and_is_listed(floor: Floor) -> None:
    """A supervisor adds a picker, who can sign in at once; the PIN is stored as argon2id and never told."""
    supervisor = await floor.signed_in("supervisor")
    body = _new()
    answer = await supervisor.client.post(PEOPLE, json=body)
    assert answer.status_code == 201
    badge = Badge(answer.json()["id"], str(body["badge"]), "13579")
    assert (await sign_in(floor.client(), await floor.device(), badge)).status_code == 200
    listed = (await supervisor.client.get(PEOPLE)).json()
    mila = next(person for person in listed if person["name"] == "Mila")
    assert mila["active"]
    assert len(mila["devices"]) == 1
    assert len(listed) == 2
    async with floor.db.transaction() as connection:
        stored = (
            await connection.execute(select(Person.pin_hash).where(Person.badge == body["badge"]))
        ).scalar()
    assert stored is not None
    assert stored.startswith("$argon2id$")
    assert "pin" not in str(listed).lower()


@pytest.mark.parametrize("pin", ["123", "12345678901234", "12a4", "١٢٣٤", ""])
async def test_unusable_pins_are_refused(floor: Floor, pin: str) -> None:
    """A PIN that is too short, too long or not plain digits is refused, and nobody is added."""
    supervisor = await floor.signed_in("supervisor")
    body = _new(pin=pin)
    assert_problem(await supervisor.client.post(PEOPLE, json=body), 400, "bad-request")
    async with floor.db.transaction() as connection:
        assert (await connection.execute(select(Person).where(Person.badge == body["badge"]))).first() is None


async def test_taken_badge_is_refused(floor: Floor) -> None:
    """Two people cannot carry one badge."""
    supervisor = await floor.signed_in("supervisor")
    told = await supervisor.client.post(PEOPLE, json=_new(badge=supervisor.badge.badge))
    assert_problem(told, 409, "badge-taken")


async def test_only_an_admin_makes_supervisors(floor: Floor) -> None:
    """A supervisor can neither make a supervisor nor change an admin; an admin can do both."""
    supervisor, admin = await floor.signed_in("supervisor"), await floor.signed_in("admin")
    picker = await floor.person("picker")
    assert_problem(await supervisor.client.post(PEOPLE, json=_new(roles=["admin"])), 403, "not-allowed")
    raised = {"roles": ["supervisor"]}
    assert_problem(
        await supervisor.client.patch(f"{PEOPLE}/{picker.person}", json=raised), 403, "not-allowed"
    )
    pin = {"pin": "0000"}
    assert_problem(
        await supervisor.client.patch(f"{PEOPLE}/{admin.badge.person}", json=pin), 403, "not-allowed"
    )
    assert (await admin.client.patch(f"{PEOPLE}/{picker.person}", json=raised)).status_code == 204


@pytest.mark.parametrize("change", [{"roles": ["receiver"]}, {"pin": "8642"}, {"active": False}])
async def test_change_that_matters_signs_the_person_out(floor: Floor, change: dict[str, object]) -> None:
    """New roles, a new PIN or leaving ends the person's sessions at once; a new name does not."""
    supervisor, picker = await floor.signed_in("supervisor"), await floor.signed_in("picker")
    path = f"{PEOPLE}/{picker.badge.person}"
    assert (await supervisor.client.patch(path, json={"name": "Anna"})).status_code == 204
    assert (await picker.client.get("/api/floor/access/me")).json()["person"]["name"] == "Anna"
    assert (await supervisor.client.patch(path, json=change)).status_code == 204
    assert_problem(await picker.client.get("/api/floor/access/me"), 401, "not-signed-in")
    assert_problem(await picker.client.post("/api/floor/access/refresh"), 401, "session-over")


async def test_people_of_another_site_are_out_of_reach(floor: Floor) -> None:
    """A supervisor neither sees nor changes nor signs out anyone of another site."""
    supervisor = await floor.signed_in("supervisor")
    stranger = await Floor(floor.app, floor.db, clients=floor.clients).signed_in("picker")
    path = f"{PEOPLE}/{stranger.badge.person}"
    assert_problem(await supervisor.client.patch(path, json={"active": False}), 404, "not-found")
    assert_problem(await supervisor.client.post(f"{path}/sign-out"), 404, "not-found")
    assert_problem(await supervisor.client.post(f"{path}/unlock"), 404, "not-found")
    revoke = f"/api/floor/access/devices/{stranger.session['device']}/revoke"
    assert_problem(await supervisor.client.post(revoke), 404, "not-found")
    assert len((await supervisor.client.get(PEOPLE)).json()) == 1
    assert (await stranger.client.get("/api/floor/access/me")).status_code == 200


async def test_supervisor_signs_a_person_out(floor: Floor) -> None:
    """A person who forgot to sign out can be signed out from the office."""
    supervisor, picker = await floor.signed_in("supervisor"), await floor.signed_in("picker")
    assert (await supervisor.client.post(f"{PEOPLE}/{picker.badge.person}/sign-out")).status_code == 204
    assert_problem(await picker.client.post("/api/floor/access/refresh"), 401, "session-over")


async def test_enrolment_code_made_by_a_supervisor_works(floor: Floor) -> None:
    """The code shown to the supervisor enrols as many devices as it has uses, and they are in the list."""
    supervisor = await floor.signed_in("supervisor")
    made = await supervisor.client.post("/api/floor/access/enrolment-codes", json={"uses": 2, "minutes": 5})
    assert made.status_code == 201
    code, client = made.json()["code"], floor.client()
    enrolled = [
        (await client.post("/api/floor/access/enrol", json={"code": code, "name": f"Z{n}"})).status_code
        for n in range(3)
    ]
    assert enrolled == [200, 200, 409]
    names = [device["name"] for device in (await supervisor.client.get("/api/floor/access/devices")).json()]
    assert names == ["MC-1", "Z0", "Z1"]


@pytest.mark.parametrize(
    "body", [{"uses": 0}, {"uses": 501}, {"minutes": 0}, {"minutes": 99999}, {"uses": "2"}]
)
async def test_enrolment_codes_have_bounds(floor: Floor, body: dict[str, object]) -> None:
    """A code for nobody, for everybody or for ever is refused."""
    supervisor = await floor.signed_in("supervisor")
    answer = await supervisor.client.post("/api/floor/access/enrolment-codes", json=body)
    assert_problem(answer, 400, "bad-request")


async def test_a_device_says_how_it_is_and_the_board_shows_the_newest_word(floor: Floor) -> None:
    """A supervisor reads battery, queue and speed of the device that told them; a later word replaces the earlier one."""
    picker, supervisor = await floor.signed_in("picker"), await floor.signed_in("supervisor")
    said = {
        "battery": 9,
        "charging": False,
        "waiting": 14,
        "oldestSeconds": 7200,
        "scanMs": 84,
        "network": "wifi",
    }
    for battery in (40, 9):
        told = await picker.client.post(HEALTH, json=said | {"battery": battery})
        assert told.status_code == 204, told.text
    board = (await supervisor.client.get("/api/floor/trace/board")).json()
    [device] = [one for one in board["devices"] if one["id"] == picker.session["device"]]
    assert device["health"] == said | {"held": 0, "appVersion": ""}
    assert device["seenAt"] is not None


@pytest.mark.parametrize(
    "wrong", [{"battery": 101}, {"waiting": -1}, {"network": "x" * 21}, {"scanMs": "fast"}, {"secret": 1}]
)
async def test_a_device_cannot_say_what_is_no_health(floor: Floor, wrong: dict[str, object]) -> None:
    """What a device tells of itself has bounds like all input."""
    picker = await floor.signed_in("picker")
    assert_problem(await picker.client.post(HEALTH, json=wrong), 400, "bad-request")
