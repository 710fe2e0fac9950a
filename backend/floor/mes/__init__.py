"""Jobs: work orders on the floor, what is done at their operations, what goes in, what comes out, calls for help."""

from backend.floor.mes.jobs import look_after_jobs
from backend.floor.mes.masters import (
    ReasonMaster,
    WorkCentre,
    WorkCentreMaster,
    grant_skills,
    upsert_reasons,
    upsert_shifts,
    upsert_work_centres,
)
from backend.floor.mes.now import machines_now
from backend.floor.mes.orders import cancel_work_order, receive_work_order
from backend.floor.mes.tables import (
    AndonCall,
    Consumption,
    Genealogy,
    MachineStop,
    Operation,
    OpEvent,
    Production,
    WorkOrder,
)

__all__ = [
    "AndonCall",
    "Consumption",
    "Genealogy",
    "MachineStop",
    "OpEvent",
    "Operation",
    "Production",
    "ReasonMaster",
    "WorkCentre",
    "WorkCentreMaster",
    "WorkOrder",
    "cancel_work_order",
    "grant_skills",
    "look_after_jobs",
    "machines_now",
    "receive_work_order",
    "upsert_reasons",
    "upsert_shifts",
    "upsert_work_centres",
]
