"""People of the demo company at work in floor and office, who send what they did until it is answered, however often that takes."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx

from backend.access.tokens import AccessTokens
from backend.kernel import clock
from backend.kernel.commands import Who
from backend.kernel.ids import new_id

ROLES = frozenset({"picker", "receiver", "planner", "supervisor"})
_RETRY = (0.05, 0.4)


class Refused(Exception):
    """The books said no; the problem is the argument."""


@dataclass
class Tally:
    """What everybody was told: keys of acknowledged commands by where they were sent, and how the network behaved."""

    done: dict[str, set[UUID]] = field(default_factory=lambda: {"floor": set(), "core": set()})
    refused: int = 0
    retries: int = 0
    doubled: int = 0
    differing: list[str] = field(default_factory=list)
    received: int = 0
    shipped: int = 0
    released: int = 0


@dataclass
class Person:
    """Somebody with a token and a device that never gives up.

    Attributes:
        bases: addresses of `floor` and `core`.
        pause: seconds of rest after each command.
        doubling: how often, of all times, an answered command is sent again.
    """

    client: httpx.AsyncClient
    bases: dict[str, str]
    tokens: AccessTokens
    site: UUID
    tally: Tally
    over: asyncio.Event
    person: UUID
    pause: float = 0.0
    doubling: float = 0.1
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    async def get(self, path: str, **query: Any) -> Any:
        """A read, until it is answered; `path` is like `/floor/shipping/orders`."""
        return (await self._until(lambda headers: self._send("GET", path, headers, params=query))).json()

    async def do(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A command under one key, until it is answered.

        Raises:
            Refused: with the problem.
        """
        key = new_id()
        more = {"idempotency-key": str(key)}
        answer = await self._until(
            lambda headers: self._send("POST", path, headers | more, json=body), status=None
        )
        if self.chance.random() < self.doubling:
            self.tally.doubled += 1
            again = await self._until(
                lambda headers: self._send("POST", path, headers | more, json=body), status=None
            )
            if _gist(again) != _gist(answer):
                self.tally.differing.append(f"{path} {answer.text} {again.text}"[:300])
        if answer.status_code >= 300:
            self.tally.refused += 1
            raise Refused(answer.text)
        self.tally.done[path.split("/")[1]].add(key)
        await asyncio.sleep(self.pause)
        told: dict[str, Any] = answer.json()
        return told

    async def _until(self, send: Callable[[dict[str, str]], Any], *, status: int | None = 200) -> Any:
        who = Who(self.person, None, self.site, ROLES)
        while True:
            headers = {"authorization": f"Bearer {self.tokens.issue(who, new_id())}"}
            try:
                answer = await send(headers)
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code < 500:
                if status is not None and answer.status_code != status:
                    raise Refused(answer.text)
                return answer
            self.tally.retries += 1
            if self.over.is_set() and status is not None:
                raise Refused("the day is over")
            await asyncio.sleep(self.chance.uniform(*_RETRY))

    def _send(self, method: str, path: str, headers: dict[str, str], **more: Any) -> Any:
        base = self.bases[path.split("/")[1]]
        return self.client.request(method, f"{base}/api{path}", headers=headers, **more)


def _gist(answer: httpx.Response) -> tuple[int, object]:
    """What an answer says, without the number of the request that it answered."""
    told = answer.json()
    return answer.status_code, told if answer.is_success else told["type"]


async def pick_and_ship(person: Person) -> None:
    """Rounds, one after another: claim, bind, pick, drop; then what is picked whole leaves."""
    while not person.over.is_set():
        try:
            document = await person.do("/floor/picking/claim", {})
            await _walk(person, document)
        except Refused:
            await asyncio.sleep(0.3)
        await ship_picked(person)


async def _walk(person: Person, document: dict[str, Any]) -> None:
    """A round that was begun is walked to its end, so that nothing hangs in the air when the day is over."""
    for tote in document["totes"]:
        await person.do("/floor/picking/bind-tote", {"tote": tote["id"], "code": f"TB-{new_id().hex[-12:]}"})
    for line in document["lines"]:
        if line["state"] == "open":
            pick = {"line": line["id"], "quantity": line["quantity"], "tote": line["tote"]}
            await person.do("/floor/picking/confirm", pick)
    for tote in document["totes"]:
        await person.do("/floor/picking/drop", {"tote": tote["id"], "place": tote["dropPlace"]})


async def ship_picked(person: Person) -> None:
    """Everything that waits at the pack places leaves."""
    try:
        for order in await person.get("/floor/shipping/orders", states="picked"):
            await person.do("/floor/shipping/ship", {"order": order["id"]})
            person.tally.shipped += 1
    except Refused:
        return  # somebody was first


async def receive(person: Person) -> None:
    """What was ordered comes in, a piece at a time, of one line after another."""
    while not person.over.is_set():
        try:
            rows = await person.get("/floor/receiving/deliveries", days=60)
            open_ones = [row for row in rows if row["kind"] == "purchase" and row["percent"] < 100]
            if not open_ones:
                await asyncio.sleep(0.3)
                continue
            chosen = person.chance.choice(open_ones)
            await _take_in(person, await person.get(f"/floor/receiving/deliveries/{chosen['id']}"))
        except Refused:
            await asyncio.sleep(0.3)


async def _take_in(person: Person, delivery: dict[str, Any]) -> None:
    items = {item["id"]: item for item in delivery["items"]}
    for line in delivery["lines"]:
        item = items.get(line["item"])
        if (
            item is None
            or item["tracking"] == "serial"
            or Decimal(line["received"]) >= Decimal(line["quantity"])
        ):
            continue
        goods: dict[str, Any] = {
            "delivery": delivery["id"], "line": line["id"], "item": line["item"], "quantity": "1",
            "place": delivery["docks"][0]["id"],
        }  # fmt: skip
        if item["tracking"] == "lot":
            goods["lotCode"] = f"LB-{delivery['number']}"
        if item["expires"]:
            goods["expiresOn"] = (clock.now().date() + timedelta(days=700)).isoformat()
        await person.do("/floor/receiving/goods", goods)
        person.tally.received += 1


async def buy(person: Person, supplier: str, sku: str) -> None:
    """A purchase order is drafted and released, and on the floor the supplier's yes is entered; then the next one."""
    while not person.over.is_set():
        wanted = (clock.now().date() + timedelta(days=3)).isoformat()
        lines = [{"sku": sku, "quantity": "6", "wantedOn": wanted, "price": "2.50"}]
        try:
            made = await person.do("/core/purchase-orders/draft", {"supplier": supplier, "lines": lines})
            await person.do("/core/purchase-orders/release", {"number": made["number"]})
            person.tally.released += 1
            await _answer(person, made["number"], wanted)
        except Refused:
            await asyncio.sleep(0.3)


async def _answer(person: Person, number: str, wanted: str) -> None:
    while not person.over.is_set():
        rows = await person.get("/floor/suppliers/orders", search=number)
        order = next((row for row in rows["items"] if row["number"] == number), None)
        if order is not None:
            said = [{"line": 10, "schedule": [{"quantity": "6", "promisedOn": wanted}]}]
            body = {"order": order["id"], "version": order["version"], "lines": said}
            await person.do("/floor/suppliers/answer-for", body)
            return
        await asyncio.sleep(0.2)


async def sell(person: Person, customer: str, sku: str) -> None:
    """A customer's order is entered and released to the floor; then the next one."""
    while not person.over.is_set():
        due = (clock.now() + timedelta(hours=2)).isoformat()
        line = {"sku": sku, "quantity": "2", "price": "9"}
        try:
            body = {"customer": customer, "dueAt": due, "lines": [line], "priority": 9}
            made = await person.do("/core/sales-orders/enter", body)
            await person.do("/core/sales-orders/release", {"number": made["number"]})
            person.tally.released += 1
        except Refused:
            await asyncio.sleep(0.3)
        await asyncio.sleep(max(person.pause, 0.2))
