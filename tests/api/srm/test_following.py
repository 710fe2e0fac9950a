"""What follows: mails that go out at least once, reminders, links, versions told in any order, the buyer against the supplier."""

import asyncio
import itertools
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from backend.contract.masters import PartnerChanged
from backend.demo.postbox import serve
from backend.floor.catalog import release_partner
from backend.floor.srm.mail import Post
from backend.floor.srm.reminders import remind
from backend.kernel.embedded import free_port
from backend.kernel.ids import new_id
from backend.kernel.live import Live
from tests.support.floor_app import assert_problem
from tests.support.supplier import Buying, Line, day, whole


async def seen(buying: Buying, order: Any) -> str:
    """The newest answer as the buyer's screen knows it."""
    buyer = await buying.floor.worker("buyer")
    return str((await buyer.get(f"/suppliers/orders/{order}"))["seen"])


async def test_a_mail_waits_for_its_server_and_goes_out_in_the_suppliers_language(
    buying: Buying, tmp_path: Path
) -> None:
    """With no server there it is put off and stays; once there is one it arrives: Chinese, text and HTML, with a link that opens the order."""
    number, order = await buying.release(Line("TUB-101", "10"), supplier="S2010", language="zh-CN")
    port = free_port()
    post = Post(msgspec.structs.replace(buying.floor.app.state.settings, smtp_url=f"smtp://127.0.0.1:{port}"))
    assert await post.send_due(buying.floor.db) == 0
    waiting = "select last_error from supplier_mail where order_id = :o and state = 'waiting'"
    assert "refused" in (await buying.floor.scalar(waiting, o=order)).lower()
    async with buying.floor.db.transaction() as connection:
        await connection.execute(
            text("update supplier_mail set next_try_at = now() where order_id = :o"), {"o": order}
        )
    server = await serve(tmp_path, port)
    async with server:
        assert await post.send_due(buying.floor.db) >= 1
        assert await post.send_due(buying.floor.db) == 0
    came = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in tmp_path.glob("*.eml")]
    [mail] = [mail for mail in came if number in str(mail["Subject"])]
    assert (mail["To"], mail["Content-Language"]) == ("s2010@suppliers.example", "zh")
    assert "请确认" in mail["Subject"]
    assert {part.get_content_type() for part in mail.iter_parts()} == {"text/plain", "text/html"}
    phone = await buying.phone(number, order)
    assert (await phone.overview())["language"] == "zh"


async def test_a_supplier_without_an_address_is_mailed_once_the_erp_tells_one(buying: Buying) -> None:
    """The order names no address: the partner's is taken. When the ERP moves it, the open order is mailed there, and the old link ends."""
    await _address(buying, "S2012", "first@suppliers.example", 1)
    number, order = await buying.release(Line("TUB-101", "10"), supplier="S2012", email=None)
    old = await buying.phone(number, order)
    assert [mail["To"] for mail in await buying.mails(order)] == ["first@suppliers.example"]
    async with buying.floor.db.transaction() as connection:
        await connection.execute(
            text("update supplier_mail set state = 'sent' where order_id = :o"), {"o": order}
        )
    await _address(buying, "S2012", "second@suppliers.example", 2)
    assert {mail["To"] for mail in await buying.mails(order)} == {"second@suppliers.example"}
    new = await buying.phone(number, order)
    assert (await new.overview())["language"] == "en"
    assert (await old.client.get("/api/portal")).status_code == 410


async def _address(buying: Buying, number: str, email: str, version: int) -> None:
    """The ERP tells a supplier's address."""
    told = PartnerChanged(number=number, version=version, kind="supplier", name="Moved", email=email)
    async with buying.floor.db.transaction() as connection:
        assert await release_partner(connection, told, "urn:erp")


async def test_a_silent_supplier_is_reminded_twice_then_a_person_telephones(buying: Buying) -> None:
    """Mail, mail, an exception; what the buyer enters by phone is an answer like any other, marked as entered on its behalf."""
    number, order = await buying.release(Line("TUB-101", "10"), supplier="S2011")
    kinds: list[list[str]] = []
    for _ in range(4):
        async with buying.floor.db.transaction() as connection:
            await connection.execute(
                text(
                    """update purchase_order set released_at = now() - interval '9 days', remind_at = now()
                    where id = :o and remind_at is not null"""
                ),
                {"o": order},
            )
        await remind(
            buying.floor.db, Live(None)
        )  # a worker that stood still for days takes one step at a time
        async with buying.floor.db.transaction() as connection:
            rows = await connection.execute(
                text("select kind from supplier_mail where order_id = :o order by seq"), {"o": order}
            )
            kinds.append(list(rows.scalars()))
    assert kinds == [["order", "reminder"], *[["order", "reminder", "reminder"]] * 3]
    raised = "select count(*) from exception where kind = 'confirm_by_phone' and document_id = :o"
    assert await buying.floor.scalar(raised, o=order) == 1
    buyer = await buying.floor.worker("planner")
    assert (await buyer.get(f"/suppliers/orders/{order}"))["call"] is True
    phone = await buying.phone(number, order)
    assert (await phone.look())["answerBy"] is not None, "the supplier still sees that an answer is due"
    receipt = await buyer.done(
        "/suppliers/answer-for", {"order": str(order), "version": 1, "lines": [whole(10, "10", 10)]}
    )
    assert receipt["agreed"] == [10]
    [answer] = (await buyer.get(f"/suppliers/orders/{order}"))["answers"]
    assert answer["onBehalf"] is True
    assert [kind for kind, _ in await buying.told(number)] == [
        "purchase_order.answered",
        "purchase_order.agreed",
    ]
    assert (await buyer.get(f"/suppliers/orders/{order}"))["call"] is False
    assert await buying.floor.scalar(f"{raised} and state = 'open'", o=order) == 0


async def test_versions_in_any_order_and_twice_leave_the_same_order(buying: Buying) -> None:
    """Three versions and a cancellation of the second, permuted and doubled: lines, state and version come out alike."""
    lines = {
        1: [Line("TUB-101", "10")],
        2: [Line("TUB-101", "20"), Line("PAD-101", "5")],
        3: [Line("TUB-101", "10"), Line("CHN-101", "7")],
    }
    outcomes = set()
    for order in itertools.permutations((1, 2, 3)):
        number = ""
        for version in (*order, *reversed(order)):
            number, _ = await buying.release(*lines[version], number=number, version=version)
        await buying.cancel(number, version=2)
        async with buying.floor.db.transaction() as connection:
            rows = await connection.execute(
                text("""select o.version, o.state, l.line, l.sku, l.quantity::text, l.state as line_state
                        from purchase_order o join purchase_line l on l.order_id = o.id
                        where o.number = :n and l.state <> 'removed' order by l.line"""),
                {"n": number},
            )
            outcomes.add(tuple(tuple(row) for row in rows))
    assert len(outcomes) == 1, outcomes
    assert {row[0] for row in outcomes.pop()} == {3}


async def test_a_newer_version_keeps_what_was_agreed_and_asks_the_rest(buying: Buying) -> None:
    """The buyer's no leads to a new version; only what it changed is asked again, and the promise's moves are counted."""
    number, order = await buying.release(Line("TUB-101", "100"), Line("PAD-101", "40"))
    phone = await buying.phone(number, order)
    await phone.answer(whole(10, "100", 40), whole(20, "40", 10))
    buyer = await buying.floor.worker("buyer")
    body = {"order": str(order), "seen": await seen(buying, order), "note": "Too late for us"}
    assert (await buyer.done("/suppliers/counter", body))["state"] == "countered"
    assert (await phone.look())["lines"][0]["reply"]["decisionNote"] == "Too late for us"
    await buying.release(Line("TUB-101", "100", 20), Line("PAD-101", "40"), number=number, version=2)
    assert {line["line"]: line["state"] for line in (await phone.look())["lines"]} == {
        10: "open",
        20: "agreed",
    }
    assert (await phone.answer(whole(10, "100", 21), version=2))["state"] == "agreed"
    [drift, _] = (await buyer.get(f"/suppliers/orders/{order}"))["drift"]
    assert (drift["first"], drift["last"], drift["moved"]) == (day(40).isoformat(), day(21).isoformat(), 1)
    assert [str(mail["Subject"]).split(":")[0] for mail in await buying.mails(order)][-1].startswith(
        f"Order {number} from"
    )


async def test_links_are_taken_back_and_renewed(buying: Buying) -> None:
    """A link taken back ends at once; a new one by mail opens the same orders; a picker may do neither."""
    number, order = await buying.release(Line("TUB-101", "10"), supplier="S2012")
    old = await buying.phone(number, order)
    buyer = await buying.floor.worker("buyer")
    [link] = (await buyer.get(f"/suppliers/orders/{order}"))["links"]
    await buyer.done("/suppliers/revoke-link", {"link": link["id"]})
    assert_problem(await old.client.get("/api/portal"), 410, "link-ended")
    await buyer.done("/suppliers/renew-link", {"order": str(order)})
    renewed = await buying.phone(number, order)
    assert [row["number"] for row in (await renewed.overview())["orders"]] == [number]
    picker = await buying.floor.worker("picker")
    assert (await picker.post("/suppliers/renew-link", {"order": str(order)})).status_code == 403


async def test_two_phones_answer_one_order_at_once(buying: Buying) -> None:
    """Both are booked, one after the other; the line stands as the later says, and each has its own receipt."""
    number, order = await buying.release(Line("TUB-101", "100"), Line("PAD-101", "40"))
    phone = await buying.phone(number, order)
    answers = await asyncio.gather(
        *(phone.say([whole(10, "100", 10 + off), whole(20, "40", 10)]) for off in range(6))
    )
    assert {answer.status_code for answer in answers} == {200}
    receipts = sorted(answer.json()["receipt"] for answer in answers)
    assert receipts == [f"{number}/{turn}" for turn in range(1, 7)]
    last = next(place for place, answer in enumerate(answers) if answer.json()["receipt"] == receipts[-1])
    [line, _] = (await phone.look())["lines"]
    assert line["reply"]["schedule"][0]["promisedOn"] == day(10 + last).isoformat()
    told = [data["answerId"] for kind, data in await buying.told(number) if kind == "purchase_order.answered"]
    assert len(told) == len(set(told)) == 6


async def test_the_buyer_accepts_while_the_supplier_changes(buying: Buying) -> None:
    """Whoever comes first: the accepted answer is always the one the buyer saw, never one that slipped in."""
    buyer = await buying.floor.worker("buyer")
    outcomes = []
    for _ in range(4):
        number, order = await buying.release(Line("TUB-101", "100"))
        phone = await buying.phone(number, order)
        await phone.answer(whole(10, "100", 40))
        mine = await seen(buying, order)
        accept, change = await asyncio.gather(
            buyer.post("/suppliers/accept", {"order": str(order), "seen": mine}, key=new_id()),
            phone.say([whole(10, "100", 60)]),
        )
        assert change.status_code == 200
        agreed = [data for kind, data in await buying.told(number) if kind == "purchase_order.agreed"]
        assert all(data["answerId"] == mine for data in agreed)
        assert len(agreed) == (1 if accept.status_code == 200 else 0)
        assert (await phone.look())["lines"][0]["state"] == "waiting"
        outcomes.append(accept.status_code)
    assert set(outcomes) <= {200, 409}


@pytest.mark.parametrize("command", ["accept", "counter"])
async def test_a_decision_on_what_was_not_seen_is_refused(buying: Buying, command: str) -> None:
    """The facts name the newer answer; nothing changes. What does not wait cannot be decided."""
    number, order = await buying.release(Line("TUB-101", "100"))
    phone = await buying.phone(number, order)
    await phone.answer(whole(10, "100", 40))
    old = await seen(buying, order)
    await phone.answer(whole(10, "100", 50))
    buyer = await buying.floor.worker("buyer")
    body = {"order": str(order), "seen": old} | ({"note": "no"} if command == "counter" else {})
    told = await buyer.refused(f"/suppliers/{command}", body)
    assert told["type"] == "/problems/answer-changed"
    await phone.answer(whole(10, "100", 10))
    told = await buyer.refused(f"/suppliers/{command}", body | {"seen": await seen(buying, order)})
    assert told["type"] == "/problems/nothing-waits"
