"""What a service does with the messages that come in: one `Handler` a type."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

Apply = Callable[[AsyncConnection, Any, str], Awaitable[object]]


class Handler(msgspec.Struct, frozen=True):
    """What a message type's data is, and what to do with it: `apply(connection, message, source)`.

    `apply` runs in the transaction that marks the message done, so its effect is booked exactly once. Messages may overtake each
    other, so it compares versions. It refuses with a `Problem`.
    """

    message: type[msgspec.Struct]
    apply: Apply


Handlers = Mapping[str, Handler]
