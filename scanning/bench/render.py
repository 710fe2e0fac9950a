"""Codes drawn by zint for benches and tests: exact pixels, no randomness of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
import zint

if TYPE_CHECKING:
    from scanning.engines import Grey

_SYMBOLOGIES: Final = {
    "Code128": "CODE128",
    "Code39": "CODE39",
    "Code93": "CODE93",
    "Codabar": "CODABAR",
    "EAN13": "EANX",
    "EAN8": "EANX",
    "UPCA": "UPCA",
    "UPCE": "UPCE",
    "ITF": "ITF14",
    "GS1-128": "GS1_128",
    "DataBar": "DBAR_OMN",
    "DataBarExp": "DBAR_EXP",
    "QR": "QRCODE",
    "DataMatrix": "DATAMATRIX",
    "Aztec": "AZTEC",
    "PDF417": "PDF417",
}
QUIET: Final = 12  # modules on every side


def modules(format_: str, text: str, height: int = 40) -> Grey:
    """The code at one pixel a module (bars `height` modules high), dark 0 and light 255, with quiet zones."""
    symbol = zint.Symbol()
    symbol.symbology = getattr(zint.Symbology, _SYMBOLOGIES[format_])
    symbol.show_text = False
    symbol.scale = 0.5  # zint draws two pixels a module at scale 1
    if format_ not in ("QR", "DataMatrix", "Aztec", "PDF417", "DataBarExp"):
        symbol.height = float(height)
    if format_ in ("ITF", "DataBar") and len(text) == 14:
        text = text[:13]  # zint adds the check digit
    if format_ == "EAN8":
        text = text[:7]
    if format_ in ("GS1-128", "DataBarExp"):
        symbol.input_mode = zint.InputMode.GS1
        text = text.replace("(", "[").replace(")", "]")
    symbol.encode(text)
    symbol.buffer()
    pixels = np.asarray(symbol.bitmap, np.uint8)
    return np.pad(pixels[:, :, 0], QUIET, constant_values=255)


def draw(format_: str, text: str, pixels: float = 4.0, height: int = 40) -> Grey:
    """The code at `pixels` a module, edges exact to a fraction of a pixel."""
    return resized(modules(format_, text, height), pixels)


def resized(bitmap: Grey, pixels: float) -> Grey:
    """One pixel a module turned into `pixels` a module by area, as a lens would."""
    whole = 8
    big = bitmap.repeat(whole, axis=0).repeat(whole, axis=1)
    size = (max(1, round(bitmap.shape[1] * pixels)), max(1, round(bitmap.shape[0] * pixels)))
    return np.asarray(cv2.resize(big, size, interpolation=cv2.INTER_AREA), np.uint8)
