"""What one slice tells its siblings, in the same transaction and the same process: events and who listens to them.

Slices beside each other may not import one another. The one to which something happened announces it as a Struct that a lower slice
defines; those that must act in the same transaction (an inspection lot opens when goods are received) listen. Whoever
composes a process (the app, the worker, a test) says once who listens: `compose(listeners)`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

Listener = Callable[[AsyncConnection, Any], Awaitable[None]]
Listeners = Mapping[type[msgspec.Struct], Sequence[Listener]]

_composed: dict[type[msgspec.Struct], tuple[Listener, ...]] = {}


def compose(*slices: Listeners) -> None:
    """Says who listens in this process, in the order given; what was composed before is forgotten."""
    _composed.clear()
    for listeners in slices:
        for event, heard_by in listeners.items():
            _composed[event] = (*_composed.get(event, ()), *heard_by)


async def announce(connection: AsyncConnection, event: msgspec.Struct) -> None:
    """Tells everyone who listens to this kind of event; what they write belongs to the caller's transaction.

    A listener that refuses with a `Problem` refuses the whole command.
    """
    for listener in _composed.get(type(event), ()):
        await listener(connection, event)
