"""The ledger: moves are the truth, quants a cache of them, reservations what is promised."""

from backend.floor.stock.commands import lot_id, move_contents, serial_id, virtual_place
from backend.floor.stock.events import GoodsProduced, GoodsReceived, ProductionUndone, ReceiptUndone
from backend.floor.stock.ledger import Move, post, quant_key, reverse
from backend.floor.stock.problems import (
    HandlingUnitElsewhere,
    NotUndoable,
    SamePlace,
    SerialHere,
    StockShort,
    TrackingMissing,
)
from backend.floor.stock.promises import reserve, unreserve
from backend.floor.stock.tables import Freeze, HandlingUnit, Lot, Quant, Reservation, Serial, StockMove
from backend.floor.stock.units import handling_unit

__all__ = [
    "Freeze",
    "GoodsProduced",
    "GoodsReceived",
    "HandlingUnit",
    "HandlingUnitElsewhere",
    "Lot",
    "Move",
    "NotUndoable",
    "ProductionUndone",
    "Quant",
    "ReceiptUndone",
    "Reservation",
    "SamePlace",
    "Serial",
    "SerialHere",
    "StockMove",
    "StockShort",
    "TrackingMissing",
    "handling_unit",
    "lot_id",
    "move_contents",
    "post",
    "quant_key",
    "reserve",
    "reverse",
    "serial_id",
    "unreserve",
    "virtual_place",
]
