"""Chromium as the benches of the front end use it: a handheld's screen, its wire, a scanner's keys."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, CDPSession

BROWSERS: Final = "chromium", "google-chrome", "chromium-headless-shell"
_ARGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
_HANDHELD: Final[dict[str, Any]] = {
    "viewport": {"width": 360, "height": 640},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
# When something can be seen: after the frame that shows it. Playwright's own way of waiting would put its scripts into what is measured.
_SHOWN: Final = """
{
  const shown = () => SELECTORS.every((one) => document.querySelector(one));
  const told = () => requestAnimationFrame(() => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = () => { window.NAME = performance.now(); };
    port2.postMessage(0);
  });
  new MutationObserver((_, watcher) => {
    if (!shown()) return;
    watcher.disconnect();
    told();
  }).observe(document, {childList: true, subtree: true});
}
"""


def painted(name: str, *test_ids: str) -> str:
    """A script that sets `window[name]` to the page's time, in ms, at which all of these could be seen."""
    selectors = [f"[data-testid={one}]" for one in test_ids]
    return _SHOWN.replace("SELECTORS", str(selectors)).replace("NAME", name)


@asynccontextmanager
async def new_handheld(profile: Path | None = None) -> AsyncIterator["BrowserContext"]:
    """A handheld with nothing on it; with `profile` it keeps its files there, as a real one does, and code compiled earlier with them.

    Raises:
        FileNotFoundError: there is no Chromium.
    """
    from playwright.async_api import async_playwright

    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise FileNotFoundError("Chromium is not installed")
    async with async_playwright() as playwright:
        if profile is not None:
            context = await playwright.chromium.launch_persistent_context(
                profile, executable_path=program, args=_ARGS, **_HANDHELD
            )
            yield context
            await context.close()
            return
        browser = await playwright.chromium.launch(executable_path=program, args=_ARGS)
        yield await browser.new_context(**_HANDHELD)
        await browser.close()


async def value(wire: "CDPSession", expression: str) -> Any:
    """What an expression of the page is, once it is something; looked at four times a second."""
    for _ in range(480):
        told = await wire.send("Runtime.evaluate", {"expression": expression, "returnByValue": True})
        if found := told["result"].get("value"):
            return found
        await asyncio.sleep(0.25)
    raise TimeoutError(f"{expression} did not come about")


async def scan(wire: "CDPSession", code: str) -> None:
    """As a wedge does: a key every 5 ms by the keys' own clock, then Enter."""
    start = time.time()
    keys: list[dict[str, Any]] = [{"key": one, "text": one} for one in code]
    keys.append({"key": "Enter", "text": "\r", "code": "Enter"})
    pressed = (
        {"type": "keyDown", "timestamp": start + place * 0.005, **key} for place, key in enumerate(keys)
    )
    await asyncio.gather(*(wire.send("Input.dispatchKeyEvent", one) for one in pressed))
