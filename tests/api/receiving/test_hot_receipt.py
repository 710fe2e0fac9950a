"""The one statement and the careful way leave the same rows behind."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import text

from backend.floor.wms.receiving import hot
from backend.floor.wms.receiving.book import receive_goods
from backend.floor.wms.receiving.schemas import ReceiveGoods
from backend.kernel import clock
from backend.kernel.commands import Command, once
from backend.kernel.ids import new_id
from tests.support.deliveries import advice, advised, dock, items, purchase, sscc
from tests.support.demo_floor import DemoFloor

NEXT_YEAR = clock.now().date() + timedelta(days=365)
LEFT = {
    "line": "select received, blocked, state from expected_line where id = :line",
    "ordered": """select received, blocked from expected_line
        where id = (select purchase_line_id from expected_line where id = :line)""",
    "pack": "select received_by_id = :key as mine from expected_pack where id = :pack",
    "receipt": """select quantity, blocked, status, place_id, expires_on, person_id, lot_id is null as bare,
        pack_id = :pack as packed, handling_unit_id is null as loose, undone_by from receipt where id = :key""",
    "moves": """select line, kind, quantity, from_place_id, from_status, from_handling_unit_id, to_place_id, to_status,
        to_handling_unit_id is null as loose, lot_id is null as bare, reason, task_id, person_id, device_id, undoes_id,
        document_id is null as alone from stock_move where command_id = :key""",
    "quants": """select status, quantity, reserved, owner_id, place_id from quant
        where handling_unit_id = (select handling_unit_id from receipt where id = :key)""",
    "units": "select kind, place_id from handling_unit where id = (select handling_unit_id from receipt where id = :key)",
    "lots": "select expires_on from lot where id = (select lot_id from receipt where id = :key)",
    "told": """select type, document like 'purchase/%' as purchase, data - array['receipt', 'at', 'purchaseOrder', 'advice',
        'lot', 'handlingUnit'] as data, (select array_agg(k order by k) from jsonb_object_keys(data) k) as keys
        from outbox where (data->>'receipt')::uuid = :key""",
    "command": """select type, outcome, person_id, (select array_agg(k order by k) from jsonb_object_keys(answer) k) as keys,
        answer - array['receipt', 'line', 'lot', 'handlingUnit'] as answer from command where id = :key""",
}  # fmt: skip


async def left_by(demo: DemoFloor, key: UUID, facts: ReceiveGoods) -> dict[str, Any]:
    """What a receipt leaves behind, without ids, numbers and times of its own."""
    async with demo.db.transaction() as connection:
        given = {"key": key, "line": facts.line, "pack": facts.pack}
        return {
            name: [
                dict(row)
                for row in (await connection.execute(text(query), given)).mappings()
            ]
            for name, query in LEFT.items()
        }  # fmt: skip


async def prepared(demo: DemoFloor, kind: str) -> tuple[ReceiveGoods, ReceiveGoods]:
    """The first receipt of a delivery, booked, and a second: packs of an advice with their lot, or loose goods of an order."""
    lots = kind == "advised"
    (item, *_) = await items(demo, "lot", expires=True) if lots else await items(demo)
    order, number = await purchase(demo, [(item.sku, "40")])
    codes, lot = [sscc(), sscc()], f"L-{new_id().hex[-8:]}"
    delivery = order
    if lots:
        delivery, _ = await advice(demo, number, [advised(1, 10, item.sku, "24", lot=lot, packs=codes)])
    ann = await demo.worker("receiver")
    line = (await ann.get(f"/receiving/deliveries/{delivery}"))["lines"][0]
    packs = {pack["sscc"]: UUID(pack["id"]) for pack in line["packs"]}

    def goods(code: str) -> ReceiveGoods:
        return ReceiveGoods(
            delivery=delivery, line=UUID(line["id"]), item=item.id, quantity=Decimal(12), place=place,
            pack=packs.get(code), lot_code=lot if lots else None, expires_on=NEXT_YEAR if lots else None,
            handling_unit_code=code if lots else None,
        )  # fmt: skip

    place = await dock(demo)
    first = Command(new_id(), "receive.goods", goods(codes[0]), ann.who, clock.now())
    assert (await once(demo.db, first, receive_goods)).outcome == "done"
    return first.payload, goods(codes[1])


@pytest.mark.parametrize("kind", ["advised", "ordered"])
async def test_one_statement_books_what_the_careful_way_books(demo: DemoFloor, kind: str) -> None:
    """Lines, pack, receipt, ledger, unit, lot, message, key and answer are alike but for ids and times."""
    ann, left = await demo.worker("receiver"), []
    for way in (hot.receive, lambda db, command: once(db, command, receive_goods)):
        _, facts = await prepared(demo, kind)
        command = Command(new_id(), "receive.goods", facts, ann.who, clock.now())
        sent = demo.db.driver.sent
        outcome = await way(demo.db, command)
        assert outcome.outcome == "done", outcome.problem
        left.append(await left_by(demo, command.id, facts) | {"trips": demo.db.driver.sent - sent})
    assert [one.pop("trips") for one in left] == [1, 0]
    assert left[0] == left[1]


async def test_the_usual_case_never_goes_the_careful_way(
    demo: DemoFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Booked though the careful way is shut. A pack that is taken, and more than the line lacks, go there; nothing of them is booked."""
    taken, facts = await prepared(demo, "advised")
    careful: list[UUID] = []

    async def shut(_: Any, command: Command[ReceiveGoods], __: Any) -> Any:
        careful.append(command.id)

    monkeypatch.setattr(hot, "once", shut)
    ann = await demo.worker("receiver")

    async def receive(what: ReceiveGoods) -> UUID:
        command = Command(new_id(), "receive.goods", what, ann.who, clock.now())
        await hot.receive(demo.db, command)
        return command.id

    open_before = "select received from expected_line where id = :line"
    pack = await receive(msgspec.structs.replace(taken, quantity=Decimal(6)))
    assert await demo.scalar(open_before, line=facts.line) == 12
    booked = await receive(facts)
    over = await receive(msgspec.structs.replace(facts, pack=None, quantity=Decimal(1)))
    assert careful == [pack, over]
    assert await demo.scalar(open_before, line=facts.line) == 24
    assert await demo.scalar("select quantity from receipt where id = :key", key=booked) == 12
