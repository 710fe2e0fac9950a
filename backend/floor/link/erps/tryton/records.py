"""What Tryton's rows say, as records of the port and messages of the contract."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from backend.contract.masters import ItemReleased, PartnerChanged
from backend.contract.production import (
    ReleasedMaterial,
    ReleasedOperation,
    WorkOrderCancelled,
    WorkOrderReleased,
)
from backend.contract.purchases import OrderedLine, PurchaseOrderCancelled, PurchaseOrderReleased
from backend.contract.shipments import RequestedLine, ShipmentCancelled, ShipmentRequested
from backend.floor.link.erps.tryton.store import Row, Store, noon, stamp
from backend.floor.link.port import Record, RecordLine, State
from backend.kernel.quantity import tidy

WRITTEN: Final = ["create_date", "write_date", "_timestamp"]
_REVISION: Final = "1"  # Tryton keeps no revisions
_MOVE: Final = ["product.code", "product.default_uom", "quantity", "unit", "state", "lot.number"]


def _of(path: str, *names: str) -> list[str]:
    return [f"{path}.{name}" for name in (*names, "create_date", "write_date")]


ITEM: Final = [
    "code", "default_uom", "default_uom.digits", "lot_required", "rec_name", "template.name",
    *_of("template"), *WRITTEN,
]  # fmt: skip
PARTNER: Final = [
    "code", "name", "email", "lang.code", *_of("addresses", "street", "postal_code", "city", "country.code"),
    *_of("contact_mechanisms"), *WRITTEN,
]  # fmt: skip
PURCHASE: Final = [
    "number", "state", "reference", "party.code", "party.email", "currency.code", "delivery_date", "purchase_date",
    *_of("lines", "type", "product.code", "product.default_uom", "quantity", "unit", "unit_price", "delivery_date_store"),
    *WRITTEN,
]  # fmt: skip
SHIPMENT: Final = [
    "number", "state", "reference", "customer.code", "planned_date",
    *_of("outgoing_moves", *_MOVE), *_of("inventory_moves", "origin", *_MOVE), *WRITTEN,
]  # fmt: skip
RECEIPT: Final = ["number", "state", "reference", *_of("incoming_moves", "origin", *_MOVE), *WRITTEN]
CORRECTION: Final = [
    "number", "state", *_of("lines", "product.code", "lot.number", "quantity", "expected_quantity"), *WRITTEN,
]  # fmt: skip
WORK: Final = [
    "number", "state", "reference", "product.code", "product.default_uom", "quantity", "unit", "planned_date",
    *_of("inputs", "product.lot_required", *_MOVE), *_of("outputs", *_MOVE), *WRITTEN,
]  # fmt: skip

# Where a document stands for the floor.
STATES: Final[dict[str, dict[str, State]]] = {
    "purchase": {
        "draft": "draft", "quotation": "draft", "confirmed": "open", "processing": "open", "done": "done",
        "cancelled": "cancelled",
    },
    "shipment": {
        "draft": "draft", "waiting": "open", "assigned": "open", "picked": "under_way", "packed": "under_way",
        "shipped": "done", "done": "done", "cancelled": "cancelled",
    },
    "correction": {"draft": "draft", "done": "done", "cancelled": "cancelled"},
    "receipt": {"draft": "draft", "received": "under_way", "done": "done", "cancelled": "cancelled"},
    "work": {
        "request": "draft", "draft": "draft", "waiting": "open", "assigned": "open", "running": "under_way",
        "done": "done", "cancelled": "cancelled",
    },
}  # fmt: skip


async def item(store: Store, row: Row) -> Record:
    """A product: its template tells name and unit."""
    unit = await store.unit(row["default_uom"])
    message = ItemReleased(
        sku=row["code"],
        version=1,
        name=row["template."]["name"],
        revision=_REVISION,
        unit=unit.name,
        whole=unit.digits == 0,
        tracking="lot" if row["lot_required"] else "none",
    )
    return Record(
        kind="item", id=str(row["id"]), number=row["code"], state="open",
        stamp=stamp(row, row["template."]), message=message,
    )  # fmt: skip


async def partner(store: Store, row: Row) -> Record:  # noqa: ARG001  # all records are read alike
    """A party. Tryton does not say whether one buys or sells: it may do both. The first address is the one it is known by."""
    address: Row = row["addresses."][0] if row["addresses."] else {}
    message = PartnerChanged(
        number=row["code"],
        version=1,
        kind="both",
        name=row["name"] or row["code"],
        email=row["email"] or "",
        language=((row.get("lang.") or {}).get("code") or "").replace("_", "-"),
        street=address.get("street") or "",
        postal_code=address.get("postal_code") or "",
        city=address.get("city") or "",
        country=(address.get("country.") or {}).get("code") or "",
    )
    return Record(
        kind="partner", id=str(row["id"]), number=row["code"], state="open",
        stamp=stamp(row, *row["addresses."], *row["contact_mechanisms."]), message=message,
    )  # fmt: skip


async def purchase(store: Store, row: Row) -> Record:
    """A purchase: what is ordered, line by line, in the items' own units."""
    rows = [line for line in row["lines."] if line["type"] == "line" and line.get("product.")]
    lines = tuple(
        [RecordLine(id=str(line["id"]), sku=_sku(line), wanted=await _own(store, line)) for line in rows]
    )
    state = STATES["purchase"][row["state"]]
    ordered = [
        await _ordered(store, number, row, line, found)
        for number, (line, found) in enumerate(zip(rows, lines, strict=True), 1)
    ]
    message: msgspec.Struct | None = None
    if state == "open" and ordered:
        message = PurchaseOrderReleased(
            number=row["number"],
            version=1,
            supplier=row["party."]["code"],
            supplier_email=row["party."].get("email") or "",
            currency=row["currency."]["code"],
            lines=tuple(ordered),
        )
    elif state == "cancelled" and row["number"]:
        message = PurchaseOrderCancelled(number=row["number"], version=1)
    return _record("purchase", row, lines, message, stamp(row, *row["lines."]))


async def _ordered(store: Store, number: int, row: Row, line: Row, found: RecordLine) -> OrderedLine:
    own = await store.unit(line["product."]["default_uom"])
    # A price is per unit of the line; told per the item's own unit, like the quantity.
    price = Decimal(line["unit_price"]) * Decimal(line["quantity"]) / found.wanted
    # A line's computed `delivery_date` becomes the day of its receipt; only what somebody entered is a wish.
    wanted_on = (
        line["delivery_date_store"]
        or row["delivery_date"]
        or row["purchase_date"]
        or datetime.now(UTC).date()
    )
    return OrderedLine(
        line=number, sku=found.sku, revision=_REVISION, quantity=found.wanted, unit=own.name,
        price=price.normalize() if price else Decimal(0), wanted_on=wanted_on,
    )  # fmt: skip


async def shipment(store: Store, row: Row) -> Record:
    """A shipment to a customer: its outgoing moves."""
    rows = [move for move in row["outgoing_moves."] if move["state"] != "cancelled"]
    lines = tuple([await _moved(store, move) for move in rows])
    state = STATES["shipment"][row["state"]]
    message: msgspec.Struct | None = None
    if state == "open" and lines:
        message = ShipmentRequested(
            number=row["number"],
            version=1,
            customer=row["customer."]["code"],
            due_at=noon(row["planned_date"]),
            lines=tuple([
                RequestedLine(line=n, sku=line.sku, quantity=line.wanted, unit=(await store.product(line.sku))[1].name)
                for n, line in enumerate(lines, 1)
            ]),
        )  # fmt: skip
    elif state == "cancelled" and row["number"]:
        message = ShipmentCancelled(number=row["number"], version=1)
    return _record("shipment", row, lines, message, stamp(row, *row["outgoing_moves."]))


async def receipt(store: Store, row: Row) -> Record:
    """A supplier's shipment: its incoming moves."""
    moves = [move for move in row["incoming_moves."] if move["state"] != "cancelled"]
    lines = tuple([await _moved(store, move) for move in moves])
    return _record("receipt", row, lines, None, stamp(row, *row["incoming_moves."]))


async def correction(store: Store, row: Row) -> Record:  # noqa: ARG001  # all records are read alike
    """An inventory: what each line changed, once it is confirmed."""
    lines = tuple(
        RecordLine(
            id=str(line["id"]), sku=_sku(line), wanted=_change(line), lot=(line.get("lot.") or {}).get("number"),
            done=_change(line) if row["state"] == "done" else Decimal(0),
        )
        for line in row["lines."]
    )  # fmt: skip
    return _record("correction", row, lines, None, stamp(row, *row["lines."]))


def _change(line: Row) -> Decimal:
    return tidy(Decimal(line["quantity"] or 0) - Decimal(line["expected_quantity"] or 0))


async def work(store: Store, row: Row) -> Record:
    """A production: outputs with their quantities, inputs with negative ones."""
    outputs = [await _moved(store, move) for move in row["outputs."] if move["state"] != "cancelled"]
    inputs = [await _moved(store, move) for move in row["inputs."] if move["state"] != "cancelled"]
    lines = (
        *outputs,
        *(msgspec.structs.replace(line, wanted=-line.wanted, done=-line.done) for line in inputs),
    )
    state = STATES["work"][row["state"]]
    message: msgspec.Struct | None = None
    if state == "open" and row.get("product.") and row["quantity"]:
        message = await _work_order(store, row, inputs)
    elif state == "cancelled" and row["number"]:
        message = WorkOrderCancelled(number=row["number"], version=1)
    return _record("work", row, lines, message, stamp(row, *row["inputs."], *row["outputs."]))


async def _work_order(store: Store, row: Row, inputs: list[RecordLine]) -> WorkOrderReleased:
    quantity = await _own(store, row)
    tracked = {_sku(move) for move in row["inputs."] if move["product."].get("lot_required")}
    return WorkOrderReleased(
        number=row["number"],
        version=1,
        sku=_sku(row),
        revision=_REVISION,
        bom_revision=_REVISION,
        quantity=quantity,
        due_at=noon(row["planned_date"]),
        # Tryton's production without its routing modules is one step.
        operations=(ReleasedOperation(operation=10, work_centre="PRODUCTION", name="Production"),),
        materials=tuple(
            ReleasedMaterial(
                line=n, operation=10, sku=line.sku, quantity_each=_each(line.wanted, quantity),
                consumption="scan" if line.sku in tracked else "backflush",
            )
            for n, line in enumerate((one for one in inputs if one.wanted > 0), 1)
        ),
    )  # fmt: skip


def _each(total: Decimal, pieces: Decimal) -> Decimal:
    return (total / pieces).quantize(Decimal("0.0001")).normalize()


async def _moved(store: Store, move: Row) -> RecordLine:
    quantity = await _own(store, move)
    return RecordLine(
        id=str(move["id"]), sku=_sku(move), wanted=quantity,
        done=quantity if move["state"] == "done" else Decimal(0), lot=(move.get("lot.") or {}).get("number"),
    )  # fmt: skip


async def _own(store: Store, line: Row) -> Decimal:
    quantity = tidy(Decimal(line["quantity"] or 0))
    return tidy(await store.own(quantity, line["unit"], line["product."]["default_uom"]))


def _sku(row: Row) -> str:
    return str(row["product."]["code"])


def _record(
    kind: Any, row: Row, lines: tuple[RecordLine, ...], message: msgspec.Struct | None, at: str
) -> Record:
    return Record(
        kind=kind, id=str(row["id"]), number=row["number"] or "", state=STATES[kind][row["state"]], stamp=at,
        our_ref=row.get("reference") or "", lines=lines, message=message,
    )  # fmt: skip


def on_day(day: date | None) -> date:
    """A day for Tryton's effective dates."""
    return day or datetime.now(UTC).date()
