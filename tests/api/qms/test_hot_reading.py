"""The one statement and the careful way leave the same rows behind."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.floor.qms import hot
from backend.floor.qms.readings import take_reading
from backend.floor.qms.schemas import TakeReading
from backend.kernel import clock
from backend.kernel.commands import Command, once
from backend.kernel.ids import new_id
from tests.support.demo_floor import DemoFloor
from tests.support.inspection import Inspector, arrived

READ = (((1, 1), None), ((1, 2), "9.10"), ((2, 1), None), ((5, 1), "1"))


async def rows(demo: DemoFloor, lot: UUID) -> dict[str, Any]:
    """What readings write, without ids and times."""
    queries = {
        "lot": "select state, verdict, version from inspection_lot where id = :l",
        "readings": """select characteristic, sample, value, conforms, gauge_id, photo_id, supersedes_id, reason, late,
            device_id is null as bare from inspection_reading where inspection_id = :l order by id""",
        "commands": """select type, outcome, answer - 'reading' as answer from command where id in
            (select id from inspection_reading where inspection_id = :l) order by id""",
    }
    async with demo.db.transaction() as connection:
        return {
            name: [dict(row) for row in (await connection.execute(text(query), {"l": lot})).mappings()]
            for name, query in queries.items()
        }


async def test_one_statement_books_what_the_careful_way_books(demo: DemoFloor) -> None:
    """Lot, readings and keys are the same but for ids and times, good readings and bad ones."""
    plain, careful = await arrived(demo), await arrived(demo)
    inspector, other = await Inspector.of(demo, plain), await Inspector.of(demo, careful)
    for (feature, sample), value in READ:
        told = await inspector.read(feature, sample, value)
        assert told.status_code == 200, told.text
        body = other.body(feature, sample, value)
        facts = TakeReading(
            lot=careful, characteristic=feature, sample=sample, value=Decimal(body["value"]),
            gauge=body["gauge"] and UUID(body["gauge"]),
        )  # fmt: skip
        command = Command(new_id(), "quality.read", facts, other.worker.who, clock.now())
        outcome = await once(demo.db, command, take_reading)
        assert outcome.answer is not None
        assert {**outcome.answer, "reading": told.json()["reading"]} == told.json()
    assert await rows(demo, plain) == await rows(demo, careful)


async def test_the_plain_case_never_goes_the_careful_way(
    demo: DemoFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Booked though the careful way is shut, one statement each once the lot is known; a picture that grew old is looked at anew."""
    monkeypatch.setattr(hot, "take_reading", None)
    lot = await arrived(demo)
    inspector, key = await Inspector.of(demo, lot), new_id()
    first = await inspector.read(1, 1, key=key)
    again = await inspector.read(1, 1, key=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["gemba-replayed"] == "true"
    assert again.json() == first.json()
    sent = demo.db.driver.sent
    assert [(await inspector.read(2, sample)).status_code for sample in (1, 2, 3)] == [200] * 3
    assert demo.db.driver.sent - sent == 3
    async with demo.db.transaction() as connection:
        await connection.execute(
            text("update inspection_lot set version = version + 1 where id = :l"), {"l": lot}
        )
    assert (await inspector.read(2, 4)).status_code == 200
    assert await demo.scalar("select count(*) from inspection_reading where inspection_id = :l", l=lot) == 5
