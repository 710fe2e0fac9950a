"""A supplier is a stranger: every portal route with another's link, an ended or an altered one, and the portal's own role at the database."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import asyncpg
import httpx
import pytest
from sqlalchemy import text

from backend.access.guards import handlers
from backend.floor.srm import door
from backend.floor.srm.tokens import make
from backend.kernel import clock
from backend.kernel.embedded import Urls
from backend.kernel.ids import new_id
from tests.support.floor_app import assert_problem
from tests.support.supplier import Buying, Line, Phone, day, whole

TABLES = (
    *("purchase_order", "purchase_line", "purchase_version", "purchase_answer", "purchase_reply"),
    *("dispatch_advice", "dispatch_line", "dispatch_pack", "supplier_link", "supplier_link_order"),
)


async def shipped(buying: Buying, supplier: str) -> tuple[str, Phone, UUID]:
    """An order of a supplier with an answer and a dispatch: its number, phone and advice."""
    number, order = await buying.release(Line("TUB-101", "10"), supplier=supplier)
    phone = await buying.phone(number, order)
    await phone.answer(whole(10, "10", 10))
    told = (await phone.ship([{"line": 10, "quantity": "5", "packs": [{"quantity": "5"}]}])).json()
    return number, phone, UUID(told["advices"][0]["id"])


async def every_route(buying: Buying, phone: Phone, order: UUID, advice: UUID) -> dict[str, httpx.Response]:
    """What each route of the portal answers to this phone about that order, by method and path; none is left out."""
    bodies = {
        "answer": {"version": 1, "lines": [whole(10, "10", 10)]},
        "advice": {"shipsOn": day(1).isoformat(), "lines": [{"line": 10, "quantity": "1"}]},
    }
    answers = {}
    for path, method, _ in handlers(buying.floor.app):
        if not path.startswith("/api/portal") or method == "HEAD":
            continue
        address = path.replace("{order_id:uuid}", str(order)).replace("{advice_id:uuid}", str(advice))
        assert "{" not in address, f"{path} has a parameter this walk does not know"
        body = bodies.get(path.rsplit("/", 1)[-1]) if method == "POST" else None
        headers = {"idempotency-key": str(new_id())} if method == "POST" else {}
        answers[f"{method} {path}"] = await phone.client.request(method, address, json=body, headers=headers)
    assert len(answers) >= 5
    return answers


async def test_another_suppliers_link_opens_nothing(buying: Buying) -> None:
    """Every route with another supplier's link: the list has not the order, all else says there is none, and nothing is booked."""
    number, mine, advice = await shipped(buying, "S2001")
    _, other, _ = await shipped(buying, "S2002")
    before = await buying.floor.scalar(
        "select (select count(*) from purchase_answer) + (select count(*) from dispatch_advice)"
    )
    for name, answer in (await every_route(buying, other, mine.order, advice)).items():
        assert number not in answer.text, name
        if name == "GET /api/portal":
            assert answer.status_code == 200
        else:
            assert_problem(answer, 404, "purchase-order-unknown")
    assert (
        await buying.floor.scalar(
            "select (select count(*) from purchase_answer) + (select count(*) from dispatch_advice)"
        )
        == before
    )


@pytest.mark.parametrize("how", ["revoked", "expired", "altered", "made up", "none"])
async def test_a_link_that_ended_or_never_was_gets_a_friendly_word_and_nothing_else(
    buying: Buying, how: str
) -> None:
    """Revoked, expired, altered, forged or missing: each route answers with the same few words, and no fact of any order."""
    number, mine, advice = await shipped(buying, "S2003")
    token = await buying.token(mine.order)
    link = await buying.floor.scalar(
        "select link_id from supplier_link_order where order_id = :o", o=mine.order
    )
    later = clock.now() + timedelta(days=9)
    tokens = {
        "altered": token[:20] + ("x" if token[20] != "x" else "y") + token[21:],
        "made up": make("another secret", link, later),
        "none": "",
    }
    changes = {"revoked": "revoked_at = now()", "expired": "expires_at = now() - interval '1 second'"}
    if how in changes:
        async with buying.floor.db.transaction() as connection:
            await connection.execute(
                text(f"update supplier_link set {changes[how]} where id = :l"), {"l": link}
            )
    stranger = mine.with_token(tokens.get(how, token))
    for name, answer in (await every_route(buying, stranger, mine.order, advice)).items():
        told = (
            assert_problem(answer, 410, "link-ended")
            if how in changes
            else assert_problem(answer, 404, "link-unknown")
        )
        assert told.get("facts", {}) in ({"why": how}, {}), name
        assert number not in answer.text


async def test_a_link_covers_its_orders_and_no_others_of_the_same_supplier(buying: Buying) -> None:
    """An order of the same supplier at another e-mail address is not in the set of this link."""
    number, order = await buying.release(
        Line("TUB-101", "10"), supplier="S2004", email="one@suppliers.example"
    )
    other_number, other = await buying.release(
        Line("TUB-101", "10"), supplier="S2004", email="two@suppliers.example"
    )
    phone = await buying.phone(number, order)
    assert [row["number"] for row in (await phone.overview())["orders"]] == [number]
    assert_problem(await phone.client.get(f"/api/portal/orders/{other}"), 404, "purchase-order-unknown")
    assert [
        row["number"] for row in (await (await buying.phone(other_number, other)).overview())["orders"]
    ] == [other_number]


@pytest.fixture
async def portal(demo_urls: Urls) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the portal's role, as if someone had broken out of the app into its database session."""
    connection = await asyncpg.connect(demo_urls.portal)
    yield connection
    await connection.close()


async def test_the_portals_role_sees_only_what_a_live_link_covers(
    buying: Buying, portal: asyncpg.Connection
) -> None:
    """Without the setting no row of any table; with it only the link's; none once it is taken back; a forged scope is refused."""
    _, mine, _ = await shipped(buying, "S2005")
    _, other, _ = await shipped(buying, "S2006")
    link = await buying.floor.scalar(
        "select link_id from supplier_link_order where order_id = :o", o=mine.order
    )
    for table in TABLES:
        assert await portal.fetchval(f"select count(*) from {table}") == 0, table
    await portal.execute(f"set gemba.link = '{link}'")
    assert [row["id"] for row in await portal.fetch("select id from purchase_order")] == [mine.order]
    for table in TABLES:
        assert await portal.fetchval(f"select count(*) from {table}") > 0, table
    assert (
        await portal.execute("update purchase_line set state = 'agreed' where order_id = $1", other.order)
        == "UPDATE 0"
    )
    for forged in (
        f"insert into supplier_link_order values ('{link}', '{other.order}')",
        "update supplier_link set expires_at = now() + interval '9 years'",
        "update purchase_line set price = 0",
        "update purchase_reply set decision = 'accept'",
        "delete from purchase_answer",
        f"insert into dispatch_line (advice_id, place, order_id, line, quantity) select advice_id, 99, '{other.order}', 1, 1 from dispatch_line",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await portal.execute(forged)
    async with buying.floor.db.transaction() as connection:
        await connection.execute(
            text("update supplier_link set revoked_at = now() where id = :l"), {"l": link}
        )
    assert await portal.fetchval("select count(*) from purchase_order") == 0


async def test_the_portals_role_may_do_nothing_else(buying: Buying, portal: asyncpg.Connection) -> None:
    """Of all tables of the floor it can read those named here and no other, and all of them are under forced row-level security."""
    async with buying.floor.db.transaction() as connection:
        rows = await connection.execute(
            text("""select relname, relrowsecurity and relforcerowsecurity as forced,
                           has_table_privilege('gemba_portal', oid, 'select') as readable,
                           has_any_column_privilege('gemba_portal', oid, 'insert, update')
                           or has_table_privilege('gemba_portal', oid, 'delete, truncate') as writable
                    from pg_class where relkind in ('r', 'p', 'v', 'm') and relnamespace = 'public'::regnamespace""")
        )
        found = {row.relname: row for row in rows}
    assert {name for name, row in found.items() if row.readable} == set(TABLES)
    assert {name for name, row in found.items() if row.writable} <= set(TABLES)
    assert [name for name in (*TABLES, "supplier_mail") if not found[name].forced] == []
    assert (
        await portal.fetchval("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        is False
    )


async def test_who_asks_too_often_waits(buying: Buying, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a burst of calls with one link, or of tries with bad ones, the answer is 429 with the seconds to wait; then it is let in."""
    at = [1000.0]  # the limit's clock stands still: a slow machine must not refill what it counts
    monkeypatch.setattr(door, "time", SimpleNamespace(monotonic=lambda: at[0]))
    number, order = await buying.release(Line("TUB-101", "10"), supplier="S2007")
    phone = await buying.phone(number, order)
    statuses = [(await phone.client.get("/api/portal")).status_code for _ in range(61)]
    assert statuses == [200] * 60 + [429]
    told = assert_problem(await phone.client.get("/api/portal"), 429, "too-many")
    at[0] += told["facts"]["seconds"]
    assert (await phone.client.get("/api/portal")).status_code == 200
    guessing = phone.with_token("A" * 48)
    tries = [(await guessing.client.get("/api/portal")).status_code for _ in range(21)]
    assert tries[-1] == 429


async def test_the_token_lies_nowhere(buying: Buying) -> None:
    """Neither the token nor its hash is in any row of links, mails or answers; the mail's link carries it behind the #."""
    _, mine, _ = await shipped(buying, "S2008")
    token = await buying.token(mine.order)
    async with buying.floor.db.transaction() as connection:
        for table in ("supplier_link", "supplier_mail", "purchase_answer", "outbox", "command"):
            rows = await connection.execute(text(f"select t::text from {table} t"))
            assert all(token not in row[0] for row in rows)
    page = (await buying.mails(mine.order))[-1].as_string()
    assert re.search(r"/supply#", page.replace("=\n", ""))
