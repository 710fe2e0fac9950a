"""The looks of the ladder, one function each; `ladder` says in which order stills and live frames take them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from scanning import apart, bars, engines, frames, localise
from scanning.looks import Look
from scanning.negative import is_light_on_dark, negative
from scanning.symbols import FORMATS, LINEAR, MATRIX, RETAIL

if TYPE_CHECKING:
    from scanning.bars import Support
    from scanning.board import Find
    from scanning.climb import Climb
    from scanning.engines import Grey, Sighting
    from scanning.localise import Crop
    from scanning.looks import Family
    from scanning.symbols import Corners

Rung = Callable[["Climb"], None]
SHRUNK: Final = 0.8  # of a picture's size, up to which its other pixels may hold a code of their own
SMALL: Final = 500_000  # pixels up to which a picture is worth doubling
TINY: Final = 160_000  # pixels up to which a picture is worth enlarging fourfold
MELT: Final = 4.0
MOST_GROWTH: Final = 4.0  # in pixels, when turned by 45 degrees; photographs grow to little more than twice
MELTED: Final = frozenset({"QR", "DataMatrix", "Aztec"})
FRUITLESS_CROPS: Final = 4  # in a row, after which the weaker places are left
CROPS_FOR_BARS: Final = 2
ROWS_OF_A_CODE: Final = 120  # rows of a crop that hold all a bar code says
MOST_CROPS: Final = 40
MOST_FAILURES: Final = 5
NARROWEST: Final = 40.0  # pixels as taken along bars: less than one for each module of the shortest code


def fast(climb: Climb) -> None:
    """The picture as it is: the common symbologies, and the rare ones when none of these is there."""
    wanted = FORMATS if climb.formats is None else climb.formats
    for formats in (wanted & engines.COMMON, wanted - engines.COMMON):
        if formats and not climb.board.finds:
            _plain(climb, engines.zxing(climb.grey, formats))


def _plain(climb: Climb, sightings: list[Sighting]) -> None:
    """Notes what was seen in the picture as it is; labels with one text below each other are seen as one tall code."""
    for sighting in sightings:
        if sighting.format in MATRIX:
            climb.note(sighting, "plain")
            continue
        for corners in apart.split(climb.grey, sighting.corners):
            climb.note(sighting, "plain", corners)


def second_look(climb: Climb) -> None:
    """Looks again at every unconfirmed find: at its bars, or at its place cut out upright and rescaled."""
    for find in climb.unconfirmed():
        if not climb.in_time():
            return
        if find.sighting.format in RETAIL:
            _check_bars(climb, find)
        elif find.sighting.format not in MATRIX:
            again = Look("zxing", "crop", climb.frame) in find.looks  # cut out before: other pixels this time
            place = localise.place_of(find.sighting.corners)
            crop = climb.cut(place, width=560 if again else 900, most_scale=5.0, rows=ROWS_OF_A_CODE)
            _zxing_crop(climb, crop, "turned" if again else "crop", _bars_like(climb, find.sighting.format))


def _bars_like(climb: Climb, format_: str) -> frozenset[str]:
    """What bars read as `format_` may be: it, or another common code of bars."""
    wanted = engines.COMMON & LINEAR
    return (wanted if climb.formats is None else wanted & climb.formats) | {format_}


def _check_bars(climb: Climb, find: Find) -> Support | None:
    """Asks the bars what an engine, or they themselves, claim; None when that cannot be or was asked before."""
    seen = find.sighting
    kind, text = ("EAN13", "0" + seen.text) if seen.format == "UPCA" else (seen.format, seen.text)
    asked = (text, tuple((round(x), round(y)) for x, y in seen.corners))
    if asked in climb.checked or not bars.possible(kind, text):  # the same pixels would say the same again
        return None
    climb.checked.add(asked)
    support = bars.check(climb.grey, seen.corners, kind, text, addon=len(seen.addon))
    if support.backs(text) or support.clear:
        _note_support(climb, support, seen.corners)
    elif kind == "EAN13" and not seen.addon and any(look.engine == "zxing" for look in find.looks):
        bent = bars.check_patiently(climb.grey, seen.corners, kind, text)
        if bent:
            _note_support(climb, bent, seen.corners)
    return support


def _note_support(climb: Climb, support: Support, corners: Corners) -> Find | None:
    format_, text = engines.as_printed(support.kind, support.text)
    if not climb.wants(format_):
        return None
    sighting = engines.Sighting(
        text=text,
        raw=text.encode(),
        format=format_,
        symbology_id="]E4" if format_ == "EAN8" else "]E0",
        corners=corners,
        engine="bars",
    )
    return climb.note(sighting, "very-clear" if support.very_clear else "clear")


def find_places(climb: Climb) -> None:
    if climb.is_filled():
        climb.places = []
        return
    read = [find.box for find in climb.board.finds if climb.board.symbol(find).confirmed]
    climb.places, failures = [], 0
    for whole in localise.places(climb.grey, MOST_CROPS, read):
        parts = apart.parts(climb.grey, whole) if whole.along > NARROWEST * climb.scale else []
        likely = [place for place in parts if localise.looks_like_bars(climb.grey, place)]
        climb.places += [p for p in likely if not any(localise.same(p, other) for other in climb.places)]
        failures += not likely
        if failures > MOST_FAILURES:  # the weaker places behind are print and edges
            return


def full(climb: Climb) -> None:
    _plain(climb, engines.zxing(climb.grey, climb.formats, full=True, invert=True))


def crops(climb: Climb) -> None:
    """Cuts out every bar-like place not yet read, upright, and shows it to both engines and to the bars."""
    fruitless = 0
    for place in climb.unread()[:MOST_CROPS]:
        if not climb.in_time() or fruitless >= FRUITLESS_CROPS:
            break
        if place not in climb.unread():  # a crop of its neighbour has shown it
            continue
        crop = climb.cut(place)
        climb.crops += [crop, negative(crop)] if is_light_on_dark(crop) else [crop]
        before = len(climb.board.finds)
        _zxing_crop(climb, crop, "crop")
        if place in climb.unread():
            _zbar_crop(climb, crop)
        fruitless = fruitless + 1 if len(climb.board.finds) == before else 0
    climb.cut_out = True


def crop_bars(climb: Climb) -> None:
    """Searches the crops for the retail codes most likely behind their grey."""
    kinds = [
        kind
        for kind in ("EAN13", "EAN8", "UPCE")
        if climb.wants(kind) or (kind == "EAN13" and climb.wants("UPCA"))
    ]
    for crop in climb.crops[:CROPS_FOR_BARS]:
        if not climb.in_time() or not kinds:
            return
        if any(climb.board.symbol(f).confirmed and _around(crop, f) for f in climb.board.finds):
            continue
        bars_across = crop.place.along * crop.scale
        support = bars.search(crop.grey, bars_across, kinds, crop.scale)
        if support is None:
            continue
        corners = _corners_of(crop, support)
        find = _note_support(climb, support, corners)
        laid = find and _check_bars(climb, find)
        if find and laid and support.agreed and laid.text == support.text and laid.certain:
            climb.board.add_look(find, Look("bars", "other-rows", climb.frame))


def _around(crop: Crop, find: Find) -> bool:
    middle_x, middle_y = (find.box[0] + find.box[2]) / 2, (find.box[1] + find.box[3]) / 2
    return abs(middle_x - crop.place.x) + abs(middle_y - crop.place.y) < 0.3 * crop.place.along


def _corners_of(crop: Crop, support: Support) -> Corners:
    high = crop.grey.shape[0]
    low, top = 0.88 * high, 0.12 * high
    corners = ((support.start, top), (support.end, top), (support.end, low), (support.start, low))
    return crop.corners_in_picture(corners)


def _zxing_crop(climb: Climb, crop: Crop, family: Family, formats: frozenset[str] | None = None) -> None:
    """Shows a crop to zxing-cpp, which tries matrix codes light on dark by itself, but never bars."""
    sightings = engines.zxing(crop.grey, formats or climb.formats)
    if not sightings and is_light_on_dark(crop):
        sightings = engines.zxing(negative(crop).grey, formats or climb.formats)
    for sighting in sightings:
        climb.note(sighting, family, crop.corners_in_picture(sighting.corners))


def _zbar_crop(climb: Climb, crop: Crop) -> None:
    high = crop.grey.shape[0]
    top = int(0.3 * high)
    band = np.ascontiguousarray(crop.grey[top : max(int(0.7 * high), top + 8)])
    for sighting in engines.zbar(band, climb.formats):
        lowered = tuple((x, y + top) for x, y in sighting.corners)
        climb.note(sighting, "plain", crop.corners_in_picture(lowered))  # type: ignore[arg-type]


def _whole(climb: Climb, variant: Grey, family: Family, factor: float = 1.0) -> None:
    for sighting in engines.zxing(variant, climb.formats, full=True, invert=True):
        climb.note(sighting, family, tuple((x / factor, y / factor) for x, y in sighting.corners))  # type: ignore[arg-type]


def every_pixel(climb: Climb) -> None:
    """All that the camera took, for a code so small that the picture searched has lost its bars."""
    if climb.board.finds or climb.scale > SHRUNK:
        return
    whole, by = climb.whole()
    for sighting in engines.zxing(whole, engines.COMMON if climb.formats is None else climb.formats):
        climb.note(sighting, "crop", tuple((x / by, y / by) for x, y in sighting.corners))  # type: ignore[arg-type]


def contrast(climb: Climb) -> None:
    _whole(climb, frames.local_contrast(climb.grey), "contrast")


def histogram(climb: Climb) -> None:
    for sighting in engines.zxing(climb.grey, climb.formats, full=True, histogram=True):
        climb.note(sighting, "contrast")


def sharpen(climb: Climb) -> None:
    _whole(climb, frames.unsharp(climb.grey), "sharpened")


def soften(climb: Climb) -> None:
    _whole(climb, frames.softened(climb.grey), "contrast")


def melt(climb: Climb) -> None:
    """Small matrix codes whose modules a coarse JPEG has cut into blocks: enlarged until blocks melt into modules again."""
    squares = MELTED if climb.formats is None else MELTED & climb.formats
    if climb.grey.size > TINY or climb.board.finds or not squares:
        return
    melted = frames.softened(frames.doubled(climb.grey, MELT), 2.5)
    for sighting in engines.zxing(melted, squares):
        climb.note(sighting, "contrast", tuple((x / MELT, y / MELT) for x, y in sighting.corners))  # type: ignore[arg-type]


def double(climb: Climb) -> None:
    if climb.grey.size <= SMALL:
        _whole(climb, frames.doubled(climb.grey), "crop", 2.0)


def zbar_whole(climb: Climb) -> None:
    ratio = min(1.0, (engines.ZBAR_MAX_PIXELS / climb.grey.size) ** 0.5 * 0.999)
    grey = (
        climb.grey
        if ratio == 1.0
        else cv2.resize(climb.grey, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
    )
    for sighting in engines.zbar(np.ascontiguousarray(grey, dtype=np.uint8), climb.formats, matrix=True):
        climb.note(sighting, "plain", tuple((x / ratio, y / ratio) for x, y in sighting.corners))  # type: ignore[arg-type]


def turns(climb: Climb) -> None:
    """The whole picture turned, for codes the localiser did not see; a narrow strip would become a huge square."""
    height, width = climb.grey.shape
    if (height + width) ** 2 / 2 > MOST_GROWTH * climb.grey.size:
        return
    for degrees in (20.0, 45.0):
        if climb.board.finds or climb.places or not climb.in_time():
            return
        spun, back = frames.turned(climb.grey, degrees)
        for sighting in engines.zxing(spun, climb.formats):
            points = np.array(sighting.corners) @ back[:, :2].T + back[:, 2]
            climb.note(sighting, "turned", tuple((float(x), float(y)) for x, y in points))  # type: ignore[arg-type]


def deblur(climb: Climb) -> None:
    """Richardson-Lucy along the bars of the crops that stayed unread."""
    for crop in climb.crops[: 0 if climb.board.finds else 1]:
        sharp = frames.deblurred(crop.grey, 3.0)
        for sighting in engines.zxing(sharp, climb.formats):
            climb.note(sighting, "sharpened", crop.corners_in_picture(sighting.corners))
