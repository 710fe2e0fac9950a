"""Reads any label a camera can see, and never reads it wrong: bytes in, confirmed symbols out."""

from scanning.confirm import Rules
from scanning.engines import zbar_present
from scanning.ladder import read
from scanning.symbols import FORMATS, Reading, Refusal, Symbol, comparable

__all__ = ["FORMATS", "Reading", "Refusal", "Rules", "Symbol", "comparable", "read", "zbar_present"]
