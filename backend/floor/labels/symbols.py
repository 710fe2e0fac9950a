"""Bar codes as black and white modules, made by zint; the quiet zones they need; nothing about millimetres."""

from functools import lru_cache
from typing import Final, Literal

import msgspec
import zint

Kind = Literal["code128", "gs1-128", "ean13", "datamatrix", "gs1-datamatrix", "qr"]

_SYMBOLOGY: Final = {
    "code128": zint.Symbology.CODE128,
    "gs1-128": zint.Symbology.GS1_128,
    "ean13": zint.Symbology.EANX,
    "datamatrix": zint.Symbology.DATAMATRIX,
    "gs1-datamatrix": zint.Symbology.DATAMATRIX,
    "qr": zint.Symbology.QRCODE,
}
# Clear modules left, right, above and below: ISO/IEC 15417, 15420, 16022 (its one module doubled, for cheap printers), 18004.
_QUIET: Final = {
    "code128": (10, 10, 0),
    "gs1-128": (10, 10, 0),
    "ean13": (11, 7, 0),
    "datamatrix": (2, 2, 2),
    "gs1-datamatrix": (2, 2, 2),
    "qr": (4, 4, 4),
}
_BITS_A_BYTE: Final = 8


class NotEncodable(ValueError):
    """The symbology cannot hold this text; the message is zint's."""


class Modules(msgspec.Struct, frozen=True):
    """A symbol's modules, row by row, True for black, without quiet zones. A linear symbol has one row."""

    kind: Kind
    rows: tuple[tuple[bool, ...], ...]

    @property
    def linear(self) -> bool:
        """Whether it is bars, to be drawn as high as wished."""
        return len(self.rows) == 1

    @property
    def width(self) -> int:
        """Modules across, without quiet zones."""
        return len(self.rows[0])

    @property
    def quiet(self) -> tuple[int, int, int]:
        """Clear modules it needs: left, right, and both above and below."""
        return _QUIET[self.kind]


@lru_cache(maxsize=4096)
def encode(kind: Kind, text: str) -> Modules:
    """The modules of a text. GS1 kinds take bracketed element strings: `(01)09521234001430(10)2201A`.

    Raises:
        NotEncodable: the text is too long or has characters, AIs or check digits that the symbology refuses.
    """
    symbol = zint.Symbol()
    symbol.symbology = _SYMBOLOGY[kind]
    symbol.show_hrt = False
    symbol.warn_level = zint.WarningLevel.FAIL_ALL
    if kind.startswith("gs1"):
        symbol.input_mode = zint.InputMode.GS1 | zint.InputMode.GS1PARENS
    else:
        symbol.input_mode = zint.InputMode.UNICODE
    if kind.endswith("datamatrix"):
        symbol.option_3 = zint.DataMatrixOptions.SQUARE
    try:
        symbol.encode(text)
    except (ValueError, RuntimeError) as error:
        raise NotEncodable(f"{text[:60]!r} cannot be printed as {kind}: {error}") from error
    data = memoryview(symbol.encoded_data)
    rows = tuple(
        tuple(
            bool(data[row, column // _BITS_A_BYTE] >> column % _BITS_A_BYTE & 1)
            for column in range(symbol.width)
        )
        for row in range(symbol.rows)
    )
    return Modules(kind, rows)
