"""Receiving's commands."""

from backend.floor.wms.receiving import book, close, undo
from backend.kernel.commands import Registry

COMMANDS: Registry = {**book.COMMANDS, **close.COMMANDS, **undo.COMMANDS}
