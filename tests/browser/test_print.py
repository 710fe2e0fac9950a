"""A label from what was scanned, on a printer chosen by the label on it."""

from pathlib import Path

from playwright.async_api import expect

import scanning
from backend.demo.printer import StandIn
from backend.kernel.embedded import free_port
from tests.browser.conftest import House, NewHandheld

LONG = 60_000


async def test_a_torn_label_is_scanned_and_printed_anew(
    house: House, new_handheld: NewHandheld, tmp_path: Path
) -> None:
    """The first time the printer is chosen by a scan; without paper the person reads so, and with new paper the label comes by itself."""
    printer, port = StandIn("PR-DOCK", tmp_path), free_port()
    async with house.floor.db.transaction() as connection:
        await connection.exec_driver_sql(f"update label_printer set port = {port} where code = 'PR-DOCK'")
    handheld = await new_handheld()
    page = handheld.page
    async with await printer.serve(port):
        printer.paper_out = True
        await handheld.scan("C-07-3-B")
        await handheld.tap("print-label")
        await expect(page.get_by_test_id("choose-printer")).to_be_visible()
        await handheld.scan("DOCK-IN-1")
        await expect(page.get_by_test_id("flash")).to_contain_text("That is no printer")
        await handheld.scan("PR-DOCK")
        job = page.get_by_test_id("print-job")
        await expect(job).to_contain_text("no labels left", timeout=LONG)
        printer.paper_out = False
        await expect(job).to_have_attribute("data-state", "sent", timeout=LONG)
        await expect(job).to_contain_text("Printed on PR-DOCK")
        await handheld.scan("DOCK-IN-1")
        await expect(page.get_by_test_id("look-title")).to_have_text("DOCK-IN-1")
        await handheld.tap("print-label")
        await expect(job).to_have_attribute("data-state", "sent", timeout=LONG)
    texts = [
        {symbol.text for symbol in scanning.read(path.read_bytes(), budget_ms=5000).confirmed}
        for path in sorted(tmp_path.glob("*.png"))
    ]
    assert texts == [{"C-07-3-B"}, {"DOCK-IN-1"}]
