"""An Odoo that behaves as one was measured to: wizards instead of errors, the whole plan where nothing is entered, calls that run twice.

A transport for httpx, so that the adapter's own HTTP is what runs. It speaks JSON-RPC and JSON-2.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import msgspec

USER, PASSWORD, KEY, DATABASE = "gemba", "a-password-of-the-link", "a-key-of-the-link", "shop"
Row = dict[str, Any]


class UserError(Exception):
    """What Odoo tells a person."""


@dataclass
class OdooStub(httpx.AsyncBaseTransport):
    """Models and rows; `twice` runs each method two times and answers with the second; `lose` drops answers of these methods once."""

    tables: dict[str, dict[int, Row]] = field(default_factory=dict)
    twice: bool = False
    lose: set[str] = field(default_factory=set)
    clock: int = 0

    def add(self, model: str, /, **values: Any) -> int:
        """One new row."""
        table = self.tables.setdefault(model, {})
        row_id = len(table) + 1
        table[row_id] = {"id": row_id, "write_date": self._now(), **values}
        return row_id

    def row(self, model: str, row_id: int) -> Row:
        """One row."""
        return self.tables[model][row_id]

    def _now(self) -> str:
        self.clock += 1
        return f"2026-11-22 {self.clock // 3600:02}:{self.clock // 60 % 60:02}:{self.clock % 60:02}"

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One HTTP request, by either protocol."""
        body = msgspec.json.decode(request.content)
        if request.url.path == "/jsonrpc":
            return self._rpc(body["params"], request)
        model, method = request.url.path.split("/")[3:]
        if request.headers.get("authorization") != f"bearer {KEY}":
            return httpx.Response(
                401, json={"name": "werkzeug.exceptions.Unauthorized", "message": "Invalid apikey"}
            )
        context = body.pop("context", {})
        try:
            return httpx.Response(
                200, json=self._run(model, method, list(body.values()), body, context, request)
            )
        except UserError as error:
            return httpx.Response(422, json={"name": "odoo.exceptions.UserError", "message": str(error)})

    def _rpc(self, params: dict[str, Any], request: httpx.Request) -> httpx.Response:
        args = params["args"]
        if params["service"] == "common":
            return httpx.Response(200, json={"result": 2 if args[1:] == [USER, PASSWORD] else False})
        model, method, arguments, named = args[3:]
        context = named.pop("context", {})
        try:
            return httpx.Response(
                200, json={"result": self._run(model, method, arguments, named, context, request)}
            )
        except UserError as error:
            data = {"name": "odoo.exceptions.UserError", "message": str(error)}
            return httpx.Response(
                200, json={"error": {"code": 200, "message": "Odoo Server Error", "data": data}}
            )

    def _run(
        self,
        model: str,
        method: str,
        arguments: list[Any],
        named: dict[str, Any],
        context: Row,
        request: httpx.Request,
    ) -> Any:
        if method == "search_read":
            return self._search(model, arguments[0], named.get("limit"))
        methods: dict[str, Callable[[], Any]] = {
            "write": partial(self._write, model, *arguments[:2]),
            "load": partial(self._load, model, *arguments[1:2]),
            "button_validate": partial(self._validate, arguments[0], context),
            "button_mark_done": partial(self._mark_done, arguments[0]),
        }
        run = methods[method]
        answer = run()
        if self.twice:
            answer = run()
        if method in self.lose:
            self.lose.remove(method)
            raise httpx.ReadError("the answer got lost", request=request)
        return answer

    def _search(self, model: str, domain: list[Any], limit: int | None) -> list[Row]:
        rows = [row for row in self.tables.get(model, {}).values() if all(_fits(row, *one) for one in domain)]
        return rows[:limit]

    def _write(self, model: str, ids: list[int], values: Row) -> bool:
        for one in ids:
            self.row(model, one).update(values, write_date=self._now())
        return True

    def _load(self, model: str, rows: list[list[Any]]) -> Row:
        """The only upsert: the same external id gives the same record."""
        (data,) = rows
        module, _, name = data[0].partition(".")
        known = self._search("ir.model.data", [["module", "=", module], ["name", "=", name]], None)
        if not known:
            self.add("ir.model.data", module=module, name=name, model=model, res_id=data[1])
        return {"ids": [known[0]["res_id"] if known else data[1]], "messages": []}

    def _validate(self, ids: list[int], context: Row) -> Any:
        (picking_id,) = ids
        picking = self.row("stock.picking", picking_id)
        if picking["state"] == "done":
            raise UserError("You cannot validate a transfer if no quantities are reserved.")
        moves = [self.row("stock.move", one) for one in picking["move_ids"]]
        if not any(move["picked"] for move in moves):
            for move in moves:  # nothing entered: the whole plan is booked
                move.update(quantity=move["product_uom_qty"], picked=True)
        short = [move for move in moves if move["quantity"] < move["product_uom_qty"]]
        if short and not context.get("skip_backorder"):
            return {"type": "ir.actions.act_window", "res_model": "stock.backorder.confirmation"}
        rest = [self._split(move) for move in short]
        if rest:
            self.add("stock.picking", **{**picking, "id": len(self.tables["stock.picking"]) + 1, "move_ids": rest, "name": f"{picking['name']}-B"})  # fmt: skip
            for order in self.tables.get("purchase.order", {}).values():
                if picking_id in order["picking_ids"]:
                    order["picking_ids"].append(len(self.tables["stock.picking"]))
        for move in moves:
            move["state"] = "done" if move["quantity"] else "cancel"
        picking.update(state="done", write_date=self._now())
        return True

    def _split(self, move: Row) -> int:
        rest = {
            **move,
            "product_uom_qty": move["product_uom_qty"] - move["quantity"],
            "quantity": 0,
            "picked": False,
        }
        rest.pop("id")
        move["product_uom_qty"] = move["quantity"]
        return self.add("stock.move", **{**rest, "state": "assigned"})

    def _mark_done(self, ids: list[int]) -> Any:
        (order_id,) = ids
        order = self.row("mrp.production", order_id)
        if order["state"] == "done":
            raise UserError("This manufacturing order is done already.")
        raw = [self.row("stock.move", one) for one in order["move_raw_ids"]]
        if not all(move["picked"] for move in raw):
            order["state"] = "progress"
            return {"type": "ir.actions.act_window", "res_model": "mrp.consumption.warning"}
        for move in raw:
            move["state"] = "done"
        order.update(state="done", write_date=self._now())
        return True


def _fits(row: Row, name: str, operator: str, value: Any) -> bool:
    has = row.get(name)
    tests: dict[str, Callable[[], bool]] = {
        "=": lambda: bool(has == value),
        "!=": lambda: bool(has != value),
        "in": lambda: has in value,
        ">": lambda: bool(has > value),
        ">=": lambda: bool(has >= value),
    }
    return tests[operator]()
