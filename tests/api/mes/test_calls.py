"""Calls for help and machine stops: each step once, timers that tell the supervisor, clocks that were forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import text

from backend.floor.mes.calls import escalate
from backend.floor.mes.closing import close_forgotten
from tests.support.shop_floor import ShopFloor, job


async def test_a_call_goes_its_way_once_and_escalates_while_nobody_comes(shop: ShopFloor) -> None:
    """Raised, told to the supervisor after three minutes, acknowledged by one of two, arrived, resolved."""
    order = await shop.release(await shop.item("none"), "1")
    ann, bob = await shop.operator(), await shop.floor.worker("supervisor", name="Bob")
    raised = await ann.done("/mes/calls/raise", {"workCentre": str(order.centres[20]), "kind": "tool"})
    call = {"call": raised["call"]}
    async with shop.floor.db.transaction() as connection:
        assert await escalate(connection) == []
        await connection.execute(
            text("update andon_call set raised_at = raised_at - interval '4 minutes' where id = :id"),
            {"id": raised["call"]},
        )
    for _ in range(2):
        async with shop.floor.db.transaction() as connection:
            await escalate(connection)
    kinds = await shop.floor.scalar(
        "select array_agg(kind) from exception where document_id = :c", c=raised["call"]
    )
    assert kinds == ["call_not_answered"]
    waiting = next(one for one in await ann.get("/mes/calls") if one["id"] == raised["call"])
    assert (waiting["level"], waiting["told"]) == (1, "supervisor")
    assert (await bob.done("/mes/calls/acknowledge", call))["state"] == "acknowledged"
    late = await ann.refused("/mes/calls/acknowledge", call)
    assert (late["type"], late["facts"]) == ("/problems/call-over", {"state": "acknowledged"})
    listed = [one for one in await bob.get("/mes/calls") if one["id"] == raised["call"]]
    assert [(one["acknowledgedBy"], one["state"], one["called"]) for one in listed] == [
        ("Bob", "acknowledged", "supervisor")
    ]
    await bob.done("/mes/calls/arrive", call)
    assert (await bob.done("/mes/calls/resolve", {**call, "resolution": "new bit"}))["state"] == "resolved"
    assert (await bob.refused("/mes/calls/resolve", call))["type"] == "/problems/call-over"
    assert raised["call"] not in {one["id"] for one in await bob.get("/mes/calls")}


async def test_a_machine_stop_stops_every_clock_there(shop: ShopFloor) -> None:
    """Who works at the centre is paused with the reason; the board says stopped; it stands once and runs once."""
    order = await shop.release(await shop.item("none"), "1", steps=((10, "WHEEL-1"),))
    ann, boss = await shop.operator(name="Ann"), await shop.floor.worker("supervisor")
    await ann.done("/mes/jobs/start", job(order))
    centre = {"workCentre": str(order.centres[10])}
    await ann.done("/mes/machine/stop", {**centre, "reason": "breakdown"})
    again = await ann.refused("/mes/machine/stop", {**centre, "reason": "tool"})
    assert again["type"] == "/problems/machine-state"
    document = await ann.get(f"/mes/jobs/{order.steps[10]}")
    assert (document["state"], document["pauseReason"]) == ("paused", "machine:breakdown")
    board = await boss.get("/mes/board")
    cell = next(one for one in board["centres"] if one["code"] == "WHEEL-1")
    assert (cell["state"], cell["reason"]) == ("stopped", "breakdown")
    names = {(one["kind"], one["code"]): one["names"]["nl"] for one in board["reasons"]}
    assert names["stop", "breakdown"] == "Storing"
    await ann.done("/mes/machine/runs", centre)
    assert (await ann.refused("/mes/machine/runs", centre))["type"] == "/problems/machine-state"


async def test_a_clock_left_running_is_closed_at_the_shifts_end_and_asked_about(shop: ShopFloor) -> None:
    """Started yesterday and forgotten: at most a shift is booked, the exception names who; a running one of today stays."""
    order = await shop.release(await shop.item("none"), "9")
    ann, bob = await shop.operator(name="Ann"), await shop.operator(name="Bob")
    rows = await shop.sent(ann, ("job.start", job(order), 26 * 60))
    assert rows[0]["outcome"] == "done"
    await bob.done("/mes/jobs/start", job(order))
    for _ in range(2):
        async with shop.floor.db.transaction() as connection:
            await close_forgotten(connection)
    document = await ann.get(f"/mes/jobs/{order.steps[10]}")
    clocks = {one["name"]: one for one in document["clocks"]}
    assert clocks["Ann"]["kind"] == "off"
    assert 0 < float(clocks["Ann"]["minutes"]) <= 8 * 60
    assert clocks["Bob"]["kind"] == "run"
    asked = await shop.floor.scalar(
        "select jsonb_agg(details) from exception where document_id = :o and kind = 'clock_forgotten'",
        o=order.id,
    )
    assert [one["person"] for one in asked] == ["Ann"]


async def test_shifts_stand_with_every_event(shop: ShopFloor) -> None:
    """The log carries the shift in the site's own time."""
    order = await shop.release(await shop.item("none"), "9")
    ann = await shop.operator()
    await ann.done("/mes/jobs/start", job(order))
    right = await shop.floor.scalar(
        """select shift = case when to_char(captured_at at time zone 'Europe/Amsterdam', 'HH24:MI') >= '22:00'
             or to_char(captured_at at time zone 'Europe/Amsterdam', 'HH24:MI') < '06:00' then 'night'
             when to_char(captured_at at time zone 'Europe/Amsterdam', 'HH24:MI') < '14:00' then 'early' else 'late' end
           from op_event where operation_id = :o""",
        o=order.steps[10],
    )
    assert right is True


async def test_whoever_left_a_clock_running_is_asked_once_and_nothing_is_lost(shop: ShopFloor) -> None:
    """The question names job and times; hours nobody can work are refused; the answer moves the minutes and settles the exception."""
    order = await shop.release(await shop.item("none"), "9")
    ann, bob = await shop.operator(name="Ann"), await shop.operator(name="Bob")
    await shop.sent(ann, ("job.start", job(order), 26 * 60))
    async with shop.floor.db.transaction() as connection:
        await close_forgotten(connection)
    [asked] = await ann.get("/mes/clock-questions")
    assert asked["job"] == f"{order.number}-10"
    assert await bob.get("/mes/clock-questions") == []
    since = datetime.fromisoformat(asked["since"])
    facts = {"exception": asked["exception"]}
    for wrong in (since - timedelta(minutes=1), since + timedelta(hours=17)):
        refused = await ann.refused("/mes/jobs/clock-was", {**facts, "until": wrong.isoformat()})
        assert refused["type"] == "/problems/clock-implausible"
    until = since + timedelta(hours=9, minutes=15)
    told = await ann.done("/mes/jobs/clock-was", {**facts, "until": until.isoformat()})
    assert told["state"] == "paused"
    again = await ann.refused("/mes/jobs/clock-was", facts)
    assert again["type"] == "/problems/clock-answered"
    [clock] = (await ann.get(f"/mes/jobs/{order.steps[10]}"))["clocks"]
    assert (clock["kind"], float(clock["minutes"])) == ("off", 555)
    assert await ann.get("/mes/clock-questions") == []
    row = await shop.floor.scalar("select resolution from exception where id = :e", e=asked["exception"])
    assert row == "clock_corrected"
