"""What is to come: purchase orders' open lines and dispatch advices, written by whoever hears of them, read by receiving."""

from backend.floor.expected.deliveries import amend, announce, close
from backend.floor.expected.rules import STATES, beyond, next_due, open_quantity, sources
from backend.floor.expected.schemas import Announced, Line, Pack, Part
from backend.floor.expected.tables import ExpectedDelivery, ExpectedLine, ExpectedPack

__all__ = [
    "STATES",
    "Announced",
    "ExpectedDelivery",
    "ExpectedLine",
    "ExpectedPack",
    "Line",
    "Pack",
    "Part",
    "amend",
    "announce",
    "beyond",
    "close",
    "next_due",
    "open_quantity",
    "sources",
]
