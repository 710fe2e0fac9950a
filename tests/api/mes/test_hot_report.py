"""The one statement and the careful way leave the same rows behind."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from backend.floor.mes import hot
from backend.floor.mes.report import report_job
from backend.floor.mes.schemas import ReportJob
from backend.kernel import clock
from backend.kernel.commands import Command, once
from backend.kernel.ids import new_id
from tests.support.shop_floor import Order, ShopFloor, job


async def rows(shop: ShopFloor, order: Order) -> dict[str, Any]:
    """What a report writes, without ids, times and minutes."""
    queries = {
        "operations": """select operation, good, scrap, rework, came_in, state, pause_reason, version from operation
            where work_order_id = :o order by operation""",
        "events": """select kind, good, scrap, rework, mended, reason, data, shift, undoes_id, captured_at = (
            select last_at from operation where id = operation_id) as newest from op_event
            where operation_id in (select id from operation where work_order_id = :o) order by captured_at""",
        "clocks": "select kind, told > 0 as told, worked from op_clock where operation_id in (select id from operation where work_order_id = :o)",
        "messages": """select type, data - '{number,reportId,at,minutes,person}'::text[] as data from outbox
            where document = 'work/' || :n order by seq""",
        "commands": """select type, outcome, answer - 'operation' as answer from command where type = 'job.report'
            and answer ->> 'operation' in (select id::text from operation where work_order_id = :o)""",
    }
    async with shop.floor.db.transaction() as connection:
        found = {}
        for name, query in queries.items():
            facts = {
                key: value for key, value in (("o", order.id), ("n", order.number)) if f":{key}" in query
            }
            found[name] = [dict(row) for row in (await connection.execute(text(query), facts)).mappings()]
        return found


async def test_one_statement_books_what_the_careful_way_books(shop: ShopFloor) -> None:
    """Operation, next step, log, clock, message and key are the same but for ids and times."""
    sku = await shop.item("none")
    plain, careful = await shop.release(sku, "5"), await shop.release(sku, "5")
    ann, bob = await shop.operator(), await shop.operator()
    await ann.done("/mes/jobs/start", job(plain))
    await bob.done("/mes/jobs/start", job(careful))
    told = await ann.done("/mes/jobs/report", {**job(plain), "good": "3", "rework": "1"})
    facts = ReportJob(operation=careful.steps[10], good=Decimal(3), rework=Decimal(1))
    command = Command(new_id(), "job.report", facts, bob.who, clock.now())
    outcome = await once(shop.floor.db, command, report_job)
    assert outcome.answer is not None
    assert {**outcome.answer, "operation": told["operation"], "serials": []} == told
    assert await rows(shop, plain) == await rows(shop, careful)


async def test_the_plain_case_never_goes_the_careful_way(
    shop: ShopFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Booked though the careful way is shut; a copy is replayed, and the key stands for no other facts."""
    monkeypatch.setattr(hot, "report_job", None)
    order = await shop.release(await shop.item("none"), "5")
    ann, key = await shop.operator(), new_id()
    await ann.done("/mes/jobs/start", job(order))
    first = await ann.post("/mes/jobs/report", {**job(order), "good": "2"}, key=key)
    again = await ann.post("/mes/jobs/report", {**job(order), "good": "2"}, key=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["gemba-replayed"] == "true"
    other = await ann.post("/mes/jobs/report", {**job(order), "good": "1"}, key=key)
    assert other.status_code == 422
    good = await shop.floor.scalar("select good from operation where id = :o", o=order.steps[10])
    assert good == 2
