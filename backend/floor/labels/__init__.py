"""Labels of all that is scanned: sharp on the printer's dots, as ZPL, PDF and PNG."""

from backend.floor.labels.kinds import (
    Content,
    Job,
    Operation,
    badge_label,
    item_label,
    lot_label,
    place_label,
    serial_label,
    tote_label,
    traveller_label,
    unit_label,
)
from backend.floor.labels.layout import Bar, Code, Label, Text
from backend.floor.labels.pictures import pdf, png
from backend.floor.labels.raster import RESOLUTIONS, DoesNotFit, raster
from backend.floor.labels.symbols import NotEncodable, encode
from backend.floor.labels.words import WORDS, Words, spoken
from backend.floor.labels.zpl import zpl

__all__ = [
    "RESOLUTIONS",
    "WORDS",
    "Bar",
    "Code",
    "Content",
    "DoesNotFit",
    "Job",
    "Label",
    "NotEncodable",
    "Operation",
    "Text",
    "Words",
    "badge_label",
    "encode",
    "item_label",
    "lot_label",
    "pdf",
    "place_label",
    "png",
    "raster",
    "serial_label",
    "spoken",
    "tote_label",
    "traveller_label",
    "unit_label",
    "zpl",
]
