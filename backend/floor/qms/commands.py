"""What people do in inspection, by name."""

from backend.floor.qms.deciding import decide
from backend.floor.qms.hot import read
from backend.floor.qms.report_schemas import StepNcr
from backend.floor.qms.reports import step
from backend.floor.qms.schemas import DecideLot, Permit, TakeReading
from backend.floor.qms.severity import permit
from backend.kernel.commands import Registry, transactional

COMMANDS: Registry = {
    "quality.read": (TakeReading, read),
    "quality.decide": (DecideLot, transactional(decide)),
    "quality.ncr_step": (StepNcr, transactional(step)),
    "quality.permit": (Permit, transactional(permit)),
}
