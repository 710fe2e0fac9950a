"""Putaway's commands, and what it tells home."""

from backend.floor.wms.putaway import confirm, hot, undo
from backend.floor.wms.putaway.documents import counted
from backend.floor.work.home import COUNTED
from backend.kernel.commands import Registry

COMMANDS: Registry = {**hot.COMMANDS, **confirm.COMMANDS, **undo.COMMANDS}
COUNTED.append(counted)
