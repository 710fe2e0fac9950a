"""The two decoders behind one kind of answer. zxing-cpp is the main one; zbar is the second, loaded only when used."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

import msgspec
import zxingcpp

from scanning.looks import Engine  # noqa: TC001  (msgspec resolves annotations when it runs)
from scanning.symbols import FORMATS, RETAIL

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    import numpy.typing as npt

    from scanning.symbols import Corners

    Grey = npt.NDArray[np.uint8]

# zxing-cpp's names for what we name by symbology; a sub-format not listed keeps its symbology's name.
_FROM_ZXING: Final = {
    "QRCode": "QR",
    "QRCodeModel1": "QR",
    "QRCodeModel2": "QR",
    "MicroQRCode": "MicroQR",
    "RMQRCode": "RMQR",
    "DataBarOmni": "DataBar",
    "DataBarStk": "DataBar",
    "DataBarStkOmni": "DataBar",
    "DataBarExpStk": "DataBarExp",
    "CompactPDF417": "PDF417",
    "ISBN": "EAN13",
    "ITF14": "ITF",
    "AztecCode": "Aztec",
    "AztecRune": "Aztec",
}
_TO_ZXING: Final[dict[str, tuple[str, ...]]] = {
    "QR": ("QRCode",),
    "MicroQR": ("MicroQRCode",),
    "RMQR": ("RMQRCode",),
    "DataBar": ("DataBarOmni", "DataBarStk", "DataBarStkOmni"),
    "DataBarExp": ("DataBarExp", "DataBarExpStk"),
    "UPCA": ("EAN13", "UPCA"),
}
_FROM_ZBAR: Final = {
    "EAN13": "EAN13",
    "EAN8": "EAN8",
    "UPCA": "UPCA",
    "UPCE": "UPCE",
    "CODE128": "Code128",
    "CODE39": "Code39",
    "CODE93": "Code93",
    "CODABAR": "Codabar",
    "I25": "ITF",
    "QRCODE": "QR",
}
# Looked for first; the others cost a third more for pictures that hold none of them.
COMMON: Final = FORMATS - {"DataBar", "DataBarExp", "DataBarLtd", "Telepen", "DXFilmEdge"}
ZBAR_MAX_PIXELS: Final = 1_300_000


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One engine's answer for one code in one variant of the picture, in that variant's pixels."""

    text: str
    raw: bytes
    format: str
    symbology_id: str
    corners: Corners
    engine: Engine
    addon: str = ""


@functools.lru_cache(maxsize=64)
def _zxing_formats(formats: frozenset[str] | None) -> Any:
    if formats is None:
        return zxingcpp.BarcodeFormats([])
    names = sorted({name for format_ in formats for name in _TO_ZXING.get(format_, (format_,))})
    return zxingcpp.BarcodeFormats([getattr(zxingcpp.BarcodeFormat, name) for name in names])


def zxing(
    grey: Grey,
    formats: frozenset[str] | None = None,
    *,
    full: bool = False,
    invert: bool = False,
    histogram: bool = False,
) -> list[Sighting]:
    """Every code zxing-cpp finds. `full` also turns by quarters and scales down; ~8 ms a megapixel without, ~30 with."""
    found = zxingcpp.read_barcodes(
        grey,
        formats=_zxing_formats(formats),
        try_rotate=full,
        try_downscale=full,
        try_invert=invert,
        text_mode=zxingcpp.TextMode.Plain,
        binarizer=zxingcpp.Binarizer.GlobalHistogram if histogram else zxingcpp.Binarizer.LocalAverage,
        ean_add_on_symbol=zxingcpp.EanAddOnSymbol.Read,
    )
    return [_from_zxing(code) for code in found if code.valid]


def _from_zxing(code: Any) -> Sighting:
    format_ = _FROM_ZXING.get(code.format.name, code.format.name)
    if format_ not in FORMATS:
        format_ = _FROM_ZXING.get(code.symbology.name, code.symbology.name)
    extra = code.extra or {}
    text, raw, addon = code.text, bytes(code.bytes), ""
    if format_ in RETAIL:
        addon = str(extra.get("EanAddOn", ""))
        digits = text.removesuffix(addon) if addon else text
        format_, text = as_printed(format_, str(extra.get("UPCE", digits)))
        raw = text.encode()
    spot = code.position
    corners = tuple(
        (float(p.x), float(p.y)) for p in (spot.top_left, spot.top_right, spot.bottom_right, spot.bottom_left)
    )
    return Sighting(
        text=text,
        raw=raw,
        format=format_,
        symbology_id=code.symbology_identifier,
        corners=corners,  # type: ignore[arg-type]
        engine="zxing",
        addon=addon,
    )


def as_printed(format_: str, digits: str) -> tuple[str, str]:
    """A UPC-A is an EAN-13 with a leading zero: named and written as it is printed."""
    if format_ == "EAN13" and len(digits) == 13 and digits[0] == "0":
        return "UPCA", digits[1:]
    if format_ == "UPCA" and len(digits) == 13:
        return "UPCA", digits[1:]
    return format_, digits


@functools.cache
def _pyzbar() -> Any | None:
    try:
        from pyzbar import pyzbar
    except ImportError:  # the wheel holds no libzbar on Linux
        return None
    return pyzbar


def zbar_present() -> bool:
    """Whether libzbar could be loaded; without it everything works on zxing-cpp alone."""
    return _pyzbar() is not None


def zbar(
    grey: Grey, formats: Iterable[str] | None = None, *, matrix: bool = False, capped: bool = True
) -> list[Sighting]:
    """Every code zbar finds, never DataBar; nothing when libzbar is absent or the picture is over the cap of 1.3 megapixels."""
    library = _pyzbar()
    if library is None or (capped and grey.size > ZBAR_MAX_PIXELS):
        return []
    wanted = FORMATS if formats is None else frozenset(formats)
    kinds = [
        library.ZBarSymbol[name]
        for name, ours in _FROM_ZBAR.items()
        if (ours in wanted or (name == "EAN13" and "UPCA" in wanted)) and (matrix or ours != "QR")
    ]
    if not kinds:
        return []
    return [
        sighting for code in library.decode(grey, symbols=kinds) if (sighting := _from_zbar(code)) is not None
    ]


def _from_zbar(code: Any) -> Sighting | None:
    ours = _FROM_ZBAR.get(code.type)
    if ours is None or not code.data:
        return None
    format_, text = as_printed(ours, code.data.decode("utf-8", "replace"))
    left, top, width, height = code.rect
    return Sighting(
        text=text,
        raw=bytes(code.data) if format_ not in RETAIL else text.encode(),
        format=format_,
        symbology_id="",
        corners=(
            (float(left), float(top)),
            (float(left + width), float(top)),
            (float(left + width), float(top + height)),
            (float(left), float(top + height)),
        ),
        engine="zbar",
    )
