"""Which messages the floor understands, and what it does with each.

A type that is not here is kept as `unknown` and shown, never dropped.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.shipments import ShipmentCancelled, ShipmentChanged, ShipmentRequested
from backend.floor.wms.shipping import cancel_request, receive_request

Apply = Callable[[AsyncConnection, Any, str], Awaitable[object]]


class Handler(msgspec.Struct, frozen=True):
    """What a message type's data is, and what to do with it: `apply(connection, message, source)`.

    `apply` runs in the transaction that marks the message done, so its effect is booked exactly once. Messages may overtake each
    other, so it compares versions. It refuses with a `Problem`.
    """

    message: type[msgspec.Struct]
    apply: Apply


Handlers = Mapping[str, Handler]


HANDLERS: Handlers = {
    ShipmentRequested.TYPE: Handler(ShipmentRequested, receive_request),
    ShipmentChanged.TYPE: Handler(ShipmentChanged, receive_request),
    ShipmentCancelled.TYPE: Handler(ShipmentCancelled, cancel_request),
}
