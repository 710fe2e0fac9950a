"""The ledger against a model: any order of receive, move, reserve, pick, short, count, undo and replay leaves both in agreement."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from backend.kernel.embedded import Urls
from backend.kernel.ids import new_id
from tests.support.demo_floor import DemoFloor, Worker, running_demo_floor
from tests.support.servers import Servers, cloned_databases

SMALL = st.integers(1, 9).map(str)


class Ground:
    """What all runs of the machine share: an app, two items, three empty bins, a dock, one person who may do everything."""

    def __init__(self, floor: DemoFloor, person: Worker, skus: list[str], places: list[str]) -> None:
        self.floor = floor
        self.person = person
        self.skus = skus
        self.places = places
        self.items: list[str] = []

    async def prepare(self) -> None:
        for sku in self.skus:
            self.items.append(str(await self.floor.scalar("select id from item where sku = :sku", sku=sku)))


class Ledger(RuleBasedStateMachine):
    """The model is a count per (item, place) of what was booked by the machine itself; the audit watches the rest."""

    ground: ClassVar[Ground]
    run: ClassVar[asyncio.Runner]
    sent = Bundle("sent")
    lines = Bundle("lines")
    undoable = Bundle("undoable")

    def __init__(self) -> None:
        super().__init__()
        self.model = self._do(self._stock())

    def _do(self, act: Coroutine[Any, Any, Any]) -> Any:
        return self.run.run(act)

    async def _stock(self) -> dict[tuple[str, str], Decimal]:
        rows = await self.ground.floor.scalar(
            """select coalesce(jsonb_agg(jsonb_build_array(item_id, place_id, q::text)), '[]') from (
               select item_id, place_id, sum(quantity) as q from quant
               where place_id = any(:places) and item_id = any(:items) and status = 'free' group by 1, 2) as x""",
            places=[UUID(place) for place in self.ground.places],
            items=[UUID(item) for item in self.ground.items],
        )
        found = dict.fromkeys(((i, p) for i in self.ground.items for p in self.ground.places), Decimal(0))
        return found | {(item, place): Decimal(quantity) for item, place, quantity in rows}

    def _send(self, path: str, body: dict[str, Any]) -> tuple[str, int, dict[str, Any]]:
        key = new_id()
        answer = self._do(self.ground.person.post(path, body, key=key))
        assert answer.status_code in {200, 409}, answer.text
        return str(key), answer.status_code, answer.json()

    @rule(target=sent, item=st.integers(0, 1), place=st.integers(0, 3), quantity=SMALL)
    def receive(self, item: int, place: int, quantity: str) -> Any:
        body = {"item": self.ground.items[item], "quantity": quantity, "place": self.ground.places[place]}
        key, status, _ = self._send("/stock/receive", body)
        assert status == 200
        self.model[self.ground.items[item], self.ground.places[place]] += Decimal(quantity)
        return ("/stock/receive", body, key)

    @rule(target=sent, item=st.integers(0, 1), a=st.integers(0, 3), b=st.integers(0, 3), quantity=SMALL)
    def move(self, item: int, a: int, b: int, quantity: str) -> Any:
        body = {
            "item": self.ground.items[item],
            "quantity": quantity,
            "fromPlace": self.ground.places[a],
            "toPlace": self.ground.places[b],
        }
        key, status, told = self._send("/stock/move", body)
        source, target = (
            (self.ground.items[item], self.ground.places[a]),
            (self.ground.items[item], self.ground.places[b]),
        )
        if status == 200:
            self.model[source] -= Decimal(quantity)
            self.model[target] += Decimal(quantity)
            assert self.model[source] >= 0
        else:
            assert a == b or Decimal(told["facts"]["free"]) < Decimal(quantity)
        return ("/stock/move", body, key)

    @rule(old=sent)
    def replay(self, old: tuple[str, dict[str, Any], str]) -> None:
        path, body, key = old
        again = self._do(self.ground.person.post(path, body, key=UUID(key)))
        assert again.headers["gemba-replayed"] == "true"

    @rule(old=consumes(sent))
    def undo(self, old: tuple[str, dict[str, Any], str]) -> None:
        self._send("/stock/undo", {"command": old[2]})
        self.model = self._do(self._stock())

    @rule(target=lines, item=st.integers(0, 1), quantity=SMALL)
    def reserve(self, item: int, quantity: str) -> Any:
        async def act() -> list[dict[str, Any]]:
            floor, person = self.ground.floor, self.ground.person
            number = await floor.order([(self.ground.skus[item], quantity)])
            order = await floor.scalar("select id from shipment_request where number = :n", n=number)
            made = await person.done("/picking/release-orders", {"orders": [str(order)]})
            if not made["rounds"]:
                return []
            document = await person.done("/picking/claim", {"round": made["rounds"][0]})
            for tote in document["totes"]:
                await person.done(
                    "/picking/bind-tote", {"tote": tote["id"], "code": f"TM-{new_id().hex[-12:]}"}
                )
            return list(document["lines"])

        return multiple(*self._do(act()))

    def _line(self, path: str, line: dict[str, Any], body: dict[str, Any]) -> tuple[str, int]:
        key, status, _ = self._send(path, {"line": line["id"]} | body)
        self.model = self._do(self._stock())
        return key, status

    @rule(target=undoable, line=lines, quantity=SMALL)
    def pick(self, line: dict[str, Any], quantity: str) -> Any:
        spot = (line["item"], line["place"])
        before = self.model.get(spot)
        key, status = self._line("/picking/confirm", line, {"quantity": quantity, "tote": line["tote"]})
        if before is not None:
            assert self.model[spot] == before - (Decimal(quantity) if status == 200 else 0)
        return key

    @rule(target=undoable, line=lines, found=st.integers(0, 3).map(str))
    def short(self, line: dict[str, Any], found: str) -> Any:
        return self._line("/picking/short", line, {"found": found, "reason": "not_found"})[0]

    @rule(line=lines)
    def damaged(self, line: dict[str, Any]) -> None:
        self._line("/picking/damaged", line, {"quantity": "1"})

    @rule(key=consumes(undoable))
    def undo_pick(self, key: str) -> None:
        self._send("/picking/undo", {"command": key})
        self.model = self._do(self._stock())

    @rule(line=lines, quantity=st.integers(0, 12).map(str))
    def short_and_count(self, line: dict[str, Any], quantity: str) -> None:
        self._line("/picking/short", line, {"found": "0", "reason": "not_enough"})

        async def act() -> None:
            claimed = await self.ground.person.post("/counting/claim", {})
            if claimed.status_code != 200:
                return
            document = claimed.json()
            counted = [
                {
                    "quantity": quantity,
                    "lot": row["lot"],
                    "serial": row["serial"],
                    "handlingUnit": row["handlingUnit"],
                }
                for row in document["lines"][:1]
            ]
            body = {"task": document["id"], "counted": counted}
            first = await self.ground.person.done("/counting/post", body)
            if first["outcome"] == "again":
                await self.ground.person.done("/counting/claim", {"task": document["id"]})
                assert (await self.ground.person.done("/counting/post", body))["outcome"] == "booked"

        self._do(act())
        self.model = self._do(self._stock())

    @invariant()
    def books_agree(self) -> None:
        assert self._do(self._stock()) == self.model
        assert self._do(self.ground.floor.audit()) == []


@pytest.fixture
def ground(servers: Servers, demo_template: Urls) -> Any:
    """An app on a loop of its own: hypothesis calls from outside any loop."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def begin() -> Ground:
            urls = await stack.enter_async_context(cloned_databases(servers, demo_template))
            floor = await stack.enter_async_context(running_demo_floor(urls))
            skus = await floor.stocked(limit=2)
            bins = await floor.scalar(
                """select array_agg(id::text) from (select id from place where kind = 'bin' and not exists
                   (select from quant where quant.place_id = place.id) order by code limit 3) as x"""
            )
            dock, _ = await floor.place("dock")
            made = Ground(
                floor, await floor.worker("picker", "planner", "receiver"), skus, [*bins, str(dock)]
            )
            await made.prepare()
            return made

        Ledger.ground = runner.run(begin())
        Ledger.run = runner
        yield Ledger.ground
        runner.run(stack.aclose())


@pytest.mark.timeout(300)
def test_the_ledger_agrees_with_the_model(ground: Ground) -> None:
    """After every step of every run the stock is what the model says, and the audit finds nothing."""
    assert ground.items
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_every_kind_of_move_is_one_that_the_machine_makes(ground: Ground) -> None:
    """One run through all rules books every kind of move, in agreement with the model: chance may leave some out, this does not."""
    machine = Ledger()

    def reserved(quantity: str) -> dict[str, Any]:
        line: dict[str, Any] = machine.reserve(0, quantity).values[0]
        return line

    received = machine.receive(item=0, place=3, quantity="9")
    steps: list[Callable[[], object]] = [
        lambda: machine.move(item=0, a=3, b=0, quantity="2"),
        lambda: machine.replay(received),
        lambda: machine.undo_pick(machine.pick(reserved("3"), quantity="3")),
        lambda: machine.short(reserved("3"), found="1"),
        lambda: machine.damaged(reserved("3")),
        lambda: machine.short_and_count(reserved("4"), quantity="5000"),
        lambda: machine.undo(machine.receive(item=1, place=3, quantity="1")),
    ]
    for step in steps:
        step()
        machine.books_agree()
    done = machine.run.run(ground.floor.scalar("select array_agg(distinct kind) from stock_move"))
    assert set(done) >= {"receive", "move", "pick", "damage", "count", "undo"}
