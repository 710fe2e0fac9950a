"""Every command of jobs, by name."""

from backend.floor.mes import asked, calls, clocks, holds, hot, machine, materials, undo
from backend.kernel.commands import Registry

COMMANDS: Registry = {
    **clocks.COMMANDS,
    **hot.COMMANDS,
    **materials.COMMANDS,
    **undo.COMMANDS,
    **machine.COMMANDS,
    **calls.COMMANDS,
    **holds.COMMANDS,
    **asked.COMMANDS,
}
