"""What is to come: purchase orders' open lines and dispatch advices, written by whoever hears of them, read by receiving."""

from backend.floor.expected.booking import (
    Counted,
    begin_receiving,
    close_lines,
    count_blocked,
    count_in,
    count_out,
    give_pack_back,
    take_pack,
)
from backend.floor.expected.deliveries import amend, announce, close
from backend.floor.expected.rules import STATES, beyond, next_due, open_quantity, sources
from backend.floor.expected.schemas import Announced, Line, Pack, Part
from backend.floor.expected.tables import ExpectedDelivery, ExpectedLine, ExpectedPack

__all__ = [
    "STATES",
    "Announced",
    "Counted",
    "ExpectedDelivery",
    "ExpectedLine",
    "ExpectedPack",
    "Line",
    "Pack",
    "Part",
    "amend",
    "announce",
    "begin_receiving",
    "beyond",
    "close",
    "close_lines",
    "count_blocked",
    "count_in",
    "count_out",
    "give_pack_back",
    "next_due",
    "open_quantity",
    "sources",
    "take_pack",
]
