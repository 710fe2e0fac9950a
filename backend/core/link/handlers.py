"""Which messages of the floor the core understands, and what it books for each.

A type that is not here is kept as `unknown` and shown, never dropped.
"""

from backend.kernel.link import Handlers

HANDLERS: Handlers = {}
