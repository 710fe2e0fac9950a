"""The supervisor's page: live without a reload, by keyboard and by eye, in every theme and language, and on paper."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

import cv2
import httpx
import numpy as np
import pytest
import zxingcpp
from playwright.async_api import Page, Route, WebSocketRoute, expect

from backend.kernel.ids import new_id
from tests.browser.conftest import PIN, House, NewHandheld
from tests.browser.tour import COLOURS, GO, RULES, THEMES, Findings
from tests.support.demo_floor import Worker
from tests.support.handheld import Handheld
from tests.support.town import eventually

Office = Callable[..., Awaitable[Handheld]]
Acting = Callable[..., Awaitable[Worker]]

_TARGETS: Final = """() => [...document.querySelectorAll('.office button, .office a.btn, .office a.tile, .office a.card, .office input, .office select')]
  .map((one) => [one.outerHTML.slice(0, 80), one.closest('label') ? one.closest('label').getBoundingClientRect() : one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < 43.5 || box.width < 43.5)).map(([html]) => html)"""


@pytest.fixture
async def office(house: House, new_handheld: NewHandheld) -> Office:
    """Opens the board for a new supervisor on a screen of 1024 by 768."""

    async def opened(
        *, show: str = "", roles: tuple[str, ...] = ("supervisor", "planner"), wait: bool = True
    ) -> Handheld:
        device = await new_handheld(signed_in=False, reduced_motion="reduce")
        await device.sign_in(await house.badge(*roles, name="Marieke Jansen"), PIN)
        await device.page.set_viewport_size({"width": 1024, "height": 768})
        await device.page.goto(f"{house.url}/board{f'?show={show}' if show else ''}")
        if wait:
            await expect(device.page.get_by_test_id("liveness")).to_have_attribute("data-live", "true")
        await expect(device.page.get_by_test_id("map")).to_be_visible()
        return device

    return opened


@pytest.fixture
async def acting(house: House) -> AsyncIterator[Acting]:
    """Makes people who act through the API process, as handhelds do."""
    clients: list[httpx.AsyncClient] = []

    async def someone(*roles: str, name: str) -> Worker:
        worker = await house.floor.worker(*roles, name=name)
        headers = {"authorization": worker.client.headers["authorization"], "origin": house.url}
        await worker.client.aclose()
        clients.append(httpx.AsyncClient(base_url=house.url, headers=headers))
        return Worker(clients[-1], worker.who)

    yield someone
    for client in clients:
        await client.aclose()


_turn = itertools.count()


async def fresh(house: House, lines: int) -> list[str]:
    """Items no other test has reported short: a short leaves the item's bin waiting for a count."""
    skus = await house.floor.stocked(limit=100)
    return [skus[20 + next(_turn) % 80] for _ in range(lines)]


async def walking(
    house: House, acting: Acting, *, quantity: str = "1", lines: int = 2, name: str = "Anna Visser"
) -> tuple[Worker, dict[str, Any]]:
    """A picker with a round in hand and totes on the cart."""
    labels = await house.round([(sku, quantity) for sku in await fresh(house, lines)])
    picker = await acting("picker", name=name)
    document = await picker.done("/picking/claim", {"round": labels.document["id"]})
    for tote in document["totes"]:
        await picker.done("/picking/bind-tote", {"tote": tote["id"], "code": f"TS-{tote['id'][-8:]}"})
    return picker, document


def fact(line: dict[str, Any]) -> dict[str, Any]:
    """The pick of a whole line."""
    return {"line": line["id"], "quantity": line["quantity"], "tote": line["tote"]}


_WAIT: Final = """select count(*) from pick_line l join quant q on q.id = l.quant_id join task t on t.id = l.round_id
  where l.state = 'open' and t.state in ('released', 'claimed')"""


async def shows_what_waits(house: House, page: Page) -> None:
    """Waits until the page says how many lines wait in the books; the worker may release more of them meanwhile."""
    figure = page.get_by_test_id("figure-waiting").locator(".n")

    async def is_same() -> bool:
        shown = (await figure.inner_text()).replace(",", "")
        return shown == str(await house.floor.scalar(_WAIT))

    await eventually(is_same)


async def test_a_pick_shows_on_the_open_page_and_what_it_shows_is_what_a_fresh_read_gives(
    house: House, office: Office, acting: Acting
) -> None:
    """Picks, a short, an undo and a take-over arrive live; afterwards the page that listened equals one that was opened anew."""
    picker, document = await walking(house, acting, lines=3, name="Quinten Zijlstra")
    boss = await office()
    page = boss.page
    await shows_what_waits(house, page)
    first, second, third = document["lines"][:3]
    await picker.done("/picking/confirm", fact(first))
    await shows_what_waits(house, page)
    await expect(page.get_by_test_id("person").filter(has_text="QZ")).to_have_count(1)
    key = new_id()
    await picker.done("/picking/confirm", fact(second), key=key)
    await picker.done("/picking/undo", {"command": str(key)})
    await picker.done("/picking/short", {"line": third["id"], "found": "0", "reason": "not_found"})
    await (await acting("picker", name="Bo Peters")).done("/picking/take-over", {"round": document["id"]})
    anew = await page.context.new_page()
    await anew.goto(f"{house.url}/board")
    await expect(anew.locator(".figures[aria-busy=false]")).to_be_visible()

    async def are_alike() -> bool:
        old, new = [await each.locator(".figures .tile").all_text_contents() for each in (page, anew)]
        return bool(old == new)

    await eventually(are_alike)


async def test_an_exception_is_settled_at_once_and_a_colleagues_leaves_the_list_by_itself(
    house: House, office: Office, acting: Acting
) -> None:
    """Settling takes the card off before the server answers, with reason and note in the books; a colleague's goes without a tap."""
    picker, document = await walking(house, acting, quantity="3", lines=2)
    for line in document["lines"][:2]:
        await picker.done("/picking/short", {"line": line["id"], "found": "0", "reason": "not_found"})
    boss = await office(show="exceptions")
    page = boss.page
    mine, others = await _exceptions(house, document)
    card = page.locator(f'[data-id="{mine}"]')
    await expect(card).to_contain_text("Short pick")
    held: asyncio.Queue[Route] = asyncio.Queue()

    async def hold(route: Route) -> None:
        held.put_nowait(route)

    await page.route("**/work/exceptions/resolve", hold)
    await card.get_by_test_id("settle").click()
    await card.get_by_label("Note").fill("seen with Anna")
    await card.get_by_test_id("as-checked").click()
    await expect(card).to_have_count(0)
    asked = await held.get()
    await asked.continue_()
    await expect(page.locator("p.verdict")).to_contain_text("Settled")
    assert held.empty()
    row = await house.floor.scalar(
        "select resolution || '/' || note || '/' || state from exception where id = :id", id=mine
    )
    assert row == "checked/seen with Anna/resolved"
    colleague = await acting("supervisor", name="Ruben")
    await colleague.done("/work/exceptions/resolve", {"exception": others, "resolution": "nothing"})
    await expect(page.locator(f'[data-id="{others}"]')).to_have_count(0)


async def _exceptions(house: House, document: dict[str, Any]) -> list[str]:
    async with house.floor.db.transaction() as connection:
        rows = await connection.exec_driver_sql(
            "select id::text from exception where task_id = $1::text::uuid and kind = 'short_pick' and state = 'open' order by id",
            (document["id"],),
        )
        return [row.id for row in rows]


async def test_a_decision_whose_answer_is_lost_comes_back_and_is_booked_once(
    house: House, office: Office, acting: Acting
) -> None:
    """The server booked it, the answer never came: the card is settled by the next read, and a second try would be the same command."""
    picker, document = await walking(house, acting, quantity="3", lines=1)
    line = document["lines"][0]
    await picker.done("/picking/short", {"line": line["id"], "found": "0", "reason": "damaged"})
    boss = await office(show="exceptions")
    page = boss.page
    [mine] = await _exceptions(house, document)

    async def lose(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/work/exceptions/resolve", lose, times=1)
    card = page.locator(f'[data-id="{mine}"]')
    await card.get_by_test_id("settle").click()
    await card.get_by_test_id("as-corrected").click()
    await expect(page.get_by_text("Not sent", exact=False)).to_be_visible()
    await expect(card).to_have_count(0)
    times = await house.floor.scalar(
        "select count(*) from command where type = 'exception.resolve' and answer->>'exception' = :e", e=mine
    )
    assert times == 1


async def test_a_scan_opens_who_touched_it(house: House, office: Office, acting: Acting) -> None:
    """A bin's label scanned anywhere on the page, or its code typed, shows the pick with who, what, when, and the tote."""
    picker, document = await walking(house, acting, quantity="2", lines=1)
    line = document["lines"][0]
    await picker.done("/picking/confirm", fact(line))
    code = next(place["code"] for place in document["places"] if place["id"] == line["place"])
    boss = await office()
    page = boss.page
    await boss.scan(code)
    panel = page.get_by_test_id("panel-history")
    await expect(panel).to_contain_text(f"Bin {code}")
    first = panel.get_by_test_id("event").first
    await expect(first).to_contain_text("Picked")
    await expect(first).to_contain_text("Anna Visser")
    await expect(first).to_contain_text(f"[TS-{line['tote'][-8:]}]")
    await page.get_by_test_id("search").fill(document["totes"][0]["order"]["number"])
    await page.get_by_role("button", name="Find").click()
    await expect(page.get_by_role("heading", name="Order", exact=False)).to_be_visible()
    await expect(page.get_by_test_id("panel-history")).to_contain_text("Order arrived")
    await page.get_by_test_id("search").fill("NOBODY-KNOWS-THIS")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("panel-trace")).to_contain_text("NOBODY-KNOWS-THIS is not known here")


async def test_the_map_is_walked_with_the_keyboard(office: Office) -> None:
    """Arrow keys move over the bays, Enter opens one, and the focus goes with it."""
    boss = await office()
    page = boss.page
    await page.get_by_test_id("map").focus()
    for arrow in ("ArrowRight", "ArrowUp", "ArrowUp", "ArrowRight"):
        await page.keyboard.press(arrow)
    await page.keyboard.press("Enter")
    panel = page.get_by_test_id("panel-bay")
    await expect(panel).to_contain_text(re.compile(r"Bay [A-Z]-\d\d"))
    await expect(panel.get_by_role("heading").first).to_be_focused()
    before = page.url
    await page.get_by_test_id("map").click(position={"x": 300, "y": 200})
    await expect(page).not_to_have_url(before)
    await expect(panel).to_be_visible()


async def test_without_the_live_line_the_page_asks_by_itself(
    house: House, office: Office, acting: Acting
) -> None:
    """With every WebSocket refused it says so, and a pick still shows within the time of a poll."""
    picker, document = await walking(house, acting, lines=1)
    boss = await office()
    page = boss.page

    async def refuse(socket: WebSocketRoute) -> None:
        await socket.close()

    await page.route_web_socket("**/api/floor/live*", refuse)
    await page.reload()
    await expect(page.get_by_test_id("map")).to_be_visible()
    await expect(page.get_by_test_id("liveness")).to_have_attribute("data-live", "false")
    await expect(page.get_by_test_id("liveness")).to_contain_text("not live")
    await shows_what_waits(house, page)
    await picker.done("/picking/confirm", fact(document["lines"][0]))
    await shows_what_waits(house, page)


async def test_orders_are_released_and_people_unlocked_and_devices_enrolled(
    house: House, office: Office, acting: Acting
) -> None:
    """A chosen order becomes a round; the code for a new device is a QR that a reader reads; a locked person gets in again."""
    for _ in range(4):  # as many rounds as the rule keeps ready: what comes after them is left to the planner
        await house.round([((await fresh(house, 1))[0], "1")])
    number = await house.floor.order([((await fresh(house, 1))[0], "1")], due_days=30)
    boss = await office(show="orders")
    page = boss.page
    await page.get_by_test_id("order").filter(has_text=number).locator("input").check()
    await page.get_by_role("button", name="Release 1 order").click()
    await expect(page.get_by_text("1 round made")).to_be_visible()
    state = await house.floor.scalar("select state from shipment_request where number = :n", n=number)
    assert state == "released"
    locked = await house.badge("picker", name="Locked Out")
    await _lock(house, locked)
    await page.goto(f"{house.url}/board?show=people")
    row = page.get_by_test_id("person-row").filter(has_text=locked)
    await row.get_by_test_id("unlock").click()
    await expect(row.get_by_test_id("unlock")).to_have_count(0)
    await page.get_by_test_id("enrolment").click()
    code = await page.get_by_test_id("enrolment-code").inner_text()
    picture = cv2.imdecode(
        np.frombuffer(await page.get_by_test_id("qr").screenshot(), np.uint8), cv2.IMREAD_COLOR
    )
    assert picture is not None
    [read] = zxingcpp.read_barcodes(picture)
    assert read.text == f"{house.url}/?enrol={code}"


async def _lock(house: House, badge: str) -> None:
    """Types wrong PINs until the server locks the person."""
    async with httpx.AsyncClient(base_url=house.url, headers={"origin": house.url}) as client:
        enrolled = await client.post("/api/floor/access/enrol", json={"code": house.code, "name": "MC-77"})
        body = {"deviceToken": enrolled.json()["deviceToken"], "badge": badge, "pin": "0000"}
        for _ in range(10):
            answer = await client.post("/api/floor/access/sign-in", json=body)
            if "lock" in answer.json()["type"]:
                return
    raise AssertionError("ten wrong PINs did not lock")


# The lists share their parts: what is dark in one is dark in all.
DARK_TOO: Final = ("", "exceptions", "rounds")
# The map is the same beside every list, and a list's rows are alike.
_BESIDE_THE_MAP: Final = "{exclude: [['.floormap'], ['.panelbody li:nth-child(n+6)']]}"
SHOWN: Final = ("", "exceptions", "rounds", "orders", "people", "pace", "waiting", "trace", "bay:2:7")


async def _open(page: Page, show: str) -> None:
    """Another list beside the same map, with what it has to say."""
    await page.evaluate(GO, f"/board?show={show}")
    if show:
        await expect(page.get_by_test_id(f"panel-{show.partition(':')[0]}")).to_be_visible()
    await expect(page.locator(".panel [aria-busy]")).to_have_count(0)


@pytest.mark.timeout(240)
async def test_axe_finds_nothing_in_any_list_and_theme(house: House, office: Office, acting: Acting) -> None:
    """No rule of WCAG up to AAA is broken beside the map, in light, dark and high contrast; nothing to tap is under 44 px; nothing is cut off."""
    picker, document = await walking(house, acting, quantity="2", lines=2)
    await picker.done("/picking/confirm", fact(document["lines"][0]))
    await picker.done("/picking/damaged", {"line": document["lines"][1]["id"], "quantity": "1"})
    boss = await office()
    findings = Findings(boss)
    trouble: list[str] = []
    bin_id, order = document["lines"][0]["place"], document["totes"][0]["order"]["id"]
    for show in (*SHOWN, f"round:{document['id']}", f"history:bin:{bin_id}", f"history:order:{order}"):
        await _open(boss.page, show)
        within = _BESIDE_THE_MAP if show else "document"
        for theme in THEMES if show in DARK_TOO else ("light",):
            await boss.page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
            rules = RULES if theme == "light" else COLOURS
            trouble += [f"{show}, {theme}: {one}" for one in await findings.broken(rules, within)]
        trouble += [f"{show}: small: {one}" for one in await boss.page.evaluate(_TARGETS)]
        wide = await boss.page.evaluate("() => document.scrollingElement.scrollWidth")
        trouble += [f"{show}: {wide} px wide"] if wide > 1024 else []
    assert trouble == []


async def test_every_list_speaks_the_language(house: House, office: Office, acting: Acting) -> None:
    """No placeholder and no server's term is left open, and no heading is left in English."""
    boss = await office()
    page = boss.page
    headings: dict[str, list[str]] = {}
    for spoken in ("en", "nl", "zh"):
        await page.evaluate(
            "(language) => localStorage.setItem('gemba.settings', JSON.stringify({...JSON.parse(localStorage.getItem('gemba.settings') ?? '{}'), language}))",
            spoken,
        )
        headings[spoken] = []
        await page.reload()
        await expect(page.locator(f"html[lang={spoken}] [data-testid=map]")).to_be_visible()
        for show in SHOWN[1:-1]:
            await _open(page, show)
            words = await page.inner_text(".office")
            assert not re.search(r"\{\w+\}|undefined|\[object|NaN", words), words
            headings[spoken].append(await page.locator(".panelhead h2").inner_text())
    for language in ("nl", "zh"):
        alike = {one for one, other in zip(headings["en"], headings[language], strict=True) if one == other}
        assert alike <= {"Orders"}


async def test_the_map_and_the_exceptions_print_without_buttons(
    house: House, office: Office, acting: Acting
) -> None:
    """On paper stand the map and the list, on white, with nothing to press and nothing cut by a scroll bar."""
    picker, document = await walking(house, acting, quantity="3", lines=2)
    for line in document["lines"][:2]:
        await picker.done("/picking/short", {"line": line["id"], "found": "0", "reason": "not_found"})
    boss = await office(show="exceptions")
    page = boss.page
    await expect(page.get_by_test_id("exception").first).to_be_visible()
    await page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
    await page.get_by_test_id("settle").first.click()
    await page.emulate_media(media="print")
    await expect(page.locator(".panelhead h2")).to_have_css("color", "rgb(0, 0, 0)")
    pressed = "button:visible, input:not([data-scan-sink]):visible, .figures:visible"
    await expect(page.locator(pressed)).to_have_count(0)
    await page.wait_for_function(
        "() => { const one = document.querySelector('.panelbody'); return one.scrollHeight <= one.clientHeight + 1; }"
    )
    await expect(page.locator(".floormap")).to_be_visible()
    assert (await page.pdf(format="A4"))[:5] == b"%PDF-"


async def test_a_picker_has_no_board(house: House, new_handheld: NewHandheld) -> None:
    """The page is for supervisors and planners; a picker is sent home, not shown an empty map."""
    device = await new_handheld()
    await device.page.goto(f"{house.url}/board")
    await expect(device.page.get_by_test_id("tile-pick")).to_be_visible()
    await expect(device.page.get_by_test_id("map")).to_have_count(0)
