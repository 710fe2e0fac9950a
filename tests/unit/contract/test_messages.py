"""The contract's shapes: every message by name, as JSON that another program can read, and open to later additions."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from backend.contract import shipments, stock
from backend.contract.envelope import Envelope
from backend.contract.purchases import PurchaseOrderCancelled, PurchaseOrderReleased
from backend.contract.shipments import (
    LinePicked,
    LineShorted,
    PickedLine,
    PickUndone,
    RequestedLine,
    ShipmentCancelled,
    ShipmentChanged,
    ShipmentPicked,
    ShipmentRequested,
    ShipmentShipped,
    ShippedContent,
    ShippedLine,
    ShortUndone,
)
from backend.contract.stock import StockAdjusted
from backend.floor.link.handlers import HANDLERS
from backend.kernel.link.messages import compose, decode

AT = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
_LINE = RequestedLine(line=1, sku="BK-100", quantity=Decimal("2.50"), unit="pc")
_REQUEST: dict[str, Any] = {
    "number": "SO-1", "version": 2, "customer": "C-7", "due_at": AT, "lines": (_LINE,), "priority": 3, "carrier": "DHL",
    "site": "EHV",
}  # fmt: skip
_PICK: dict[str, Any] = {
    "number": "SO-1", "line": 1, "sku": "BK-100", "quantity": Decimal("2.50"), "unit": "pc", "at": AT, "lot": "L-1",
}  # fmt: skip
EXAMPLES: list[Any] = [
    ShipmentRequested(**_REQUEST),
    ShipmentChanged(**_REQUEST),
    ShipmentCancelled(number="SO-1", version=3, reason="customer called"),
    LinePicked(**_PICK),
    PickUndone(**_PICK),
    LineShorted(number="SO-1", line=1, sku="BK-100", quantity=Decimal(1), unit="pc", reason="not_found", at=AT),
    ShortUndone(number="SO-1", line=1, sku="BK-100", quantity=Decimal(1), unit="pc", reason="undone", at=AT),
    ShipmentPicked(
        number="SO-1", version=2, at=AT,
        lines=(PickedLine(line=1, sku="BK-100", unit="pc", wanted=Decimal(3), picked=Decimal(2), shorted=Decimal(1)),),
    ),
    ShipmentShipped(
        number="SO-1", version=2, carrier="DHL", at=AT, handling_units=("340000000000000017",),
        lines=(ShippedLine(
            line=1, sku="BK-100", unit="pc", quantity=Decimal(2),
            contents=(ShippedContent(quantity=Decimal(2), lot="L-1", expires_on=date(2027, 1, 31)),),
        ),),
    ),
    StockAdjusted(sku="BK-100", change=Decimal("-1.0000"), unit="pc", reason="count", at=AT),
]  # fmt: skip


def _in_modules() -> set[type]:
    return {
        found for module in (shipments, stock) for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, msgspec.Struct) and "TYPE" in vars(found)
    }  # fmt: skip


def test_every_message_of_the_contract_has_an_example_here() -> None:
    """No message type goes untested."""
    assert {type(example) for example in EXAMPLES} == _in_modules()


def test_every_type_name_is_its_own_and_ends_in_its_schema_version() -> None:
    """Names are unique and of the form gemba.subject.what.vN."""
    names = [message.TYPE for message in _in_modules()]  # type: ignore[attr-defined]
    assert len(set(names)) == len(names)
    for name in names:
        assert re.fullmatch(r"gemba\.(shipment|stock)\.[a-z_]+\.v[1-9][0-9]*", name), name


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: type(message).__name__)
def test_a_message_survives_the_way_in_its_envelope(message: Any) -> None:
    """Out as bytes, in as the same message: quantities exact, times with their zone."""
    body = compose(message, message_id="m-1", source="https://floor", subject="shipment/SO-1", sequence=12)
    received = decode(body)
    assert received.sequence == 12
    assert msgspec.convert(received.envelope.data, type(message)) == message


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: type(message).__name__)
def test_the_json_is_camel_case_and_has_no_floats(message: Any) -> None:
    """Names are camelCase and every quantity is a string, so that no reader makes a float of it."""

    def walk(value: Any) -> None:
        assert not isinstance(value, float)
        if isinstance(value, dict):
            for name, inner in value.items():
                assert re.fullmatch(r"[a-z][a-zA-Z]*", name), name
                if name in {"quantity", "change", "wanted", "picked", "shorted"}:
                    assert isinstance(inner, str)
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    body = compose(message, message_id="m-1", source="https://floor", subject="shipment/SO-1", sequence=1)
    walk(json.loads(body)["data"])


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: type(message).__name__)
def test_a_reader_passes_over_what_a_newer_sender_added(message: Any) -> None:
    """An unknown field, anywhere, is no error: that is how a schema may grow within its version."""
    data = msgspec.to_builtins(message)
    data["addedLater"] = {"deep": [1]}
    for line in data.get("lines", []):
        line["addedLater"] = True
    assert msgspec.convert(data, type(message)) == message


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": ""}, {"number": "x" * 65}, {"version": 0}, {"version": "1"}, {"version": 2**31}, {"lines": []},
        {"dueAt": "2026-11-22T10:00:00"}, {"dueAt": "tomorrow"}, {"customer": None}, {"priority": 10}, {"priority": -1},
        {"lines": [{"line": 0, "sku": "A", "quantity": "1", "unit": "pc"}]},
        {"lines": [{"line": 1, "sku": "A", "quantity": "one", "unit": "pc"}]},
        {"lines": [{"line": 1, "sku": "A", "quantity": None, "unit": "pc"}]},
        {"lines": [{"line": 1, "sku": "A", "unit": "pc"}]},
    ],
    ids=str,
)  # fmt: skip
def test_a_request_that_says_too_little_or_nonsense_is_refused(wrong: dict[str, Any]) -> None:
    """Each wrong field of a request is named."""
    data = msgspec.to_builtins(ShipmentRequested(**_REQUEST)) | wrong
    with pytest.raises(msgspec.ValidationError, match=rf"\$\.{next(iter(wrong))}|missing required field"):
        msgspec.convert(data, ShipmentRequested)


def test_the_floor_understands_every_message_that_comes_in() -> None:
    """Each incoming type has a handler that reads exactly that message."""
    incoming = {
        ShipmentRequested,
        ShipmentChanged,
        ShipmentCancelled,
        PurchaseOrderReleased,
        PurchaseOrderCancelled,
    }
    assert {handler.message for handler in HANDLERS.values()} >= incoming
    for name, handler in HANDLERS.items():
        assert name == handler.message.TYPE  # type: ignore[attr-defined]


def test_a_known_message_is_written_as_ever() -> None:
    """The bytes of one message, spelled out: a change here is a change for every program that reads us."""
    written = json.loads(
        compose(EXAMPLES[3], message_id="m-1", source="https://floor", subject="shipment/SO-1", sequence=7)
    )
    assert written.pop("time").endswith("Z")
    assert written == {
        "specversion": "1.0",
        "id": "m-1",
        "source": "https://floor",
        "type": "gemba.shipment.line_picked.v1",
        "subject": "shipment/SO-1",
        "sequence": "00000000000000000007",
        "dataschema": "urn:gemba:contract:gemba.shipment.line_picked.v1",
        "datacontenttype": "application/json",
        "data": {
            "number": "SO-1", "line": 1, "sku": "BK-100", "quantity": "2.50", "unit": "pc",
            "at": "2026-11-22T10:30:00Z", "lot": "L-1", "serial": None,
        },
    }  # fmt: skip
    assert msgspec.convert(written, Envelope).time is None
