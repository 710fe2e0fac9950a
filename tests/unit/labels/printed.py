"""Every kind of label once, with all that must be read from it; and readers of the printed forms."""

import io
from datetime import date
from decimal import Decimal
from itertools import product

import numpy as np
import pypdfium2
from msgspec.structs import replace
from PIL import Image

from backend.demo.paper import printed as papers
from backend.floor.labels import (
    Content,
    Job,
    Label,
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
from backend.floor.labels.raster import Dots
from backend.kernel.quantity import Quantity

GS = "\x1d"
_PIECE = Quantity(Decimal(1), "pc")
_BOX = Quantity(Decimal(10), "pc")
_EXPIRY = date(2027, 1, 7)
_TYRES = Content(
    name="Tyre City Guard 24x1.75",
    sku="TYR-102",
    gtin="09521234000969",
    quantity=Decimal(160),
    unit="pc",
    lot="2501A",
    expires_on=_EXPIRY,
)
JOB = Job(
    number="J-2026-00017",
    sku="FRM-101",
    name="Frame Dommel City 49 cm, petrol",
    amount=Quantity(Decimal(12), "pc"),
    due=date(2026, 12, 1),
    operations=tuple(Operation(10 * step, f"Step {step}", f"WC-{step}") for step in range(1, 9)),
)

LABELS: dict[str, tuple[Label, set[str]]] = {
    "bin": (place_label("C-07-3-B", "93", "Small parts, shelves"), {"C-07-3-B"}),
    "dock": (place_label("DOCK-OUT-1", "12"), {"DOCK-OUT-1"}),
    "piece": (item_label("Tyre", "TYR-102", "09521234000969", _PIECE, "each"), {"9521234000969"}),
    "box": (item_label("Tyre", "TYR-102", "19521234000966", _BOX, "box"), {"0119521234000966"}),
    "lot": (
        lot_label("Tyre sealant 125 ml", "SEA-102", "09521234003007", "2501A", _EXPIRY),
        {"010952123400300717270107102501A"},
    ),
    "lot without expiry": (
        lot_label("Hub", "HUB-104", "09521234000662", "2546A", None),
        {"0109521234000662102546A"},
    ),
    "serial": (
        serial_label("Motor", "MTR-104", "09521234003564", "MTR-104-10023"),
        {"010952123400356421MTR-104-10023"},
    ),
    "pallet": (
        unit_label("095212340000000013", "pallet", "Dommel Cycles", _TYRES),
        {"00095212340000000013", f"02095212340009691727010737160{GS}102501A"},
    ),
    "pallet of a long lot": (
        unit_label("095212340000000013", "pallet", "Dommel Cycles", replace(_TYRES, lot="L2026-11-A77XK")),
        {"00095212340000000013", "020952123400096937160", "1727010710L2026-11-A77XK"},
    ),
    "mixed box": (unit_label("095212340000000020", "box", "Dommel Cycles"), {"00095212340000000020"}),
    "badge": (badge_label("P-1002", "王芳 Wang Fang", ["picker", "planner"], "Dommel Cycles"), {"P-1002"}),
    "tote": (tote_label("T-0001"), {"T-0001"}),
    "traveller": (traveller_label(JOB), {"J-2026-00017"}),
}


def as_png(dots: Dots) -> bytes:
    """Dots as a picture, with a little paper round them as a camera would see."""
    out = io.BytesIO()
    Image.fromarray(np.pad((1 - dots) * 255, 12, constant_values=255)).save(out, "PNG")
    return out.getvalue()


def pages(document: bytes, per_mm: int) -> list[bytes]:
    """A PDF's pages as pictures, so many pixels a millimetre."""
    found = []
    with pypdfium2.PdfDocument(document) as pdf:
        for page in pdf:
            out = io.BytesIO()
            page.render(scale=per_mm * 25.4 / 72, grayscale=True).to_pil().save(out, "PNG")
            found.append(out.getvalue())
    return found


def printed(zpl: str) -> list[Dots]:
    """The labels that come out of a printer."""
    return [paper.dots for paper in papers(zpl)]


KINDS_AND_RESOLUTIONS = list(product(LABELS, (203, 300)))
