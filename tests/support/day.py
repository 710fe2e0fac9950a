"""What is made of a purchase and sold: jobs at the line, the final inspection, an order promised, picked, shipped, billed and paid."""

from decimal import Decimal
from typing import Any

from tests.support.purchase_lived import HUB, PURCHASE, PurchaseLived, ahead
from tests.support.town import Citizen, eventually

BICYCLE, WORK = "BIK-106", "WO-3001"


class Day(PurchaseLived):
    """The rest of the day."""

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
        customers = await planner.get("/core/partners", show="customer", size=200)
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

    async def traced(self) -> None:
        """The sold bicycle tells the supplier's lot in one call; that lot tells every customer in one."""
        boss = await self.who("P-2001")
        up = await boss.get(f"/floor/trace/family/{await self._id(boss, 'lot', 'L-A')}")
        wholes = {node["code"]: node for node in up["nodes"] if node["sku"] == BICYCLE}
        assert wholes
        assert set(wholes) <= set(self.serials)
        assert {sale["order"] for node in wholes.values() for sale in node["sold"]} == {self.sale}
        for sold in wholes:
            down = await boss.get(f"/floor/trace/family/{await self._id(boss, 'serial', sold)}")
            [lot] = [node for node in down["nodes"] if node["code"] == "L-A"]
            assert {origin["purchaseOrder"] for origin in lot["origins"]} == {PURCHASE}

    async def serial_id(self) -> str:
        """The id of the first bicycle that was made."""
        return await self._id(await self.who("P-2001"), "serial", self.serials[0])

    async def _id(self, person: Citizen, kind: str, code: str) -> str:
        resolved = await person.get("/floor/work/resolve", code=code, expected=kind)
        return str(next(one["id"] for one in resolved["matches"] if one["kind"] == kind))
