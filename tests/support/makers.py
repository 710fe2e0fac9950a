"""An operator and an inspector for the chaos: they report and read while everything around them is killed."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.support.demo_floor import DemoFloor
from tests.support.device import Device
from tests.support.inspection import HUB, Inspector, arrived
from tests.support.shop_floor import Order, ShopFloor


@dataclass
class Makers:
    """A job that can go on for ever, and a lot that waits for inspection."""

    floor: DemoFloor
    order: Order
    inspector: Inspector

    @classmethod
    async def of(cls, floor: DemoFloor) -> "Makers":
        """A released order and hubs that came in."""
        shop = ShopFloor(floor)
        order = await shop.release(await shop.item("none"), "100000")
        return cls(floor, order, await Inspector.of(floor, await arrived(floor, HUB, "200")))

    async def report(self, device: Device, over: asyncio.Event) -> None:
        """One good piece after another, now and then scrap with it or a pause."""
        task = str(self.order.steps[10])
        await device.act("job.start", {"operation": task}, task=task)
        while not over.is_set():
            luck = device.random.random()
            if luck < 0.1:
                await device.act("job.pause", {"operation": task, "reason": "break"}, task=task)
                await device.act("job.start", {"operation": task}, task=task)
            scrap = [{"quantity": "1", "reason": "damaged"}] if luck > 0.8 else []
            await device.act("job.report", {"operation": task, "good": "1", "scrap": scrap}, task=task)

    async def read(self, device: Device, over: asyncio.Event) -> None:
        """Every cell of the lot, then the decision."""
        task = str(self.inspector.lot)
        for feature in self.inspector.document["characteristics"]:
            for sample in range(1, self.inspector.samples(feature["number"]) + 1):
                if over.is_set():
                    return
                body = self.inspector.body(feature["number"], sample)
                await device.act("quality.read", body, task=task)
        body = {"lot": task, "verdict": "accept", "allocated": {"release": "200"}}
        await device.act("quality.decide", body, task=task)

    async def booked(self, acknowledged: dict[UUID, dict[str, Any]]) -> list[str]:
        """What the books say otherwise than the people at the job and the lot were told; nothing, if all is well."""
        good = await self.floor.scalar("select good from operation where id = :o", o=self.order.steps[10])
        readings = await self.floor.scalar(
            "select array_agg(id) from inspection_reading where inspection_id = :l", l=self.inspector.lot
        )
        reports = [answer for answer in acknowledged.values() if "operation" in answer]
        read = {key for key, answer in acknowledged.items() if "reading" in answer}
        told = max((int(answer["good"]) for answer in reports), default=0)
        wrong = [] if told == good and told > 0 else [f"{told} good told, {good} booked"]
        return wrong + ([] if read == set(readings or []) and read else [f"{len(read)} readings told"])
