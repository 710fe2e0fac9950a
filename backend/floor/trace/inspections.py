"""What inspection did to goods: lots opened, decided, and readings that came after the decision."""

from typing import Any

from sqlalchemy import ColumnElement, Select, literal

from backend.floor.qms import InspectionDecision, InspectionLot
from backend.floor.trace.events import SITE, newest, shaped


def inspections(wanted: ColumnElement[bool]) -> list[Select[Any]]:
    """When an inspection lot was opened, and what became of it: `outcome` is accepted, partial or rejected."""
    lot, decision = InspectionLot, InspectionDecision
    shared: dict[str, Any] = {
        "id": lot.id,
        "item_id": lot.item_id,
        "lot_id": lot.lot_id,
        "quantity": lot.quantity,
        "document_id": lot.id,
    }
    opened = shaped(
        "inspection",
        what=literal("inspection_opened"),
        at=lot.opened_at,
        from_place_id=lot.place_id,
        reason=lot.source,
        **shared,
    )
    decided = shaped(
        "inspection",
        what=literal("inspection_decided"),
        at=decision.decided_at,
        person_id=decision.person_id,
        device_id=decision.device_id,
        command_id=decision.command_id,
        outcome=lot.state,
        note=decision.note,
        **shared,
    )
    here = lot.site_id == SITE
    return [
        newest(opened, lot.opened_at, lot.id, here, wanted),
        newest(decided, decision.decided_at, lot.id, decision.id == lot.id, here, wanted),
    ]
