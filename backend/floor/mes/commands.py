"""Every command of jobs, by name."""

from backend.floor.mes import calls, clocks, holds, machine, materials, report, undo
from backend.floor.mes.schemas import ReportJob
from backend.kernel.commands import Registry, transactional

COMMANDS: Registry = {
    **clocks.COMMANDS,
    "job.report": (ReportJob, transactional(report.report_job)),
    **materials.COMMANDS,
    **undo.COMMANDS,
    **machine.COMMANDS,
    **calls.COMMANDS,
    **holds.COMMANDS,
}
