"""What one slice tells its siblings, in the same transaction and the same process: events and who listens to them.

Slices beside each other may not import one another. The one to which something happened announces it as a Struct that a lower slice
defines; those that must act in the same transaction (an inspection lot opens when goods are received) listen. Whoever
composes a process (the app, the worker, a test) says once who listens: `compose(listeners)`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, false, true
from sqlalchemy.ext.asyncio import AsyncConnection

Listener = Callable[[AsyncConnection, Any], Awaitable[None]]
Listeners = Mapping[type[msgspec.Struct], Sequence[Listener]]
Deaf = Callable[[Any], ColumnElement[bool]]
"""For an item's id, the condition under which a listener surely has nothing to do."""

_composed: dict[type[msgspec.Struct], tuple[Listener, ...]] = {}
_deaf: dict[Listener, Deaf] = {}


def deaf_to(condition: Deaf) -> Callable[[Listener], Listener]:
    """Marks a listener with what it need not hear, so that a command of one statement may leave it alone then."""

    def mark(listener: Listener) -> Listener:
        _deaf[listener] = condition
        return listener

    return mark


def nobody_minds(event: type[msgspec.Struct], item: Any) -> ColumnElement[bool]:
    """Under which condition an event about an item (the column of its id) need not be announced; never, where a listener has not said what it may miss."""
    listeners = _composed.get(event, ())
    return and_(true(), *(_deaf[one](item) if one in _deaf else false() for one in listeners))


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
