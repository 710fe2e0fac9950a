"""Stock by item and lot, floor against a live Tryton: differences become documents a person resolves, and settle when they are no more."""

import pytest
from sqlalchemy import text

from backend.floor.link.reconcile import Compared, ask, reconcile, reconcile_due
from tests.flows.tryton.test_failures import ordered, received
from tests.flows.tryton.test_tryton import items
from tests.support.tryton.linked import Linked

pytestmark = pytest.mark.timeout(600)  # the first one of a machine builds Tryton's database


async def test_stock_is_compared_by_item_and_lot(linked: Linked) -> None:
    """Tryton short of one item and of one lot: a document each, once however often it is compared; settled when resolved, or when a person
    lets Tryton book it: up for one item, down for a lot.
    """
    (plain,) = await items(linked, 1)
    (lotted,) = await items(linked, 1, tracking="lot", at_least=1)
    rows = await linked.rows(
        "select i.sku, l.code, sum(q.quantity) as quantity from quant q join item i on i.id = q.item_id"
        " join place p on p.id = q.place_id left join lot l on l.id = q.lot_id"
        " where p.kind in ('bin', 'dock', 'pack', 'cart') and q.quantity > 0 and i.sku in (:a, :b)"
        " group by i.sku, l.code order by i.sku, l.code",
        a=plain, b=lotted,
    )  # fmt: skip
    held = {(row.sku, row.code): row.quantity for row in rows}
    for (sku, lot), quantity in held.items():
        if sku == lotted:
            await linked.office.stock(sku, str(quantity), lot)
    # Tryton has 500 of the plain one; of the first lot a piece too many.
    first = next(lot for sku, lot in held if sku == lotted)
    await linked.office.stock(lotted, "1", first)
    await linked.come_in()

    found = await reconcile(linked.floor.db, linked.erp)
    differing = await _open(linked)
    assert (plain, None) in differing
    ours, theirs = differing[lotted, first]
    assert (ours, theirs) == (held[lotted, first], held[lotted, first] + 1)
    assert all((lotted, lot) not in differing for sku, lot in held if sku == lotted and lot != first)
    assert found.differing == len(differing)

    again = await reconcile(linked.floor.db, linked.erp)
    assert again == found
    assert await _open(linked) == differing

    supervisor = await linked.floor.worker("supervisor")
    told = await supervisor.get("/link/erp")
    mine = next(one for one in told["differences"] if (one["sku"], one["lot"]) == (lotted, first))
    await supervisor.done(
        "/work/exceptions/resolve", {"exception": mine["exception"], "resolution": "corrected"}
    )
    assert (lotted, first) not in await _open(linked)
    await reconcile(linked.floor.db, linked.erp)
    assert (lotted, first) in await _open(linked)  # resolved, and still different: told anew

    told = await supervisor.get("/link/erp")
    for one in told["differences"]:
        if (one["sku"], one["lot"]) in {(plain, None), (lotted, first)}:
            await supervisor.done(
                "/link/differences/settle", {"difference": one["id"], "decision": "correct"}
            )
    await linked.go_out()
    assert await linked.outbox() == []
    await reconcile(linked.floor.db, linked.erp)
    assert not {(plain, None), (lotted, first)} & (await _open(linked)).keys()  # Tryton counts the same now


async def test_what_is_on_its_way_is_no_difference(linked: Linked) -> None:
    """An item with a message that waits is left out; a comparison that is asked for is made once, by the worker."""
    sku, order = await ordered(linked, "4")
    await received(linked, sku, order, "4")
    found = await reconcile(linked.floor.db, linked.erp)
    assert found.under_way >= 1
    assert (sku, None) not in await _fresh(linked)
    async with linked.floor.db.transaction() as connection:
        first = await ask(connection, "tryton", "ann")
        assert await ask(connection, "tryton", "bob") == first
    assert isinstance(await reconcile_due(linked.floor.db, linked.erp), Compared)
    async with linked.floor.db.transaction() as connection:
        waits = await connection.execute(
            text("select count(*) from link_reconciliation where ended_at is null")
        )
        assert waits.scalar_one() == 0
    await linked.go_out()


async def _open(linked: Linked) -> dict[tuple[str, str | None], tuple[object, object]]:
    """Open stock differences with an open exception."""
    rows = await linked.rows(
        "select d.sku, d.lot, d.ours, d.theirs from link_difference d join exception e on e.id = d.exception_id"
        " where d.kind = 'stock' and d.settled_at is null and e.state = 'open'"
    )
    return {(row.sku, row.lot): (row.ours, row.theirs) for row in rows}


async def _fresh(linked: Linked) -> set[tuple[str, str | None]]:
    """Differences found in the last second."""
    async with linked.floor.db.transaction() as connection:
        rows = await connection.execute(
            text("select sku, lot from link_difference where found_at > now() - interval '1 second'")
        )
        return {(row.sku, row.lot) for row in rows}
