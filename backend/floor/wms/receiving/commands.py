"""Receiving's commands, and what it tells home."""

from backend.floor.wms.receiving import close, hot, undo
from backend.floor.wms.receiving.documents import counted
from backend.floor.work.home import COUNTED
from backend.kernel.commands import Registry

COMMANDS: Registry = {**hot.COMMANDS, **close.COMMANDS, **undo.COMMANDS}
COUNTED.append(counted)
