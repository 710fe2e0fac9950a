"""The shapes of the HTTP edge: camelCase JSON, decimals as strings, nothing unknown let in."""

from typing import Final

import msgspec

UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What reading JSON of a stranger can raise. msgspec leaves texts that are no UTF-8 and bottomless nesting to Python's own errors."""


def unread(error: Exception) -> str:
    """Why one of `UNREADABLE` was raised, in words for whoever sent it."""
    if isinstance(error, RecursionError):
        return "It is nested too deep"
    if isinstance(error, UnicodeDecodeError):
        return "A text in it is not UTF-8"
    return str(error)


class Edge(msgspec.Struct, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """Base of what a device sends."""


class Told(msgspec.Struct, rename="camel", kw_only=True):
    """Base of what a device is told."""
