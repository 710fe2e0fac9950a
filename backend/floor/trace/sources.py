"""Which sources hold the history of each kind of thing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased

from backend.floor.qms import InspectionDecision, InspectionLot
from backend.floor.stock import StockMove
from backend.floor.trace.events import (
    OF,
    arrived,
    commands_without_moves,
    counts,
    exceptions,
    moves,
    tasks,
)
from backend.floor.trace.inspections import inspections
from backend.floor.wms.counting import CountTask
from backend.floor.wms.picking import RoundTote
from backend.floor.work.tables import FloorException


def sources(of: str) -> Sequence[Select[Any]]:
    """Every source of events of one kind of thing."""
    return {**_of_goods(), **_of_work()}[of]


def _of_goods() -> dict[str, list[Select[Any]]]:
    """What happens to a place and to what lies there."""
    move, found = StockMove, FloorException
    return {
        "bin": [
            moves(move.from_place_id == OF),
            moves(move.to_place_id == OF, move.from_place_id != OF),
            *exceptions(found.place_id == OF),
            *counts(CountTask.place_id == OF),
        ],
        "item": [
            moves(move.item_id == OF),
            *exceptions(found.item_id == OF),
            *counts(CountTask.item_id == OF),
            *inspections(InspectionLot.item_id == OF),
        ],
        "lot": [
            moves(move.lot_id == OF),
            *exceptions(found.lot_id == OF),
            *inspections(InspectionLot.lot_id == OF),
        ],
        "serial": [moves(move.serial_id == OF)],
        "handling_unit": [
            moves(move.from_handling_unit_id == OF),
            moves(
                move.to_handling_unit_id == OF,
                or_(move.from_handling_unit_id.is_(None), move.from_handling_unit_id != OF),
            ),
            *exceptions(found.handling_unit_id == OF),
        ],
    }


def _of_work() -> dict[str, list[Select[Any]]]:
    """What happens in an order, a task, and by a person."""
    move, found = StockMove, FloorException
    rounds = aliased(RoundTote)
    return {
        "order": [
            arrived(),
            moves(move.document_id == OF),
            *exceptions(found.document_id == OF),
            *tasks(select(rounds.round_id).where(rounds.request_id == OF)),
        ],
        "task": [
            moves(move.task_id == OF),
            *exceptions(found.task_id == OF),
            *counts(CountTask.id == OF),
            *tasks(select(OF)),
        ],
        "person": [
            moves(move.person_id == OF),
            *exceptions(found.raised_by == OF, resolved=found.resolved_by == OF),
            inspections(InspectionDecision.person_id == OF)[1],
            commands_without_moves(),
        ],
    }
