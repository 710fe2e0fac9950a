"""Labels on the printer's dots."""

import itertools

import numpy as np
import pytest
from msgspec.structs import replace

from backend.floor.labels import (
    DoesNotFit,
    Label,
    NotEncodable,
    Operation,
    Text,
    badge_label,
    place_label,
    raster,
    traveller_label,
    zpl,
)
from backend.floor.labels.layout import Code
from backend.floor.labels.raster import RESOLUTIONS, lines_of, module_dots
from backend.floor.labels.symbols import Kind, encode
from tests.unit.labels.printed import JOB, LABELS

CODES = [
    pytest.param(kind, code, id=f"{kind}-{place}")
    for kind, (label, _) in LABELS.items()
    for place, code in enumerate(element for element in label.elements if isinstance(element, Code))
]


@pytest.mark.parametrize("resolution", RESOLUTIONS)
@pytest.mark.parametrize(("kind", "code"), CODES)
def test_every_bar_is_a_whole_number_of_modules(kind: str, code: Code, resolution: int) -> None:
    """On each printer the widths of all bars and gaps inside a symbol are multiples of one module in dots."""
    scale = RESOLUTIONS[resolution]
    module = module_dots(code, encode(code.kind, code.text), scale)
    dots = raster(LABELS[kind][0], resolution)
    middle = round((code.y + code.height / 2) * scale)
    row = dots[middle, round(code.x * scale) : round((code.x + code.width) * scale)]
    runs = [len(list(run)) for _, run in itertools.groupby(row)][1:-1]
    assert runs
    assert all(run % module == 0 for run in runs)


@pytest.mark.parametrize("resolution", RESOLUTIONS)
@pytest.mark.parametrize(("kind", "code"), CODES)
def test_every_symbol_has_its_quiet_zone(kind: str, code: Code, resolution: int) -> None:
    """Nothing black comes nearer to a symbol's sides than its standard allows."""
    scale = RESOLUTIONS[resolution]
    modules = encode(code.kind, code.text)
    module = module_dots(code, modules, scale)
    dots = raster(LABELS[kind][0], resolution)
    rows = dots[round(code.y * scale) : round((code.y + code.height) * scale)]
    columns = np.flatnonzero(
        rows[:, round(code.x * scale) : round((code.x + code.width) * scale)].any(axis=0)
    )
    left, right, _ = modules.quiet
    first, last = round(code.x * scale) + columns[0], round(code.x * scale) + columns[-1]
    assert columns[-1] - columns[0] + 1 == modules.width * module
    assert not rows[:, max(0, first - left * module) : first].any()
    assert not rows[:, last + 1 : last + 1 + right * module].any()


@pytest.mark.parametrize("resolution", RESOLUTIONS)
@pytest.mark.parametrize("kind", LABELS)
def test_no_text_touches_a_symbol_or_the_edge(kind: str, resolution: int) -> None:
    """All elements of a label lie on it, and no text's box reaches into a symbol's."""
    label, _ = LABELS[kind]
    texts = [element for element in label.elements if isinstance(element, Text)]
    codes = [element for element in label.elements if isinstance(element, Code)]
    assert all(e.x >= 0 and e.x + e.width <= label.width for e in label.elements)
    assert all(e.y >= 0 and e.y + e.height <= label.height for e in label.elements)
    for text, code in itertools.product(texts, codes):
        apart_x = text.x >= code.x + code.width or code.x >= text.x + text.width
        apart_y = text.y >= code.y + code.height or code.y >= text.y + text.height
        assert apart_x or apart_y, (text, code)
    assert raster(label, resolution).any()


def test_a_longer_name_shrinks_and_then_ends_in_dots() -> None:
    """A name that is too long stays inside its box; what was beside it stays as it was."""
    short, long = (badge_label("P-1", name, ["picker"], "Dommel") for name in ("Jo", "J" * 200))
    differs = np.argwhere(raster(short, 203) != raster(long, 203)) / 8
    assert differs[:, 0].min() >= 9
    assert differs[:, 0].max() <= 18
    assert differs[:, 1].max() <= 82


@pytest.mark.parametrize("name", ["王芳", "Łukasz Żółć", "Ιωάννα", "Анна", "Aisha Bensaïd"])
def test_names_in_other_scripts_are_drawn(name: str) -> None:
    """Names differ from one another and from question marks, whatever fonts the machine has."""

    def drawn(words: str) -> bytes:
        return raster(badge_label("P-1", words, ["picker"], "Dommel"), 203)[9 * 8 : 18 * 8].tobytes()

    assert drawn(name) != drawn("?" * len(name))
    assert drawn(name) != drawn("王" * len(name))
    assert drawn(name) == drawn(name)


@pytest.mark.parametrize("code", ["A", "A01-02-03", "WWW-00-00-W", "H-20-2-B", "DOCK-OUT-12"])
def test_a_code_shrinks_before_it_is_cut(code: str) -> None:
    """What names a place stands there whole, as large as its box lets it."""
    words = next(one for one in place_label(code, "47").elements if isinstance(one, Text))
    (line,) = lines_of(words, round(words.width * 8), round(words.height * 8))
    assert line.words == code
    assert line.taken <= words.width * 8


@pytest.mark.parametrize(
    "name",
    ["Achterwielremschijfbevestiging roestvast staal M5 zwart", "前叉总成碳纤维黑色哑光加强版供欧洲市场使用"],
)
def test_a_long_name_takes_two_lines(name: str) -> None:
    """A name too long for one line is larger on two, parted where its language lets it, and whole."""
    words = Text(x=0, y=0, width=64, height=7, text=name, lines=2)
    one, two = lines_of(words, 512, 56)
    assert (one.words + two.words).replace(" ", "") == name.replace(" ", "")
    assert one.size == two.size > lines_of(replace(words, lines=1), 512, 56)[0].size
    assert max(one.taken, two.taken) <= 512


def test_a_code_too_long_for_its_label_is_refused() -> None:
    """Rather no label than one with bars too fine to read."""
    with pytest.raises(DoesNotFit, match="does not fit"):
        raster(place_label("A" * 60), 203)


@pytest.mark.parametrize(
    ("kind", "text"),
    [("ean13", "9521234000968"), ("gs1-128", "(01)09521234000968"), ("gs1-128", "(99"), ("code128", "")],
)
def test_what_a_symbology_cannot_hold_is_refused(kind: Kind, text: str) -> None:
    """A wrong check digit, a broken element string or no text at all is an error, never another code."""
    with pytest.raises(NotEncodable):
        encode(kind, text)


def test_a_name_cannot_write_zpl() -> None:
    """A caret or tilde in what a label is about does not become a command to the printer."""
    label = Label(about="^XA~JR^FS 王", width=20, height=10, elements=())
    stream = zpl([label], 203)
    assert stream.count("^XA") == stream.count("^XZ") == 1
    assert "~" not in stream
    assert stream.isascii()


def test_a_traveller_says_how_many_steps_it_has_no_room_for() -> None:
    """Eight steps stand in full; of twelve, seven do and the last line counts the other five."""

    def lines(count: int) -> list[str]:
        steps = tuple(Operation(step, "Weld", "W") for step in range(1, count + 1))
        elements = traveller_label(replace(JOB, operations=steps)).elements
        return [element.text for element in elements if isinstance(element, Text) and element.y >= 48]

    assert len(lines(8)) == 8
    assert len(lines(12)) == 8
    assert lines(12)[-1] == "+ 5"
