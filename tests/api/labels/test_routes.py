"""Labels over HTTP."""

import pytest

import scanning
from tests.support.demo_floor import DemoFloor
from tests.unit.labels.printed import as_png, pages, printed

LOT = """
    select item.sku || ' ' || lot.code from lot join item on item.id = lot.item_id where item.expires order by 1 limit 1
"""


def read(picture: bytes) -> set[str]:
    """All confirmed texts of a picture."""
    return {symbol.text for symbol in scanning.read(picture, budget_ms=5000).confirmed}


async def get(demo: DemoFloor, role: str, path: str, **query: str | list[str]) -> tuple[int, str, bytes]:
    """Status, type and content of an answer."""
    ann = await demo.worker(role)
    answer = await ann.client.get(f"/api/floor/labels{path}", params=query)
    return answer.status_code, answer.headers["content-type"], answer.content


@pytest.mark.parametrize("code", ["C-07-3-B", "DOCK-IN-1", "PACK-3", "CART-01"])
async def test_a_place_label_says_its_code(demo: DemoFloor, code: str) -> None:
    """Bins, docks, tables and carts come as a picture that reads as their code."""
    status, kind, content = await get(demo, "picker", "/place", code=code)
    assert (status, kind) == (200, "image/png")
    assert read(content) == {code}


async def test_a_unit_label_says_its_sscc_and_its_content(demo: DemoFloor) -> None:
    """The logistic label of a pallet holds (00) and, for one content, (02) with (37) the count in the books."""
    row = """
        select unit.code || ' ' || quant.quantity::int from handling_unit as unit
        join quant on quant.handling_unit_id = unit.id where unit.kind = 'pallet' order by unit.code limit 1
    """
    sscc, count = str(await demo.scalar(row)).split()
    status, _, content = await get(demo, "receiver", "/unit", code=sscc, resolution="300")
    assert status == 200
    texts = read(content)
    assert f"00{sscc}" in texts
    (other,) = texts - {f"00{sscc}"}
    assert other.startswith("02")
    assert f"37{count}" in other


async def test_item_labels_by_sku_and_by_gtin(demo: DemoFloor) -> None:
    """A SKU gives the piece's label, the box's GTIN the box's."""
    query = "select p.gtin from packaging p join item i on i.id = p.item_id where i.sku = 'TYR-101' and p.kind = '{}'"
    each, box = [await demo.scalar(query.format(kind)) for kind in ("each", "box")]
    assert read((await get(demo, "picker", "/item", code="TYR-101"))[2]) == {each[1:]}
    assert read((await get(demo, "picker", "/item", code=box))[2]) == {f"01{box}"}


async def test_labels_speak_the_language_of_the_site(demo: DemoFloor) -> None:
    """The site's plan says which: the same lot is printed with other words and reads the same."""
    sku, lot = str(await demo.scalar(LOT)).split()
    _, _, english = await get(demo, "picker", "/lot", code=lot, item=sku)
    speak = "update site set plan = plan || jsonb_build_object('language', '{}') where id = :s returning code"
    await demo.scalar(speak.format("nl"), s=demo.site)
    _, _, dutch = await get(demo, "picker", "/lot", code=lot, item=sku)
    await demo.scalar(speak.format("en"), s=demo.site)
    assert dutch != english
    assert read(dutch) == read(english)


async def test_lot_and_serial_labels_need_their_item(demo: DemoFloor) -> None:
    """With the SKU the label carries GTIN and number; without it there is nothing to find."""
    sku, lot = str(await demo.scalar(LOT)).split()
    _, _, content = await get(demo, "picker", "/lot", code=lot, item=sku)
    (text,) = read(content)
    assert text.startswith("01")
    assert text.endswith(f"10{lot}")
    serial = str(await demo.scalar("select code from serial order by code limit 1"))
    _, _, content = await get(demo, "picker", "/serial", code=serial, item=serial[:7])
    (text,) = read(content)
    assert text.endswith(f"21{serial}")
    assert (await get(demo, "picker", "/lot", code=lot))[0] == 404


async def test_tote_labels_are_recognised_by_their_kind(demo: DemoFloor) -> None:
    """A tote's number is printed as it is, not as an SSCC."""
    assert read((await get(demo, "picker", "/tote", code="T-0001"))[2]) == {"T-0001"}


async def test_badges_are_printed_by_supervisors_only(demo: DemoFloor) -> None:
    """A picker may not print somebody else's badge."""
    assert (await get(demo, "picker", "/badge", code="P-1001"))[0] == 403
    status, _, content = await get(demo, "supervisor", "/badge", code="P-1001")
    assert status == 200
    assert read(content) == {"P-1001"}


async def test_a_sheet_of_a_bay_has_all_its_bins(demo: DemoFloor) -> None:
    """By prefix as PDF and as ZPL: every bin of the bay, once, each readable."""
    bins = {f"C-07-{level}-{slot}" for level in (1, 2, 3) for slot in "AB"}
    status, kind, content = await get(demo, "supervisor", "/place/sheet", prefix="C-07-")
    assert (status, kind) == (200, "application/pdf")
    (page,) = pages(content, per_mm=8)
    assert read(page) == bins
    _, kind, content = await get(demo, "supervisor", "/place/sheet", prefix="C-07-", form="zpl")
    assert kind == "application/zpl"
    assert [read(as_png(dots)) for dots in printed(content.decode())] == [{code} for code in sorted(bins)]


async def test_a_sheet_of_chosen_codes_keeps_their_order(demo: DemoFloor) -> None:
    """The labels come as they were asked for."""
    wanted = ["T-0003", "T-0001"]
    _, _, content = await get(demo, "picker", "/tote/sheet", code=wanted, form="zpl")
    assert [read(as_png(dots)) for dots in printed(content.decode())] == [{code} for code in wanted]


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/place", {"code": "NOWHERE"}, 404),
        ("/place", {"code": "V-COUNT"}, 404),
        ("/unit", {"code": "0" * 18}, 404),
        ("/item", {"code": "NOTHING"}, 404),
        ("/place/sheet", {}, 404),
        ("/place/sheet", {"prefix": "NOWHERE"}, 404),
        ("/place", {}, 400),
        ("/place", {"code": ""}, 400),
        ("/place", {"code": "C" * 500}, 400),
        ("/place", {"code": "C-07-3-B", "form": "exe"}, 400),
        ("/place", {"code": "C-07-3-B", "resolution": "9999"}, 400),
        ("/nonsense", {"code": "C-07-3-B"}, 400),
        ("/tote/sheet", {"code": ["T-0001"] * 201}, 400),
    ],
)
async def test_what_cannot_be_printed_is_a_problem(
    demo: DemoFloor, path: str, query: dict[str, str | list[str]], status: int
) -> None:
    """Unknown numbers and wrong wishes are told as problem details, never as a label."""
    found, kind, content = await get(demo, "supervisor", path, **query)
    assert (found, kind) == (status, "application/problem+json"), content


async def test_a_stranger_gets_no_label(demo: DemoFloor) -> None:
    """Without a sign-in there is none."""
    ann = await demo.worker("picker")
    answer = await ann.client.get(
        "/api/floor/labels/place", params={"code": "C-07-3-B"}, headers={"authorization": ""}
    )
    assert answer.status_code == 401
