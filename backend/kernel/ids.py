"""Identifiers: UUIDv7 (RFC 9562, section 5.7), made by whoever knows the fact first, a handheld included."""

import secrets
import time
from uuid import UUID

_VERSION = 7 << 76
_VARIANT = 2 << 62


def new_id() -> UUID:
    """A UUIDv7: 48 bits of Unix milliseconds, then 74 random bits; ids of one clock sort by time."""
    milliseconds = time.time_ns() // 1_000_000
    random = secrets.randbits(74)
    return UUID(int=milliseconds << 80 | _VERSION | (random >> 62) << 64 | _VARIANT | random & (2**62 - 1))
