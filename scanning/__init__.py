"""Reads any label a camera can see, and never reads it wrong: bytes in, confirmed symbols out.

The engines and numpy are loaded with the first name that needs them, so that whoever only parses GS1 does not pay for them.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

# Matrices here are small: a second BLAS thread only spins, and workers share the cores already. Before numpy loads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if TYPE_CHECKING:
    from scanning.confirm import Rules
    from scanning.engines import zbar_present
    from scanning.ladder import read
    from scanning.looks import Look
    from scanning.session import News, Session
    from scanning.symbols import FORMATS, Reading, Refusal, Symbol, comparable

__all__ = [
    "FORMATS",
    "Look",
    "News",
    "Reading",
    "Refusal",
    "Rules",
    "Session",
    "Symbol",
    "comparable",
    "read",
    "zbar_present",
]

_HOMES = {
    "Rules": "confirm",
    "zbar_present": "engines",
    "read": "ladder",
    "Look": "looks",
    "News": "session",
    "Session": "session",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(f"scanning.{_HOMES.get(name, 'symbols')}"), name)
