"""The labels of the floor. Each says in words what its code says, so that a torn one can still be worked with."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import msgspec

from backend.floor.labels.layout import BOLD, Bar, Code, Label, Text
from backend.floor.labels.symbols import NotEncodable, encode
from backend.floor.labels.words import WORDS, Words
from backend.kernel.quantity import Quantity

_FAR: Final = 0.5  # mm a module, to be read from the floor in front of a rack
_HAND: Final = 0.33  # the size of a retail code
_ENGLISH: Final = WORDS["en"]
_STEPS: Final = 8  # lines a traveller has room for; how many more there are stands on the last


class Operation(msgspec.Struct, frozen=True):
    """One step of a job, as the traveller lists it."""

    number: int
    name: str
    work_centre: str


def place_label(code: str, check_digits: str = "", zone: str = "") -> Label:
    """100 x 50 mm for a bin, dock, packing table or cart: its code as large as it goes, its check digits reversed out."""
    digits = (
        (
            Bar(x=74, y=3, width=23, height=17),
            Text(
                x=74, y=3, width=23, height=17, text=check_digits, weight=BOLD, align="centre", inverse=True
            ),
        )
        if check_digits
        else ()
    )
    return Label(
        about=f"Place {code}",
        width=100,
        height=50,
        elements=(
            Text(x=3, y=3, width=69, height=17, text=code, weight=BOLD),
            *digits,
            Code(x=1, y=22, width=74, height=22, kind="code128", text=code, module=_FAR),
            Code(x=75, y=22, width=24, height=22, kind="datamatrix", text=code, module=1.5),
            Text(x=3, y=45.5, width=94, height=3.5, text=zone),
        ),
    )


def item_label(name: str, sku: str, gtin: str, packed: Quantity, kind: str, words: Words = _ENGLISH) -> Label:
    """70 x 40 mm for a piece (EAN-13) or a box or pallet (GS1-128): what it is and how much is in it."""
    retail = gtin.startswith("0")
    code = (
        Code(x=1, y=17, width=68, height=15, kind="ean13", text=gtin[1:], module=_HAND)
        if retail
        else Code(x=1, y=17, width=68, height=15, kind="gs1-128", text=f"(01){gtin}", module=_HAND)
    )
    return Label(
        about=f"Item {sku} {kind}",
        width=70,
        height=40,
        elements=(
            Text(x=3, y=1.5, width=64, height=7, text=name, weight=BOLD, lines=2),
            Text(x=3, y=8.5, width=40, height=6, text=sku, weight=BOLD),
            Text(
                x=43,
                y=8.5,
                width=24,
                height=6,
                text=f"{words.term(kind)} {words.amount(packed)}",
                align="right",
            ),
            code,
            Text(x=3, y=33.5, width=64, height=4.5, text=gtin[1:] if retail else gtin, align="centre"),
        ),
    )


def lot_label(
    name: str, sku: str, gtin: str, lot: str, expires_on: date | None, words: Words = _ENGLISH
) -> Label:
    """70 x 40 mm for a batch: GTIN, lot and expiry in one GS1 DataMatrix."""
    expiry = f"(17){expires_on:%y%m%d}" if expires_on else ""
    return Label(
        about=f"Lot {lot} of {sku}",
        width=70,
        height=40,
        elements=(
            Text(x=3, y=1.5, width=64, height=7, text=name, weight=BOLD, lines=2),
            Code(
                x=45,
                y=9,
                width=23,
                height=23,
                kind="gs1-datamatrix",
                text=f"(01){gtin}{expiry}(10){lot}",
                module=0.75,
            ),
            Text(x=3, y=9, width=40, height=5, text=sku),
            Text(x=3, y=15.5, width=41, height=7.5, text=f"{words.lot} {lot}", weight=BOLD),
            Text(x=3, y=24, width=41, height=8.5, text=_expiry(expires_on, words), lines=2),
            Text(x=3, y=33.5, width=64, height=4.5, text=gtin),
        ),
    )


def _expiry(expires_on: date | None, words: Words) -> str:
    return f"{words.expires} {expires_on:%Y-%m-%d}" if expires_on else ""


def serial_label(name: str, sku: str, gtin: str, serial: str, words: Words = _ENGLISH) -> Label:
    """70 x 40 mm for one piece with its own number: GTIN and serial in one GS1 DataMatrix."""
    return Label(
        about=f"Serial {serial} of {sku}",
        width=70,
        height=40,
        elements=(
            Text(x=3, y=1.5, width=64, height=7, text=name, weight=BOLD, lines=2),
            Code(
                x=45,
                y=9,
                width=23,
                height=23,
                kind="gs1-datamatrix",
                text=f"(01){gtin}(21){serial}",
                module=0.75,
            ),
            Text(x=3, y=9, width=40, height=5, text=sku),
            Text(x=3, y=15, width=41, height=13, text=f"{words.serial} {serial}", weight=BOLD, lines=2),
            Text(x=3, y=33.5, width=64, height=4.5, text=gtin),
        ),
    )


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What a handling unit holds, where it holds one thing: printed beside its number."""

    name: str
    sku: str
    gtin: str
    quantity: Decimal
    unit: str
    lot: str = ""
    expires_on: date | None = None


def unit_label(
    sscc: str, kind: str, company: str, content: Content | None = None, words: Words = _ENGLISH
) -> Label:
    """GS1 logistic label of a pallet or box with an SSCC: 100 x 150 mm with its one content, 100 x 65 mm without.

    Three parts from top to bottom, as the GS1 Logistic Label Guideline asks: words, content, SSCC.
    """
    top = 103.0 if content else 13.0
    return Label(
        about=f"{kind.capitalize()} {sscc}",
        width=100,
        height=top + 52 if not content else 150,
        elements=(
            Text(x=4, y=4, width=92, height=7, text=company, weight=BOLD),
            Bar(x=3, y=12, width=94, height=0.5),
            *(_content(content, words) if content else ()),
            Text(x=4, y=top, width=92, height=4, text=f"SSCC ({words.term(kind)})"),
            Code(x=1, y=top + 5, width=98, height=32, kind="gs1-128", text=f"(00){sscc}", module=_FAR),
            Text(x=4, y=top + 39, width=92, height=5.5, text=f"(00) {sscc}", align="centre"),
        ),
    )


def _content(content: Content, words: Words) -> Sequence[Text | Bar | Code]:
    amount = words.amount(Quantity(content.quantity, content.unit))
    lot = f"{words.lot} {content.lot}" if content.lot else ""
    expiry = _expiry(content.expires_on, words)
    return (
        Text(x=4, y=14, width=92, height=9, text=content.name, weight=BOLD, lines=2),
        Text(x=4, y=24, width=60, height=10, text=content.sku, weight=BOLD),
        Text(x=4, y=37, width=92, height=12, text=amount, weight=BOLD),
        Text(x=4, y=51, width=46, height=6, text=lot),
        Text(x=50, y=51, width=46, height=6, text=expiry, align="right"),
        Bar(x=3, y=62, width=94, height=0.5),
        *_content_code(content),
    )


def _content_code(content: Content) -> Sequence[Code | Text]:
    """(02) the GTIN of what is inside, (37) how many, (10) and (17) where there are such. (37) counts in wholes only.

    Two codes below each other where one would be too long to read, as the guideline has it.
    """
    if content.quantity != content.quantity.to_integral_value():
        return ()
    goods, amount = f"(02){content.gtin}", f"(37){int(content.quantity)}"
    expiry = f"(17){content.expires_on:%y%m%d}" if content.expires_on else ""
    lot = f"(10){content.lot}" if content.lot else ""
    whole = goods + expiry + amount + lot
    texts = [whole] if _is_short(whole) else [goods + amount, expiry + lot]
    high = 34 / len(texts)
    return [
        element
        for place, text in enumerate(texts)
        for element in (
            Code(
                x=1, y=65 + place * high, width=98, height=high - 6, kind="gs1-128", text=text, module=_HAND
            ),
            Text(x=4, y=65 + (place + 1) * high - 4.5, width=92, height=4, text=text, align="centre"),
        )
    ]


def _is_short(text: str) -> bool:
    """Whether a GS1-128 across a logistic label would have modules of a quarter of a millimetre or more."""
    try:
        modules = encode("gs1-128", text)
    except NotEncodable:  # said when it is drawn
        return True
    return (modules.width + sum(modules.quiet[:2])) * 0.25 <= 98


def badge_label(badge: str, name: str, roles: Sequence[str], company: str, words: Words = _ENGLISH) -> Label:
    """86 x 54 mm, the size of a bank card: who it is; the PIN is in nobody's print."""
    return Label(
        about=f"Badge of {name}",
        width=86,
        height=54,
        elements=(
            Text(x=4, y=3, width=78, height=4, text=company),
            Text(x=4, y=8, width=78, height=10.5, text=name, weight=BOLD, lines=2),
            Text(x=4, y=19, width=78, height=4.5, text=", ".join(map(words.term, roles))),
            Code(x=1, y=26, width=60, height=20, kind="code128", text=badge, module=0.42),
            Code(x=62, y=26, width=22, height=20, kind="datamatrix", text=badge, module=1.5),
            Text(x=4, y=47.5, width=54, height=4.5, text=badge, align="centre"),
        ),
    )


def tote_label(code: str) -> Label:
    """100 x 40 mm for a tote or a crate of our own."""
    return Label(
        about=f"Tote {code}",
        width=100,
        height=40,
        elements=(
            Text(x=3, y=2, width=94, height=14, text=code, weight=BOLD, align="centre"),
            Code(x=1, y=17, width=74, height=20, kind="code128", text=code, module=_FAR),
            Code(x=75, y=17, width=24, height=20, kind="datamatrix", text=code, module=1.5),
        ),
    )


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What a traveller tells of a job."""

    number: str
    sku: str
    name: str
    amount: Quantity
    due: date
    operations: tuple[Operation, ...]


def traveller_label(job: Job, words: Words = _ENGLISH) -> Label:
    """148 x 105 mm (A6) that goes with a job: what to make, how many, and its steps in order."""
    lines = [f"{step.number}  {step.name}  @ {step.work_centre}" for step in job.operations]
    if len(lines) > _STEPS:
        lines = [*lines[: _STEPS - 1], f"+ {len(lines) - _STEPS + 1}"]
    steps = [
        Text(x=5, y=48 + 6.5 * place, width=92, height=5.5, text=line) for place, line in enumerate(lines)
    ]
    return Label(
        about=f"Traveller of job {job.number}",
        width=148,
        height=105,
        elements=(
            Text(x=5, y=4, width=95, height=12, text=job.number, weight=BOLD),
            Text(x=5, y=17, width=138, height=9, text=job.name, weight=BOLD, lines=2),
            Text(x=5, y=27, width=60, height=7, text=job.sku),
            Text(
                x=66,
                y=27,
                width=77,
                height=7,
                text=f"{words.amount(job.amount)}  ·  {job.due:%Y-%m-%d}",
                align="right",
                weight=BOLD,
            ),
            Bar(x=5, y=37, width=138, height=0.5),
            Code(x=1, y=38, width=98, height=9, kind="code128", text=job.number, module=_HAND),
            Code(x=102, y=50, width=42, height=42, kind="qr", text=job.number, module=1.25),
            *steps,
        ),
    )
