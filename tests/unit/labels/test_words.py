"""The words on labels, in the site's language."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from numpy.typing import NDArray

from backend.access.roles import ROLES
from backend.floor.labels import (
    WORDS,
    Bar,
    Code,
    Content,
    Label,
    Text,
    Words,
    badge_label,
    item_label,
    lot_label,
    raster,
    serial_label,
    spoken,
    traveller_label,
    unit_label,
)
from backend.kernel.quantity import Quantity
from tests.unit.labels.printed import JOB

GTIN, EXPIRY = "09521234000969", date(2027, 1, 7)
TYRES = Content(
    name="Tyre", sku="TYR", gtin=GTIN, quantity=Decimal(160), unit="pc", lot="25A", expires_on=EXPIRY
)

SPOKEN: dict[str, tuple[Callable[[Words], Label], dict[str, set[str]]]] = {
    "item": (
        lambda words: item_label("Tyre", "TYR", GTIN, Quantity(Decimal(1), "pc"), "each", words),
        {"en": {"each 1 pc"}, "nl": {"stuk 1 st"}, "zh": {"个 1 件"}},
    ),
    "lot": (
        lambda words: lot_label("Tyre", "TYR", GTIN, "25A", EXPIRY, words),
        {
            "en": {"LOT 25A", "EXP 2027-01-07"},
            "nl": {"LOT 25A", "Houdbaar tot 2027-01-07"},
            "zh": {"批号 25A", "有效期至 2027-01-07"},
        },
    ),
    "serial": (
        lambda words: serial_label("Motor", "MTR", GTIN, "M-1", words),
        {"en": {"SN M-1"}, "nl": {"Serienr. M-1"}, "zh": {"序列号 M-1"}},
    ),
    "pallet": (
        lambda words: unit_label("095212340000000013", "pallet", "Dommel", TYRES, words),
        {"en": {"160 pc", "SSCC (pallet)"}, "nl": {"160 st"}, "zh": {"160 件", "SSCC (托)"}},
    ),
    "badge": (
        lambda words: badge_label("P-1", "Ann", ["picker", "supervisor"], "Dommel", words),
        {
            "en": {"picker, supervisor"},
            "nl": {"picker, leidinggevende"},
            "zh": {"拣货员, 主管"},
        },
    ),
    "traveller": (
        lambda words: traveller_label(JOB, words),
        {"en": {"12 pc  ·  2026-12-01"}, "nl": {"12 st  ·  2026-12-01"}, "zh": {"12 件  ·  2026-12-01"}},
    ),
}


def _texts(label: Label) -> list[str]:
    return [element.text for element in label.elements if isinstance(element, Text)]


@pytest.mark.parametrize("kind", SPOKEN)
@pytest.mark.parametrize("language", WORDS)
def test_a_label_speaks_the_language_and_its_symbols_none(kind: str, language: str) -> None:
    """The words are the language's; symbols, what stands under them, and where anything stands are the same in all."""
    make, expected = SPOKEN[kind]
    label, english = make(WORDS[language]), make(WORDS["en"])
    assert expected[language] <= set(_texts(label))
    for element, same in zip(label.elements, english.elements, strict=True):
        if isinstance(element, Code | Bar) or element.text.startswith("("):
            assert element == same
        assert (element.x, element.y, element.width) == (same.x, same.y, same.width)


def _drawn(sign: str) -> NDArray[np.uint8]:
    text = Text(x=1, y=1, width=8, height=8, text=sign)
    return raster(Label(about="", width=10, height=10, elements=(text,)), 203)


def test_the_font_holds_every_sign_of_every_word() -> None:
    """No word is printed as boxes: each of its signs is drawn unlike one that no font has, and unlike all others."""
    signs = {
        sign
        for words in WORDS.values()
        for word in (words.lot, words.expires, words.serial, *words.terms.values())
        for sign in word.replace(" ", "")
    }
    drawn = {sign: _drawn(sign).tobytes() for sign in signs | {"\ue000"}}
    assert len(set(drawn.values())) == len(drawn)


def test_every_role_has_a_name_in_chinese() -> None:
    """A role that is added is named on badges too."""
    assert set(ROLES) <= set(WORDS["zh"].terms)


def test_a_site_speaks_english_until_its_plan_says_otherwise() -> None:
    """A plan without a language, or with one that is not ours, gets English."""
    assert spoken({}) is spoken({"language": "de"}) is WORDS["en"]
    assert spoken({"language": "nl"}) is WORDS["nl"]
