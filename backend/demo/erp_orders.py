"""The demo ERP's order book: what it asked for and what the floor told about it, folded order by order.

What was asked for stands in a file that the sending half appends to; what came back is a list of messages. Both may repeat.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from backend.contract.shipments import (
    LinePicked,
    LineShorted,
    PickUndone,
    ShipmentPicked,
    ShipmentRequested,
    ShipmentShipped,
    ShortUndone,
)

ASKED: Final = "erp-asked.jsonl"
_STATES: Final = ("asked", "picking", "picked", "shipped")


@dataclass
class OrderLine:
    """One line: quantities in the unit the floor counts in; `requested` in the unit the ERP asked in."""

    line: int
    sku: str = ""
    unit: str = ""
    requested: Decimal | None = None
    requested_unit: str = ""
    picked: Decimal = Decimal(0)
    shorted: Decimal = Decimal(0)
    shipped: Decimal = Decimal(0)


@dataclass
class Order:
    """One order as the ERP sees it. `state` is asked, picking, picked or shipped."""

    number: str
    customer: str = ""
    version: int = 0
    state: str = "asked"
    touched: int = 0
    lines: dict[int, OrderLine] = field(default_factory=dict)

    def line(self, number: int) -> OrderLine:
        """The line by that number, made if it is new."""
        return self.lines.setdefault(number, OrderLine(number))

    def reached(self, state: str) -> None:
        """Moves the order on; it never goes back."""
        self.state = max(self.state, state, key=_STATES.index)


def remember_asked(state: Path, requests: Iterable[ShipmentRequested]) -> None:
    """Notes what the ERP asked for beside what it will be told, if the demo's ERP keeps its files on this machine."""
    if not state.is_dir():
        return
    with (state / ASKED).open("ab") as file:
        for request in requests:
            file.write(msgspec.json.encode(request) + b"\n")


def asked(state: Path) -> list[ShipmentRequested]:
    """What the ERP asked for, the newest version of each order last."""
    path = state / ASKED
    found = []
    for line in path.read_bytes().splitlines() if path.exists() else ():
        try:
            found.append(msgspec.json.decode(line, type=ShipmentRequested))
        except msgspec.MsgspecError:
            continue  # the last line of a program that was killed
    return found


def order_book(requests: Iterable[ShipmentRequested], messages: Iterable[Mapping[str, Any]]) -> list[Order]:
    """Every order, the one that was heard of last first."""
    orders: dict[str, Order] = {}
    for request in requests:
        order = orders.setdefault(request.number, Order(request.number))
        if request.version >= order.version:
            _ask(order, request)
    for place, message in enumerate(messages, start=1):
        kind = _TOLD.get(str(message["type"]))
        if kind is None:
            continue
        try:
            told = msgspec.convert(message["data"], kind)
        except msgspec.ValidationError:
            continue  # the list of messages shows it
        order = orders.setdefault(told.number, Order(told.number))
        order.touched = place
        _book(order, told)
    return sorted(orders.values(), key=lambda order: (-order.touched, order.number))


def _ask(order: Order, request: ShipmentRequested) -> None:
    order.version, order.customer = request.version, request.customer
    order.lines = {}
    for wanted in request.lines:
        line = order.line(wanted.line)
        line.sku, line.unit = wanted.sku, wanted.unit
        line.requested, line.requested_unit = wanted.quantity, wanted.unit


Told = LinePicked | PickUndone | LineShorted | ShortUndone | ShipmentPicked | ShipmentShipped
_TOLD: Final[dict[str, type[Told]]] = {
    kind.TYPE: kind
    for kind in (LinePicked, PickUndone, LineShorted, ShortUndone, ShipmentPicked, ShipmentShipped)
}


def _book(order: Order, told: Told) -> None:
    """Adds one message. The floor's last word on a line wins where the running sums say otherwise."""
    if isinstance(told, ShipmentPicked):
        order.reached("picked")
        for ended in told.lines:
            line = _named(order, ended.line, ended.sku, ended.unit)
            line.picked, line.shorted = ended.picked, ended.shorted
    elif isinstance(told, ShipmentShipped):
        order.reached("shipped")
        for left in told.lines:
            _named(order, left.line, left.sku, left.unit).shipped = left.quantity
    else:
        order.reached("picking")
        line = _named(order, told.line, told.sku, told.unit)
        if isinstance(told, LineShorted):
            line.shorted += -told.quantity if isinstance(told, ShortUndone) else told.quantity
        else:
            line.picked += -told.quantity if isinstance(told, PickUndone) else told.quantity


def _named(order: Order, number: int, sku: str, unit: str) -> OrderLine:
    line = order.line(number)
    line.sku, line.unit = sku, unit
    return line
