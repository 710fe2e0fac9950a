"""Labels as PNG for a screen, and as PDF: one a page for a label printer, or many on a sheet of A4."""

import io
from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image

from backend.floor.labels.layout import Label
from backend.floor.labels.raster import RESOLUTIONS, raster

_INCH_MM: Final = 25.4
_FINEST: Final = 600
A4: Final = (210.0, 297.0)
_MARGIN: Final = 5.0  # two labels of 100 mm go side by side
_CUT_GREY: Final = 190
_CUT_MM: Final = 0.1


def png(label: Label, resolution: int) -> bytes:
    """One label as a black and white PNG that knows its size in millimetres."""
    out = io.BytesIO()
    per_inch = RESOLUTIONS[resolution] * _INCH_MM
    _picture(label, resolution).save(out, "PNG", dpi=(per_inch, per_inch), optimize=True)
    return out.getvalue()


def pdf(labels: Sequence[Label], *, sheet: bool = False) -> bytes:
    """Labels as PDF: each on a page of its own size, or, with `sheet`, in rows on A4 with thin lines to cut along."""
    from fpdf import FPDF

    document = FPDF(unit="mm")
    document.set_auto_page_break(auto=False)
    document.set_title(labels[0].about if len(labels) == 1 else f"{len(labels)} labels")
    document.set_draw_color(_CUT_GREY)
    document.set_line_width(_CUT_MM)
    x = y = row = 0.0
    for label in labels:
        if not sheet:
            document.add_page(format=(label.width, label.height))
        else:
            if x + label.width > A4[0] - _MARGIN:
                x, y, row = _MARGIN, y + row, 0.0
            if document.page == 0 or y + label.height > A4[1] - _MARGIN:
                document.add_page(format=A4)
                x, y, row = _MARGIN, _MARGIN, 0.0
        document.image(_picture(label, _FINEST), x=x, y=y, w=label.width, h=label.height)
        if sheet:
            document.rect(x, y, label.width, label.height)
            x, row = x + label.width, max(row, label.height)
    return bytes(document.output())


def _picture(label: Label, resolution: int) -> Image.Image:
    dots = raster(label, resolution)
    height, width = dots.shape
    return Image.frombytes("1", (width, height), np.packbits(1 - dots, axis=1).tobytes())
