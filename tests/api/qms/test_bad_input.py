"""What is wrong gets a clear answer, and nothing that was read is lost."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from backend.kernel import clock
from backend.kernel.ids import new_id
from tests.support.demo_floor import DemoFloor
from tests.support.inspection import HUB, Inspector, arrived


async def exceptions(demo: DemoFloor, lot: UUID) -> list[str]:
    """The kinds of exceptions raised about a lot, in their order."""
    async with demo.db.transaction() as connection:
        rows = await connection.exec_driver_sql(
            "select kind from exception where document_id = $1 order by raised_at", (lot,)
        )
        return [row.kind for row in rows]


async def overdue(demo: DemoFloor) -> str:
    """A caliper whose calibration ran out."""
    return str(await demo.scalar("select id from gauge where code = 'CAL-11'"))


CANNOT_BE: tuple[tuple[int, int, str, dict[str, Any], str], ...] = (
    (1, 1, "895", {}, "implausible-reading"),
    (1, 1, "-3", {}, "implausible-reading"),
    (1, 1, "895", {"again": "896"}, "implausible-reading"),
    (1, 1, "8.951", {}, "not-a-reading"),
    (4, 1, "0.5", {}, "not-a-reading"),
    (5, 1, "2", {}, "not-a-reading"),
    (1, 6, "8.95", {}, "no-such-feature"),
    (9, 1, "8.95", {}, "no-such-feature"),
    (1, 1, "8.95", {"gauge": None}, "gauge-missing"),
    (1, 1, "8.95", {"gauge": str(new_id())}, "gauge-unfit"),
    (1, 1, "8.95", {"supersedes": str(new_id()), "reason": "typo"}, "no-such-feature"),
)


async def test_readings_that_cannot_be_are_refused(demo: DemoFloor) -> None:
    """Each with its own answer; the lot stays as it was."""
    lot = await arrived(demo)
    inspector = await Inspector.of(demo, lot)
    nowhere = {"number": 9, "ofClass": "minor", "gaugeType": None, "kind": "count"}
    inspector.document["characteristics"].append(nowhere)
    told = []
    for feature, sample, value, more, _ in CANNOT_BE:
        answer = await inspector.read(feature, sample, value, **more)
        told.append((answer.status_code, answer.json()["type"]))
    assert told == [(409, f"/problems/{slug}") for *_, slug in CANNOT_BE]
    assert await demo.scalar("select count(*) from inspection_reading where inspection_id = :l", l=lot) == 0
    assert await demo.scalar("select state from inspection_lot where id = :l", l=lot) == "pending"


async def test_an_odd_reading_entered_twice_is_taken(demo: DemoFloor) -> None:
    """What is really so odd is a fact: it is booked, and does not conform."""
    inspector = await Inspector.of(demo, await arrived(demo))
    answer = await inspector.read(1, 1, "895", again="895")
    assert (answer.status_code, answer.json()["conforms"]) == (200, False)


async def test_an_overdue_gauge_blocks_and_the_value_is_kept(demo: DemoFloor) -> None:
    """The reading is refused, what was read stands in an exception; overdue is told by the day it was read."""
    lot = await arrived(demo)
    inspector = await Inspector.of(demo, lot)
    answer = await inspector.read(2, 1, "100.1", gauge=await overdue(demo))
    assert answer.json()["type"] == "/problems/gauge-overdue"
    assert await exceptions(demo, lot) == ["reading_refused"]
    kept = await demo.scalar("select details ->> 'value' from exception where document_id = :l", l=lot)
    assert kept == "100.1"
    before_it_ran_out = (clock.now() - timedelta(days=8)).isoformat()
    sent = {
        "id": str(new_id()), "type": "quality.read", "task": None, "schema": 1,
        "clientTs": before_it_ran_out, "sentTs": clock.now().isoformat(),
        "payload": inspector.body(2, 1, "100.1", gauge=await overdue(demo)),
    }  # fmt: skip
    told = (await inspector.worker.client.post("/api/floor/commands", json={"commands": [sent]})).json()
    assert told["results"][0]["outcome"] == "done", told


async def test_a_reading_after_the_decision_is_kept_and_changes_nothing(demo: DemoFloor) -> None:
    """It is booked as late, a supervisor sees it, and the verdict stays what it was."""
    lot = await arrived(demo)
    inspector = await Inspector.of(demo, lot)
    await inspector.read_all()
    assert (await inspector.decide("accept", {"release": "200"})).status_code == 200
    answer = await inspector.read(1, 1, "8.80")
    assert (answer.status_code, answer.json()["late"], answer.json()["verdict"]) == (200, True, "accept")
    assert await exceptions(demo, lot) == ["reading_after_decision"]
    assert await demo.scalar("select state from inspection_lot where id = :l", l=lot) == "accepted"


DOES_NOT_FOLLOW: tuple[tuple[str, dict[str, str], str], ...] = (
    ("accept", {"release": "200"}, "verdict-differs"),
    ("reject", {"return": "199"}, "allocation-differs"),
    ("reject", {"return": "201"}, "allocation-differs"),
    ("reject", {"scrap": "99.5", "return": "100.5"}, "allocation-differs"),
    ("reject", {"release": "200"}, "not-releasable"),
    ("reject", {"concession": "200"}, "not-allowed"),
)


async def test_decisions_that_do_not_follow_are_refused(demo: DemoFloor) -> None:
    """The verdict is derived, every unit has a place, what is not accepted is not released; nothing moves, a difference is seen."""
    lot = await arrived(demo)
    inspector = await Inspector.of(demo, lot)
    await inspector.read(1, 1, "8.80")
    told = [
        (await inspector.decide(verdict, allocated)).json()["type"]
        for verdict, allocated, _ in DOES_NOT_FOLLOW
    ]
    assert told == [f"/problems/{slug}" for *_, slug in DOES_NOT_FOLLOW]
    assert await demo.scalar("select count(*) from stock_move where document_id = :l", l=lot) == 0
    assert await exceptions(demo, lot) == ["verdict_differs"]


async def test_an_open_lot_is_not_decided_and_a_decided_one_not_twice(demo: DemoFloor) -> None:
    """Readings that are missing are named; the second decision hears that the first stands."""
    inspector = await Inspector.of(demo, await arrived(demo))
    assert (await inspector.decide("accept", {"release": "200"})).json()[
        "type"
    ] == "/problems/inspection-open"
    await inspector.read_all()
    assert (await inspector.decide("accept", {"release": "200"})).status_code == 200
    second = await inspector.decide("accept", {"release": "200"})
    assert (second.json()["type"], second.json()["facts"]["state"]) == (
        "/problems/inspection-over",
        "accepted",
    )


async def test_the_device_may_not_judge_otherwise_in_silence(demo: DemoFloor) -> None:
    """A device that calls a bad value good is booked right, and the difference is on the supervisor's list."""
    lot = await arrived(demo)
    inspector = await Inspector.of(demo, lot)
    answer = await inspector.read(1, 1, "8.80", judged=True)
    assert answer.json()["conforms"] is False
    assert await exceptions(demo, lot) == ["judgement_differs"]


async def test_only_inspectors_read_and_nobody_changes_what_was_read(demo: DemoFloor) -> None:
    """A picker is refused by role; the books refuse a change of a reading to everyone."""
    lot = await arrived(demo, HUB)
    inspector = await Inspector.of(demo, lot)
    picker = await demo.worker("picker")
    assert (await picker.post("/quality/read", inspector.body(1, 1))).status_code == 403
    assert (await inspector.read(1, 1)).status_code == 200
    with pytest.raises(Exception, match="append-only"):
        async with demo.db.transaction() as connection:
            await connection.exec_driver_sql("update inspection_reading set value = 1")
