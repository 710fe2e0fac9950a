"""A day in the life: what one system tells the next, from a purchase order on a phone to the invoice of what was made of it."""

import tempfile
from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from backend.kernel import clock
from backend.kernel.ids import new_id
from tests.support.town import Citizen, Town, eventually, running_town

pytestmark = pytest.mark.timeout(600)

HUB, TYRE, RIM, BICYCLE = "HUB-103", "TYR-105", "RIM-109", "BIK-106"
PURCHASE, WORK = "PO-5001", "WO-3001"


@pytest.fixture(scope="module")
async def town() -> AsyncIterator[Town]:
    """The demo company on its first morning."""
    with tempfile.TemporaryDirectory(prefix="gemba-day-", ignore_cleanup_errors=True) as folder:
        async with running_town(Path(folder)) as running:
            yield running


def ahead(days: int) -> str:
    """A day from today."""
    return (clock.now().date() + timedelta(days=days)).isoformat()


def part(quantity: str, days: int) -> dict[str, str]:
    """So much promised for a day."""
    return {"quantity": quantity, "promisedOn": ahead(days)}


class Day:
    """Who takes part, and what they hold in their hands between two steps."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.people: dict[str, Citizen] = {}

    async def who(self, badge: str) -> Citizen:
        """Somebody by badge; signed in once."""
        if badge not in self.people:
            self.people[badge] = await self.town.citizen(badge)
        return self.people[badge]

    async def confirmed(self) -> None:
        """The supplier opens its mail, splits a line over two days, one of them late; the buyer agrees; the ERP knows."""
        links = await eventually(self._links)
        token, order = links[0].split("#")[1].split("/")
        self.supplier = self.town.client(**{"gemba-link": token})
        self.order = order
        seen = (await self.supplier.get(f"/api/portal/orders/{order}")).json()
        wanted = {line["line"]: line for line in seen["lines"]}
        assert [line["sku"] for line in seen["lines"]] == [HUB, TYRE, RIM]
        late = (date.fromisoformat(wanted[10]["wantedOn"]) - clock.now().date()).days + 9
        answer = {
            "version": seen["version"],
            "lines": [
                {"line": 10, "schedule": [part("30", 3), part("10", late)]},
                {"line": 20, "schedule": [part("120", 3)]},
                {"line": 30, "schedule": [part("60", 5)]},
            ],
            "note": "Ten hubs come a week later",
        }
        receipt = await self._portal(f"orders/{order}/answer", answer)
        assert receipt["state"] == "waiting"
        assert receipt["agreed"] == [20, 30]
        assert receipt["waiting"] == [10]
        buyer = await self.who("P-2002")
        facts = await buyer.get(f"/floor/suppliers/orders/{order}")
        await buyer.done("/floor/suppliers/accept", {"order": order, "seen": facts["seen"]})
        lines = await eventually(self._promised)
        hubs = [(p["quantity"], p["promisedOn"]) for p in lines[0]["promises"]]
        assert hubs == [("30", ahead(3)), ("10", ahead(late))]

    async def advised(self) -> None:
        """The supplier says what it sends: three lots of hubs, each pack with a code of its own to label."""
        lots = [("L-A", "20"), ("L-B", "5"), ("L-C", "5")]
        lines: list[dict[str, Any]] = [
            {"line": 10, "quantity": quantity, "lot": lot, "packs": [{"quantity": quantity}]}
            for lot, quantity in lots
        ]
        lines.append(
            {
                "line": 20,
                "quantity": "120",
                "lot": "T-1",
                "expiresOn": ahead(700),
                "packs": [{"quantity": "60"}] * 2,
            }
        )
        lines.append({"line": 30, "quantity": "60", "packs": [{"quantity": "60"}]})
        told = await self._portal(
            f"orders/{self.order}/advice", {"shipsOn": ahead(1), "lines": lines, "carrier": "DHL"}
        )
        [advice] = told["advices"]
        labels = await self.supplier.get(f"/api/portal/advices/{advice['id']}/labels.pdf")
        assert labels.content.startswith(b"%PDF-")
        self.advice = advice["number"]

    async def received(self) -> None:
        """The receiver scans the packs in: one tyre is damaged, one rim is missing, the hubs wait for inspection."""
        receiver = await self.who("P-1101")

        async def expected() -> dict[str, Any] | None:
            rows = await receiver.get("/floor/receiving/deliveries", find=self.advice)
            return next((row for row in rows if row["number"] == self.advice), None)

        row = await eventually(expected)
        delivery = await receiver.get(f"/floor/receiving/deliveries/{row['id']}")
        dock = delivery["docks"][0]["id"]
        for line in delivery["lines"]:
            for place, pack in enumerate(line["packs"]):
                count = Decimal(pack["quantity"])
                goods = {
                    "delivery": row["id"], "line": line["id"], "pack": pack["id"], "item": line["item"], "place": dock,
                    "handlingUnitCode": pack["sscc"], "lotCode": pack["lot"], "expiresOn": pack["expiresOn"],
                }  # fmt: skip
                if line["sku"] == TYRE and place == 0:
                    await receiver.done("/floor/receiving/goods", goods | {"quantity": str(count - 1)})
                    damaged = goods | {
                        "quantity": "1",
                        "condition": "damaged",
                        "reason": "cut",
                        "handlingUnitCode": None,
                        "pack": None,
                    }
                    booked = await receiver.done("/floor/receiving/goods", damaged)
                    assert booked["status"] == "blocked"
                elif line["sku"] == RIM:
                    booked = await receiver.done(
                        "/floor/receiving/goods", goods | {"quantity": str(count - 1)}
                    )
                    assert booked["open"] == "1"
                else:
                    booked = await receiver.done("/floor/receiving/goods", goods | {"quantity": str(count)})
                    assert booked["status"] == ("quality" if line["sku"] == HUB else "free")
        closed = await receiver.done("/floor/receiving/close", {"delivery": row["id"]})
        assert [(one["kind"], one["quantity"]) for one in closed["short"]] == [("short", "1")]

    async def inspected(self) -> None:
        """One lot of hubs is good; two are not and go back with a claim, so that the next will be inspected more severely."""
        inspector = await self.who("P-3001")
        lots = {lot["lot"]: lot for lot in await inspector.get("/floor/quality/lots") if lot["sku"] == HUB}
        assert set(lots) == {"L-A", "L-B", "L-C"}
        told = await self._inspect(inspector, lots["L-A"]["id"], "release")
        assert set(told["severities"].values()) == {"normal"}
        for code in ("L-B", "L-C"):
            told = await self._inspect(inspector, lots[code]["id"], "return", bad=1)
            assert told["ncr"] is not None
        assert told["severities"]["critical"] == "tightened"
        severities = await inspector.get("/floor/quality/severities")
        words = next(
            one["explained"]["en"] for one in severities if one["sku"] == HUB and one["ofClass"] == "critical"
        )
        assert "2 of" in words

        async def claimed() -> bool:
            planner = await self.who("P-2002")
            concerns = await planner.get("/core/concerns", size=100)
            line = (await planner.get(f"/core/purchase-orders/{PURCHASE}"))["lines"][0]
            claims = [one for one in concerns["items"] if one["kind"] == "claim" and one["sku"] == HUB]
            return len(claims) == 2 and line["returned"] == "10"

        await eventually(claimed)

    async def _inspect(self, inspector: Citizen, lot: str, way: str, *, bad: int = 0) -> dict[str, Any]:
        """Reads every sample of every feature, `bad` of them beyond their limit, and decides the whole lot one way."""
        document = await inspector.get(f"/floor/quality/lots/{lot}")
        samples = {one["ofClass"]: one["n"] for one in document["classes"]}
        gauges = {one["type"]: one["id"] for one in document["gauges"] if one["usable"]}
        verdict = "pending"
        for feature in document["characteristics"]:
            for sample in range(1, samples[feature["ofClass"]] + 1):
                value = feature["nominal"] if feature["kind"] == "variable" else "0"
                if feature["number"] == 1 and sample <= bad:
                    value = str(Decimal(feature["usl"]) + Decimal("0.5"))
                reading = {
                    "lot": lot, "characteristic": feature["number"], "sample": sample, "value": value,
                    "gauge": gauges.get(feature["gaugeType"]),
                }  # fmt: skip
                verdict = (await inspector.done("/floor/quality/read", reading))["verdict"]
        allocated = {way: document["facts"]["quantity"]}
        serials = {one["id"]: way for one in document["serials"]}
        decision = {
            "lot": lot,
            "verdict": verdict,
            "allocated": allocated,
            "serials": serials,
            "claim": way == "return",
        }
        return await inspector.done("/floor/quality/decide", decision)

    async def put_away(self) -> None:
        """Everything that is good leaves the dock for the bin the system proposes."""
        receiver = await self.who("P-1101")
        for load in await receiver.get("/floor/putaway/waiting"):
            if load["handlingUnit"] is None or load["status"] != "free":
                continue
            proposed = await receiver.done("/floor/putaway/propose", {"handlingUnit": load["handlingUnit"]})
            assert proposed["proposals"][0]["reasons"]
            stands = {
                "handlingUnit": load["handlingUnit"], "fromPlace": load["place"], "toPlace": proposed["held"],
                "hold": proposed["hold"],
            }  # fmt: skip
            await receiver.done("/floor/putaway/confirm", stands)

    async def made(self) -> None:
        """Three bicycles are built: material is brought to the line, two lots of hubs go in, one wheel set is scrap."""
        order = None
        for centre, badge, scrap in (
            ("WHEEL-1", "P-4001", "1"),
            ("ASSY-1", "P-4002", "0"),
            ("ASSY-2", "P-4002", "0"),
            ("TEST-1", "P-4003", "0"),
        ):
            operator = await self.who(badge)
            centres = {one["code"]: one["id"] for one in await operator.get("/floor/mes/work-centres")}
            jobs = (await operator.get(f"/floor/mes/work-centres/{centres[centre]}"))["next"]
            order = next(one["operation"] for one in jobs if one["number"] == WORK)
            job = await operator.get(f"/floor/mes/jobs/{order}")
            sets = Decimal(job["target"]) + Decimal(scrap)
            lots = [await self._bring(material, sets, job["linePlace"]) for material in job["materials"]]
            await operator.done("/floor/mes/jobs/start", {"operation": order})
            for material, brought in zip(job["materials"], lots, strict=True):
                if material["consumption"] == "scan":
                    for used in brought:
                        await operator.done(
                            "/floor/mes/jobs/consume", {"operation": order, "material": material["id"]} | used
                        )
            sheet: dict[str, Any] = {"operation": order, "good": job["target"]}
            if scrap != "0":
                sheet["scrap"] = [{"quantity": scrap, "reason": "damaged"}]
            told = await operator.done("/floor/mes/jobs/report", sheet)
            await operator.done("/floor/mes/jobs/finish", {"operation": order, "acknowledge": True})
        self.serials = told["serials"]
        assert len(self.serials) == 3

    async def _bring(self, material: dict[str, Any], sets: Decimal, line: str) -> list[dict[str, Any]]:
        """Carries what `sets` pieces need from the bins to the line; of hubs one from another lot than the rest."""
        picker = await self.who("P-1001")
        resolved = await picker.get("/floor/work/resolve", code=line, expected="bin")
        place = next(one["id"] for one in resolved["matches"] if one["code"] == line)
        wanted = sets * Decimal(material["quantityEach"])
        rows = [
            row for row in await picker.get(f"/floor/work/stock/item/{material['item']}")
            if row["status"] == "free" and Decimal(row["quantity"]) > Decimal(row["reserved"]) and row["place"] != line
        ]  # fmt: skip
        if material["sku"] == HUB:
            rows.sort(key=lambda row: row["lot"] != "L-A")
        brought = []
        for row in rows:
            free = Decimal(row["quantity"]) - Decimal(row["reserved"])
            limit = wanted - 1 if material["sku"] == HUB and row["lot"] == "L-A" else wanted
            take = min(free, limit)
            if take <= 0:
                continue
            move = {
                "item": material["item"], "quantity": str(take), "fromPlace": row["placeId"], "toPlace": place,
                "lot": row["lotId"], "serial": row["serialId"], "fromHandlingUnit": row["handlingUnitId"],
            }  # fmt: skip
            await picker.done("/floor/stock/move", move)
            brought.append({"quantity": str(take), "lot": row["lot"], "serial": row["serial"]})
            wanted -= take
        assert wanted == 0, f"{material['sku']} lacks {wanted}"
        return brought

    async def released(self) -> None:
        """The final inspection finds the bicycles good; they are put into a bin."""
        inspector = await self.who("P-3001")
        lots = await inspector.get("/floor/quality/lots")
        for lot in [one["id"] for one in lots if one["sku"] == BICYCLE]:
            await self._inspect(inspector, lot, "release")
        picker = await self.who("P-1001")
        resolved = await picker.get("/floor/work/resolve", code=BICYCLE, expected="item")
        self.bicycle = resolved["matches"][0]["id"]
        rows = await picker.get(f"/floor/work/stock/item/{self.bicycle}")
        bin_ = next(row["placeId"] for row in rows if row["serial"] not in self.serials)
        for row in rows:
            if row["serial"] in self.serials:
                assert row["status"] == "free"
                move = {
                    "item": self.bicycle,
                    "quantity": "1",
                    "fromPlace": row["placeId"],
                    "toPlace": bin_,
                    "serial": row["serialId"],
                }
                await picker.done("/floor/stock/move", move)

    async def sold(self) -> None:
        """A customer's order is promised before it is accepted, then picked, shipped, billed and paid."""
        planner, picker = await self.who("P-2002"), await self.who("P-1002")
        rows = await picker.get(f"/floor/work/stock/item/{self.bicycle}")
        free = sum(
            Decimal(row["quantity"]) - Decimal(row["reserved"]) for row in rows if row["status"] == "free"
        )
        customers = await planner.get("/core/partners", kind="customer", size=200)
        customer = max(customers["items"], key=lambda one: Decimal(one["creditLimit"] or "999999999"))[
            "number"
        ]
        line = {"sku": BICYCLE, "quantity": str(free), "unit": "", "price": "1200"}

        async def promised() -> dict[str, Any] | None:
            asked = {"customer": customer, "wantedOn": ahead(2), "lines": [line]}
            answer: dict[str, Any] = (await planner.post("/core/promise", asked)).json()
            return answer if answer["accepted"] else None

        answer = await eventually(promised)
        assert Decimal(answer["margin"]) > 0
        assert answer["credit"]["left"] is None or Decimal(answer["credit"]["left"]) >= 0
        entered = await planner.done(
            "/core/sales-orders/enter",
            {"customer": customer, "dueAt": f"{ahead(1)}T15:00:00Z", "lines": [line], "priority": 9},
        )
        self.sale = entered["number"]
        await planner.done("/core/sales-orders/release", {"number": self.sale})
        await self._ship(planner, picker)

        async def shipped() -> bool:
            return bool((await planner.get(f"/core/sales-orders/{self.sale}"))["state"] == "shipped")

        await eventually(shipped)
        billed = await planner.done("/core/sales-orders/invoice", {"number": self.sale})
        facts = await planner.get(f"/core/sales-orders/{self.sale}")
        assert facts["invoices"][0]["total"] == facts["total"]
        await planner.done(
            "/core/sales-orders/payments", {"invoice": billed["invoice"], "amount": facts["total"]}
        )
        assert (await planner.get(f"/core/sales-orders/{self.sale}"))["state"] == "closed"

    async def _ship(self, planner: Citizen, picker: Citizen) -> None:
        """The order comes over the link, is picked in one round, dropped at its pack place, and leaves."""

        async def arrived() -> dict[str, Any] | None:
            orders = await planner.get("/floor/shipping/orders", states="open,released")
            return next((one for one in orders if one["number"] == self.sale), None)

        order = (await eventually(arrived))["id"]
        made = await planner.done("/floor/picking/release-orders", {"orders": [order]})
        document = await picker.done("/floor/picking/claim", {"round": made["rounds"][0]})
        for tote in document["totes"]:
            await picker.done(
                "/floor/picking/bind-tote", {"tote": tote["id"], "code": f"TD-{tote['id'][-8:]}"}
            )
        self.shipped = []
        for line in document["lines"]:
            await picker.done(
                "/floor/picking/confirm",
                {"line": line["id"], "quantity": line["quantity"], "tote": line["tote"]},
            )
            self.shipped.append(line["serial"]["code"])
        for tote in document["totes"]:
            await picker.done("/floor/picking/drop", {"tote": tote["id"], "place": tote["dropPlace"]})
        await picker.done("/floor/shipping/ship", {"order": order})

    async def settled(self) -> None:
        """The supplier's invoice is booked; the trial balance is zero, and the floor's audit finds nothing."""
        planner = await self.who("P-2002")
        lines = (await planner.get(f"/core/purchase-orders/{PURCHASE}"))["lines"]
        billed = [
            {
                "line": one["line"],
                "quantity": str(Decimal(one["received"]) - Decimal(one["returned"])),
                "price": one["price"],
            }
            for one in lines
        ]
        await planner.done(
            "/core/purchase-orders/invoices", {"purchaseOrder": PURCHASE, "number": "INV-77", "lines": billed}
        )
        trial = await planner.get("/core/books/trial-balance")
        assert Decimal(trial["difference"]) == 0
        accounts = {one["role"]: Decimal(one["balance"]) for one in trial["accounts"] if one["role"]}
        worth = Decimal((await planner.get("/core/books/stock-values"))["value"])
        assert accounts["stock"] == worth
        assert accounts["grni"] == 0
        assert accounts["cogs"] > 0

    async def _links(self) -> list[str]:
        return self.town.letters(PURCHASE)

    async def _promised(self) -> list[dict[str, Any]]:
        facts = await (await self.who("P-2002")).get(f"/core/purchase-orders/{PURCHASE}")
        lines: list[dict[str, Any]] = facts["lines"]
        return lines if facts["state"] == "agreed" and len(lines[0]["promises"]) == 2 else []

    async def _portal(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.supplier.post(
            f"/api/portal/{path}", json=body, headers={"idempotency-key": str(new_id())}
        )
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


async def test_a_day_in_the_life(town: Town) -> None:
    """Every system hears from the one before it, nothing is typed twice, and at the end all books agree."""
    day = Day(town)
    await day.confirmed()
    await day.advised()
    await day.received()
    await day.inspected()
    await day.put_away()
    await day.made()
    await day.released()
    await day.sold()
    await day.settled()
    assert set(day.serials) <= set(day.shipped)
    assert await town.audit() == []
