"""The shapes of the HTTP edge: camelCase JSON, decimals as strings, nothing unknown let in."""

import msgspec


class Edge(msgspec.Struct, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """Base of what a device sends."""


class Told(msgspec.Struct, rename="camel", kw_only=True):
    """Base of what a device is told."""
