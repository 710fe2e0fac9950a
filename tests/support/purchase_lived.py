"""A purchase as it is lived: confirmed on a phone, advised, received, inspected, put away, each by whoever does it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from backend.kernel import clock
from backend.kernel.ids import new_id
from tests.support.town import Citizen, Town, eventually

HUB, TYRE, RIM = "HUB-103", "TYR-105", "RIM-109"
PURCHASE = "PO-5001"


def ahead(days: int) -> str:
    """A day from today."""
    return (clock.now().date() + timedelta(days=days)).isoformat()


def part(quantity: str, days: int) -> dict[str, str]:
    """So much promised for a day."""
    return {"quantity": quantity, "promisedOn": ahead(days)}


class PurchaseLived:
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
        links = await eventually(self.links)
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
            return len(claims) == 2 and line["returned"] == "0"

        await eventually(claimed)
        await self._sent_back(inspector)

    async def _sent_back(self, inspector: Citizen) -> None:
        """Both lots leave for the supplier once a supervisor has approved it; only then is less owed."""
        boss, planner = await self.who("P-2001"), await self.who("P-2002")
        reports = [one for one in await inspector.get("/floor/quality/reports") if one["sku"] == HUB]
        for report in reports:
            for person, event, more in (
                (inspector, "analyse", {"note": "Tool worn"}),
                (inspector, "propose", {"note": "Tool changed"}),
                (boss, "approve", {}),
                (boss, "execute", {"disposition": "return", "answers": {"carrier": "DHL"}}),
            ):
                step = {"ncr": report["id"], "event": event} | more
                await person.done("/floor/quality/reports/step", step)

        async def returned() -> bool:
            return bool(
                (await planner.get(f"/core/purchase-orders/{PURCHASE}"))["lines"][0]["returned"] == "10"
            )

        await eventually(returned)

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

    async def links(self) -> list[str]:
        """What the mails about the purchase order open."""
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
