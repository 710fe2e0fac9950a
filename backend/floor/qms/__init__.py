"""Quality: plans and gauges, inspection lots and their readings, decisions, nonconformity reports, switching."""

from backend.floor.qms.plans import upsert_gauge, upsert_plan
from backend.floor.qms.rules import Characteristic
from backend.floor.qms.schemas import GaugeMaster, PlanMaster
from backend.floor.qms.tables import InspectionDecision, InspectionLot, InspectionReading, Ncr

__all__ = [
    "Characteristic",
    "GaugeMaster",
    "InspectionDecision",
    "InspectionLot",
    "InspectionReading",
    "Ncr",
    "PlanMaster",
    "upsert_gauge",
    "upsert_plan",
]
