"""Reading drawn codes: every symbology, at angles, small, blurred, many at once, and nothing where nothing is."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanning import engines, read
from scanning.bench.photographs import says
from scanning.bench.render import draw
from scanning.bench.stress import picture, stored, texts
from scanning.films import Hand, scene_frames
from scanning.symbols import comparable, expand_upce

EVERY = [
    ("Code128", "BIN-01-0203", "Code128"),
    ("Code39", "BIN A01", "Code39"),
    ("Code93", "CODE 93", "Code93"),
    ("Codabar", "A12345678A", "Codabar"),
    ("EAN13", "9506000134352", "EAN13"),
    ("EAN8", "12345670", "EAN8"),
    ("UPCA", "012345678905", "UPCA"),
    ("UPCE", "01264904", "UPCE"),
    ("ITF", "15901234123454", "ITF"),
    ("GS1-128", "(01)09506000134352(17)271231(10)ABC", "Code128"),
    ("DataBar", "09506000134352", "DataBar"),
    ("DataBarExp", "(01)90012345678908(3103)001750", "DataBarExp"),
    ("QR", "https://id.gs1.org/01/09506000134352", "QR"),
    ("DataMatrix", "HELLO 123", "DataMatrix"),
    ("Aztec", "hello aztec", "Aztec"),
    ("PDF417", "hello pdf", "PDF417"),
]


@pytest.mark.parametrize(("code", "text", "format_"), EVERY, ids=[row[0] for row in EVERY])
def test_every_symbology_is_read_and_confirmed(code, text, format_):
    """A clean print of each symbology gives its text, its format and a confirmation, at the place it stands."""
    grey = np.pad(draw(code, text, 3.0), ((40, 0), (70, 0)), constant_values=255)
    reading = read(stored(grey, 0))
    assert len(reading.symbols) == 1
    symbol = reading.symbols[0]
    assert comparable(expand_upce(text) if code == "UPCE" else text) in says(symbol)
    assert symbol.format == format_
    assert symbol.confirmed, symbol.doubt
    assert (reading.width, reading.height) == (grey.shape[1], grey.shape[0])
    assert all(70 <= x <= reading.width and 40 <= y <= reading.height for x, y in symbol.corners)


def test_a_gs1_label_is_parsed():
    """FNC1 is kept as GS in the raw bytes, and the elements are there."""
    symbol = read(stored(draw("GS1-128", "(01)09506000134352(10)ABC(21)7", 3.0), 0)).symbols[0]
    assert symbol.symbology_id == "]C1"
    assert symbol.raw == b"010950600013435210ABC\x1d217"
    assert symbol.gs1 is not None
    assert (symbol.gs1.gtin, symbol.gs1.lot, symbol.gs1.serial) == ("09506000134352", "ABC", "7")
    assert symbol.gtin == "09506000134352"


@pytest.mark.parametrize("degrees", [10, 25, 40, 50, 65, 80, 90])
@pytest.mark.parametrize("code", ["Code128", "EAN13", "ITF", "GS1-128"])
def test_bars_are_read_at_every_angle(code, degrees):
    """Bar codes that engines lose between 20 and 70 degrees are turned upright first."""
    text = texts(code)[0]
    reading = read(stored(*picture(code, text, "rotation, degrees", degrees, seed=degrees)))
    assert any(comparable(text) in says(symbol) for symbol in reading.confirmed)


@pytest.mark.parametrize(
    ("code", "stress", "level"),
    [
        ("Code128", "pixels per module", 1.5),
        ("EAN13", "pixels per module", 1.5),
        ("QR", "pixels per module", 1.75),
        ("EAN13", "blur, modules", 0.7),
        ("Code128", "blur, modules", 0.5),
        ("EAN13", "motion blur, modules", 1.67),
        ("ITF", "contrast", 0.08),
        ("EAN13", "contrast", 0.08),
        ("EAN13", "perspective, degrees", 50),
        ("DataMatrix", "noise, sd of 150", 15),
        ("GS1-128", "JPEG quality", 10),
    ],
)
def test_reads_through_stress(code, stress, level):
    """Most of a few codes under a stress engines barely bear are read, and nothing wrong is confirmed."""
    right = 0
    for seed, text in enumerate(texts(code, 3)):
        reading = read(stored(*picture(code, text, stress, level, seed)))
        right += any(comparable(text) in says(symbol) for symbol in reading.symbols)
        assert all(comparable(text) in says(symbol) for symbol in reading.confirmed)
    assert right >= 2


def test_thirty_labels_in_one_frame():
    """A shelf of thirty labels comes back whole, each with its own place."""
    shelf = [f"{7_201_300 + 37 * number:08d}" for number in range(30)]
    labels = [draw("Code128", text, 6.0, height=22) for text in shelf]
    hand = Hand(module=1.9, module_end=1.9, columns=5, noise=3.0, motion=0.0, shake=0.0, blur=0.4, shade=0.1)
    frame = next(iter(scene_frames(labels, 1, 5, hand)))
    reading = read(stored(frame, 85), budget_ms=4_000)
    found = {symbol.text: symbol.corners for symbol in reading.confirmed}
    assert set(found) == set(shelf)
    assert len({(round(c[0][0]), round(c[0][1])) for c in found.values()}) == 30


def test_the_same_text_twice_is_two_symbols():
    """Two labels of one item in view are two symbols, to be counted."""
    code = draw("Code128", "BIN-01-0203", 2.0)
    gap = np.full((80, code.shape[1]), 255, np.uint8)
    reading = read(stored(np.vstack([code, gap, code]), 0))
    assert [symbol.text for symbol in reading.symbols] == ["BIN-01-0203"] * 2


def test_only_wanted_formats_are_told():
    """A site that uses no EAN-8 never hears of one."""
    data = stored(draw("EAN8", "12345670", 3.0), 0)
    assert not read(data, formats=["EAN13", "Code128"]).symbols
    assert read(data, formats=["EAN8"]).symbols[0].confirmed


def test_the_expected_text_is_marked():
    """A text the task waits for is marked, however it was written down."""
    data = stored(draw("UPCA", "012345678905", 3.0), 0)
    assert read(data, expected=["00012345678905"]).symbols[0].expected
    assert not read(data, expected=["09506000134352"]).symbols[0].expected


def test_a_torn_case_code_is_not_a_fact():
    """Half of an ITF-14 may decode as a shorter code; that is shown in doubt, never confirmed."""
    code = draw("ITF", "15901234123454", 3.0)
    high, wide = code.shape
    for width in range(wide // 3, wide * 3 // 4, 30):
        torn = np.pad(code[high // 3 : -high // 3, :width], ((20, 20), (20, 60)), constant_values=255)
        assert not read(stored(torn, 0)).confirmed


def test_a_wrong_text_of_an_engine_is_contradicted_by_the_bars(monkeypatch):
    """When an engine claims a text with a valid check digit that is not what the bars say, it is never confirmed."""
    truth, lie = "9506000134352", "9406000134355"
    honest = engines.zxing

    def lying(*args, **options):
        return [
            type(s)(**{**{f: getattr(s, f) for f in s.__struct_fields__}, "text": lie, "raw": lie.encode()})
            for s in honest(*args, **options)
        ]

    monkeypatch.setattr(engines, "zxing", lying)
    reading = read(stored(draw("EAN13", truth, 3.0), 0))
    told = {symbol.text: symbol for symbol in reading.symbols}
    assert lie in told
    assert not told[lie].confirmed
    assert truth in told


def test_works_without_libzbar(monkeypatch):
    """Without libzbar everything is read by zxing-cpp and the bars, and health says that it is missing."""
    monkeypatch.setattr(engines, "_pyzbar", lambda: None)
    assert not engines.zbar_present()
    reading = read(stored(draw("EAN13", "9506000134352", 3.0), 0))
    assert [(s.text, s.confirmed) for s in reading.symbols] == [("9506000134352", True)]
    assert "zbar" not in reading.symbols[0].engines


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_confirmed_where_nothing_is(seed):
    """Noise, stripes, checks and print hold no codes."""
    random = np.random.default_rng(seed)
    grey = random.integers(0, 255, (300, 400)).astype(np.uint8)
    if seed == 1:
        grey = np.tile(np.repeat(random.integers(0, 2, 100) * 200, 4).astype(np.uint8), (300, 1))
    elif seed == 2:
        grey = np.asarray((np.indices((300, 400)).sum(0) // 7 % 2) * 200, np.uint8)
    elif seed == 3:
        grey = np.full((300, 400), 240, np.uint8)
        for row in range(20, 300, 24):
            cv2.putText(grey, "IIII HIHI lilllil MWMW 1711", (8, row), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 30, 2)
    assert not read(stored(grey, 0)).confirmed


def test_time_is_kept():
    """With no budget left only the first look is taken, and the reading says that time ran out."""
    noise = np.random.default_rng(1).integers(0, 255, (600, 800)).astype(np.uint8)
    reading = read(stored(noise, 0), budget_ms=1)
    assert reading.out_of_time
    assert set(reading.tried) <= {"decode", "fast"}


@given(
    st.integers(1, 70),
    st.integers(1, 70),
    st.binary(min_size=1, max_size=64),
    st.sampled_from([".png", ".jpg", ".webp"]),
)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_no_picture_makes_reading_raise(width, height, tile, kind):
    """Tiny and odd pictures of any bytes are read without an exception, and nothing in them is a fact."""
    flat = np.frombuffer((tile * (width * height // len(tile) + 1))[: width * height], np.uint8)
    data = cv2.imencode(kind, flat.reshape(height, width))[1].tobytes()
    reading = read(data, budget_ms=60)
    assert reading.error is None
    assert not reading.confirmed


@pytest.mark.parametrize(
    ("format_", "text"), [("EAN13", "9506000134352"), ("Code128", "ABC-1234"), ("Code39", "ABC123")]
)
def test_bars_light_on_dark_are_read(format_, text):
    """White print on a black pack, which neither engine reads by itself, is read and confirmed."""
    dark = 255 - np.pad(draw(format_, text, 3.0), 40, constant_values=255)
    reading = read(cv2.imencode(".png", dark)[1].tobytes())
    assert [(symbol.text, symbol.confirmed) for symbol in reading.symbols] == [(text, True)]


def test_a_shrunk_picture_is_told_at_its_own_size():
    """What was searched is smaller, but width and height are those of the picture, as it was held."""
    reading = read(cv2.imencode(".jpg", np.full((3000, 4000), 150, np.uint8))[1].tobytes())
    assert (reading.width, reading.height) == (4000, 3000)
