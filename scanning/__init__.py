"""Reads any label a camera can see, and never reads it wrong: bytes in, confirmed symbols out."""

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
