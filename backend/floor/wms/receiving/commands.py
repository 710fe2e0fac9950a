"""Receiving's commands, and what it tells home."""

from backend.floor.wms.receiving import book, close, undo
from backend.floor.wms.receiving.documents import counted
from backend.floor.work.home import COUNTED
from backend.kernel.commands import Registry

COMMANDS: Registry = {**book.COMMANDS, **close.COMMANDS, **undo.COMMANDS}
COUNTED.append(counted)
