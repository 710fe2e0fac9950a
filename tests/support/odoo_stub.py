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
    """Models and rows; `twice` runs each method two times and answers with the second; `lose` drops answers of these methods once;
    `meddle` is what somebody else does just before one.
    """

    tables: dict[str, dict[int, Row]] = field(default_factory=dict)
    twice: bool = False
    lose: set[str] = field(default_factory=set)
    meddle: dict[str, Callable[[], object]] = field(default_factory=dict)
    clock: int = 0
    many: bool = False
    """Whether a production takes many serial numbers, as from release 19 on."""

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
            answer = self._run(model, method, list(body.values()), body, context, request)
            return httpx.Response(200, content=msgspec.json.encode(answer))
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
            "fields_get": partial(self._fields, model, arguments[0]),
            "write": partial(self._write, model, *arguments[:2]),
            "load": partial(self._load, model, *arguments[:2]),
            "create": partial(self._create, model, *arguments[:1]),
            "action_apply_inventory": partial(self._apply, arguments[0], context),
            "button_validate": partial(self._validate, arguments[0], context),
            "button_mark_done": partial(self._mark_done, arguments[0]),
        }
        if meddle := self.meddle.pop(method, None):
            meddle()
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

    def _fields(self, model: str, names: Any) -> Row:
        """Of a production, the one field that differs between releases."""
        known = (
            {"lot_producing_ids" if self.many else "lot_producing_id"} if model == "mrp.production" else set()
        )
        return {name: {"type": "many2many" if self.many else "many2one"} for name in names if name in known}

    def _write(self, model: str, ids: list[int], values: Row) -> bool:
        lines = values.pop("move_line_ids", None) if model == "stock.move" else None
        for one in ids:
            row = self.row(model, one)
            if unknown := {"lot_producing_ids" if not self.many else "lot_producing_id"} & values.keys():
                raise UserError(f"Invalid field {unknown} on model {model}")
            row.update(values, write_date=self._now())
            if "qty_producing" in values:  # how many are made is known: the components follow the plan
                for move in (self.row("stock.move", raw) for raw in row["move_raw_ids"]):
                    move["quantity"] = move["product_uom_qty"]
            if lines is not None:
                self._write_lines(row, lines)
            if model == "stock.quant" and "inventory_quantity" in values:
                row["inventory_diff_quantity"] = row["inventory_quantity"] - row["quantity"]
                row.update(inventory_quantity_set=True, seen=row["quantity"])
        return True

    def _write_lines(self, move: Row, commands: list[list[Any]]) -> None:
        table = self.tables.setdefault("stock.move.line", {})
        for number, _, values in commands:
            if number == 5:
                for known in [row["id"] for row in table.values() if row["move_id"] == move["id"]]:
                    table[known]["move_id"] = 0  # gone; numbers are never given twice
            else:
                lot = values.get("lot_id")
                named = [lot, self.row("stock.lot", lot)["name"]] if lot else False
                self.add("stock.move.line", **{**values, "move_id": move["id"], "lot_id": named})
        move["quantity"] = sum(row["quantity"] for row in table.values() if row["move_id"] == move["id"])

    def _create(self, model: str, values: Row) -> int:
        """A quant in inventory mode: the one that is there already, else a new one."""
        key = [[name, "=", values[name]] for name in ("product_id", "location_id", "lot_id")]
        known = self._search(model, key, None)
        if known:
            return int(known[0]["id"])
        lot = values["lot_id"]
        facts = {"product_id": [values["product_id"], ""], "location_id": [values["location_id"], ""],
                 "lot_id": [lot, self.row("stock.lot", lot)["name"]] if lot else False}  # fmt: skip
        return self.quant(**facts)

    def quant(self, **facts: Any) -> int:
        """So much of a product and lot in an internal place."""
        empty = {"quantity": 0, "inventory_quantity": 0, "inventory_quantity_set": False, "inventory_diff_quantity": 0,
                 "lot_id": False, "location_id": [8, "WH/Stock"], "location_id.usage": "internal"}  # fmt: skip
        return self.add("stock.quant", **{**empty, **facts})

    def _apply(self, ids: list[int], context: Row) -> Any:
        """Books what was counted as a move; where the quant has moved since, a wizard and nothing else."""
        quant = self.row("stock.quant", ids[0])
        change = quant["inventory_diff_quantity"]
        if change and quant["seen"] != quant["quantity"]:
            return {"type": "ir.actions.act_window", "res_model": "stock.inventory.conflict"}
        if change:
            usage = "internal" if change > 0 else "inventory"
            move = self.add(
                "stock.move", product_id=quant["product_id"], quantity=abs(change), state="done", is_inventory=True,
                name=context.get("inventory_name", "Product Quantity Updated"), **{"location_dest_id.usage": usage},
            )  # fmt: skip
            self.add("stock.move.line", move_id=move, lot_id=quant["lot_id"], quantity=abs(change))
        quant.update(quantity=quant["quantity"] + change, inventory_quantity=0, inventory_diff_quantity=0)
        quant["inventory_quantity_set"] = False
        return None

    def _load(self, model: str, fields: list[str], rows: list[list[Any]]) -> Row:
        """The only upsert: the same external id gives the same record, a new one without a number of its own a new record."""
        (data,) = rows
        module, _, name = data[0].partition(".")
        known = self._search("ir.model.data", [["module", "=", module], ["name", "=", name]], None)
        if not known and ".id" not in fields:
            data = [data[0], self.add(model, name=data[1], product_id=[data[2], ""])]
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
        self._name_lots(moves)
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

    def _name_lots(self, moves: list[Row]) -> None:
        """What is kept by lot needs one in every line; a name that came in and is not known becomes a lot."""
        for move in moves:
            product = self.row("product.product", move["product_id"][0])
            if product["tracking"] == "none" or not move["quantity"]:
                continue
            lines = [
                row for row in self.tables.get("stock.move.line", {}).values() if row["move_id"] == move["id"]
            ]
            if not lines or not all(line["lot_id"] or line.get("lot_name") for line in lines):
                raise UserError(f"You need to supply a Lot/Serial Number for product {product['name']}.")
            for line in lines:
                if line["lot_id"]:
                    continue
                lots = self.tables.get("stock.lot", {}).values()
                same = [
                    lot["id"]
                    for lot in lots
                    if lot["name"] == line["lot_name"] and lot["product_id"][0] == product["id"]
                ]
                found = (
                    same[0]
                    if same
                    else self.add("stock.lot", name=line["lot_name"], product_id=[product["id"], ""])
                )
                line["lot_id"] = [found, line["lot_name"]]

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
        self._name_lots(raw)
        self._finish(order)
        for move in raw:
            move["state"] = "done"
        order.update(state="done", write_date=self._now())
        return True

    def _finish(self, order: Row) -> None:
        """What came out, a line for each lot or piece with a number; without one what is kept by lot is refused."""
        product = self.row("product.product", order["product_id"][0])
        named = order.get("lot_producing_ids") or (
            [order["lot_producing_id"]] if order.get("lot_producing_id") else []
        )
        lots = named[0][2] if self.many and named else named
        made = order["qty_producing"]
        if product["tracking"] != "none" and len(lots) != (made if product["tracking"] == "serial" else 1):
            raise UserError(f"You need to supply a Lot/Serial Number for product {product['name']}.")
        move = self.add("stock.move", product_id=order["product_id"], quantity=made, state="done")
        for lot in lots:
            self.add(
                "stock.move.line", move_id=move, lot_id=[lot, self.row("stock.lot", lot)["name"]],
                quantity=made / len(lots),
            )  # fmt: skip
        order["move_finished_ids"] = [move]


def _fits(row: Row, name: str, operator: str, value: Any) -> bool:
    has = row.get(name)
    if isinstance(has, list) and isinstance(value, int):
        has = has[0]  # a pointer is compared by its number
    tests: dict[str, Callable[[], bool]] = {
        "=": lambda: bool(has == value),
        "!=": lambda: bool(has != value),
        "in": lambda: has in value,
        ">": lambda: bool(has > value),
        ">=": lambda: bool(has >= value),
    }
    return tests[operator]()
