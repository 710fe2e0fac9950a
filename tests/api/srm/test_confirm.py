"""A supplier confirms an order: what agrees by itself, what the buyer decides, what is shipped."""

import re

import httpx
from sqlalchemy import text

from tests.support.supplier import Buying, Line, day, whole


async def test_a_purchase_goes_from_release_to_dispatch(buying: Buying) -> None:
    """Released, mailed, answered with a split and a later date, accepted, advised with SSCCs; ERP and receiving hear of each step."""
    number, order = await buying.release(Line("TUB-101", "100"), Line("PAD-101", "40"))
    phone = await buying.phone(number, order)
    overview = await phone.overview()
    assert [(row["number"], row["openLines"]) for row in overview["orders"]] == [(number, 2)]
    assert (await phone.look())["state"] == "viewed"
    split = [
        {"quantity": "60", "promisedOn": day(10).isoformat()},
        {"quantity": "40", "promisedOn": day(30).isoformat()},
    ]
    receipt = await phone.answer({"line": 10, "schedule": split}, whole(20, "40", 11))
    assert (receipt["receipt"], receipt["agreed"], receipt["waiting"], receipt["open"]) == (
        f"{number}/1",
        [20],
        [10],
        [],
    )
    told = await buying.told(number)
    assert [(kind, data["state"]) for kind, data in told] == [("purchase_order.answered", "needs_buyer")]

    buyer = await buying.floor.worker("buyer")
    seen = (await buyer.get(f"/suppliers/orders/{order}"))["seen"]
    assert (await buyer.done("/suppliers/accept", {"order": str(order), "seen": seen}))["state"] == "agreed"
    kind, agreed = (await buying.told(number))[-1]
    assert (kind, agreed["by"]) == ("purchase_order.agreed", "buyer")
    assert {line["line"]: len(line["schedule"]) for line in agreed["lines"]} == {10: 2, 20: 1}
    async with buying.floor.db.transaction() as connection:
        rows = await connection.execute(
            text("""select l.line, l.schedule from expected_line l join expected_delivery d on d.id = l.delivery_id
                    where d.number = :n order by l.line"""),
            {"n": number},
        )
        expected = {row.line: [part["on"] for part in row.schedule] for row in rows}
    assert expected == {10: [day(10).isoformat(), day(30).isoformat()], 20: [day(11).isoformat()]}

    packs = [{"quantity": "25"}, {"quantity": "35"}]
    answer = await phone.ship([{"line": 10, "quantity": "60", "packs": packs}])
    assert answer.status_code == 200, answer.text
    [advice] = answer.json()["advices"]
    codes = [pack["sscc"] for pack in advice["lines"][0]["packs"]]
    assert len(set(codes)) == 2
    kind, data = (await buying.told(number))[-1]
    assert (kind, data["adviceId"], data["lines"][0]["packs"]) == (
        "dispatch_advice.submitted",
        f"{number}-D1",
        codes,
    )
    waiting = await buying.floor.scalar("select count(*) from expected_pack where sscc = any(:c)", c=codes)
    assert waiting == 2
    assert (await phone.look())["state"] == "part_shipped"
    labels = await phone.client.get(f"/api/portal/advices/{advice['id']}/labels.pdf")
    assert (labels.status_code, labels.content[:5]) == (200, b"%PDF-")
    admin = await buying.floor.worker("admin")
    try:
        await admin.done("/catalog/site", {"language": "zh", "timeZone": "Asia/Shanghai"})
        chinese = await phone.client.get(f"/api/portal/advices/{advice['id']}/labels.pdf")
    finally:
        await admin.done("/catalog/site", {"language": "en", "timeZone": "Europe/Amsterdam"})
    english = await phone.client.get(f"/api/portal/advices/{advice['id']}/labels.pdf")
    assert drawn(english) == drawn(labels) != drawn(chinese), "labels are in the receiving site's language"


async def test_receiving_expects_what_was_agreed_be_it_less(buying: Buying) -> None:
    """Ten of a hundred rejected and a line refused whole: once the buyer agrees, ninety and none are to come; before, all is."""
    number, order = await buying.release(Line("TUB-101", "100"), Line("PAD-101", "40"))
    phone = await buying.phone(number, order)
    less = whole(10, "90", 10, rejected="10", reason="Out of tubes")
    await phone.answer(less, {"line": 20, "rejected": "40", "reason": "No longer made"})
    await buying.settle()
    expects = (
        "select string_agg(l.quantity::float::text, ' ' order by l.line) from expected_line l"
        " join expected_delivery d on d.id = l.delivery_id where d.kind = 'purchase' and d.number = :n"
    )
    assert await buying.floor.scalar(expects, n=number) == "100 40"
    buyer = await buying.floor.worker("buyer")
    seen = (await buyer.get(f"/suppliers/orders/{order}"))["seen"]
    await buyer.done("/suppliers/accept", {"order": str(order), "seen": seen})
    assert await buying.floor.scalar(expects, n=number) == "90 0"
    await buying.release(Line("TUB-101", "100"), Line("PAD-101", "25"), number=number, version=2)
    assert await buying.floor.scalar(expects, n=number) == "90 25"


def drawn(labels: httpx.Response) -> list[bytes]:
    """What the pages of a PDF show, without what it says of itself."""
    return re.findall(rb"stream(.*?)endstream", labels.content, re.DOTALL)
