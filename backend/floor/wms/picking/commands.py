"""All of picking's commands by name; each stands in the file named for it."""

from backend.floor.wms.picking import change, claims, closures, confirm, drop, joining, release, short, undo
from backend.floor.wms.picking.progress import lines_waiting, round_progress
from backend.floor.work.home import LINES, PROGRESS
from backend.kernel.commands import Registry

COMMANDS: Registry = (
    claims.COMMANDS
    | confirm.COMMANDS
    | short.COMMANDS
    | change.COMMANDS
    | undo.COMMANDS
    | drop.COMMANDS
    | release.COMMANDS
    | joining.COMMANDS
    | closures.COMMANDS
)

PROGRESS["pick"] = round_progress
LINES["pick"] = lines_waiting
