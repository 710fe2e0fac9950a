"""Reads any label a camera can see, and never reads it wrong: bytes in, confirmed symbols out."""

import os

# Matrices here are small: a second BLAS thread only spins, and workers share the cores already. Before numpy loads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

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
