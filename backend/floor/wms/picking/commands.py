"""All of picking's commands by name; each stands in the file named for it."""

from backend.floor.wms.picking import change, claims, confirm, drop, release, short, undo
from backend.kernel.commands import Registry

COMMANDS: Registry = (
    claims.COMMANDS
    | confirm.COMMANDS
    | short.COMMANDS
    | change.COMMANDS
    | undo.COMMANDS
    | drop.COMMANDS
    | release.COMMANDS
)
