"""What every machine does this moment, and its effectiveness of the shift so far."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import text

from backend.floor.mes import machines_now, upsert_shifts
from backend.kernel import clock
from backend.kernel.ids import new_id
from tests.support.shop_floor import ShopFloor, job

CENTRE = "PAINT-1"


async def test_a_machines_minutes_of_this_shift_are_told_once_however_many_work_there(
    shop: ShopFloor,
) -> None:
    """Two clocks side by side run one machine; setup, stops and what was undone are told apart; the board shows the same."""
    order = await shop.release(await shop.item("none"), "9", steps=((10, CENTRE), (20, "TEST-1")))
    ann, bob = await shop.operator(name="Ann"), await shop.operator(name="Bob")
    ids, reason = job(order), {"reason": "break"}
    scrap = [{"quantity": "1", "reason": "damaged"}]
    steps = (
        (ann, "job.setup", ids, 70), (ann, "job.start", ids, 60), (bob, "job.start", ids, 50),
        (bob, "job.report", {**ids, "good": "2", "scrap": scrap}, 45), (ann, "job.pause", {**ids, **reason}, 30),
        (bob, "job.pause", {**ids, **reason}, 20), (ann, "job.start", ids, 10),
    )  # fmt: skip
    for who, kind, facts, ago in steps:
        [row] = await shop.sent(who, (kind, facts, ago))
        assert row["outcome"] == "done", row
    local = clock.now().astimezone(ZoneInfo("Europe/Amsterdam"))
    begins, ends = (f"{local + timedelta(minutes=by):%H:%M}" for by in (-120, 120))
    async with shop.floor.db.transaction() as connection, connection.begin_nested() as again:
        await connection.execute(text("delete from shift"))
        await upsert_shifts(connection, shop.floor.site, [("now", begins, ends)])
        [cell] = [one for one in await machines_now(connection, shop.floor.site) if one.code == CENTRE]
        await again.rollback()
    assert (cell.state, cell.people, cell.number) == ("running", ["Ann"], f"{order.number}-10")
    assert cell.since is not None
    assert abs(clock.now() - cell.since - timedelta(minutes=10)) < timedelta(minutes=1)
    told = cell.oee
    assert told is not None
    near = [round(one) for one in (told.setup, told.stopped)]
    assert (near, 50 <= told.run < 53, 120 <= told.planned < 123) == ([10, 0], True, True)
    assert told.quality == Decimal("0.6667")
    assert told.effectiveness == (36 / told.run).quantize(Decimal("0.0001"))
    assert told.oee == (24 / told.planned).quantize(Decimal("0.0001"))
    boss = await shop.floor.worker("supervisor")
    [shown] = [one for one in (await boss.get("/mes/board"))["centres"] if one["code"] == CENTRE]
    assert (shown["state"], shown["number"]) == ("running", cell.number)


async def test_a_photo_of_a_scrapped_piece_finds_somebody_to_look_at_it(shop: ShopFloor) -> None:
    """The supervisor's list has it with its photo, job, quantity and reason; scrap without one asks nobody."""
    order = await shop.release(await shop.item("none"), "9")
    ann = await shop.operator()
    await ann.done("/mes/jobs/start", job(order))
    photo = str(new_id())
    plain = {"quantity": "2", "reason": "surface"}
    shown = {"quantity": "1", "reason": "damaged", "photo": photo}
    await ann.done("/mes/jobs/report", {**job(order), "scrap": [plain, shown]})
    found = await shop.floor.scalar(
        "select jsonb_agg(details) from exception where document_id = :o and kind = 'scrap_with_photo'",
        o=order.id,
    )
    assert found == [{"job": f"{order.number}-10", "quantity": "1", "reason": "damaged", "photo": photo}]
