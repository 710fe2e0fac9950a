"""A handheld in Chromium: 360 x 640, touch, a scanner that types or injects text, and an eye on the console."""

import asyncio
import os
import re
import shutil
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, BrowserContext, CDPSession, ConsoleMessage, Page, Playwright, expect

from bootstrap.apt import BROWSERS

FLAGS: Final = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
AGENT: Final = (
    "Mozilla/5.0 (Linux; Android 13; TC22 Build/13) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Mobile Safari/537.36"
)
_SCREEN: Final[dict[str, Any]] = {
    "viewport": {"width": 360, "height": 640},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "user_agent": AGENT,
}
PATIENCE_MS: Final = 30_000  # for a machine that does much else
CALM_MS, CALM_LOOKS = 120, 3
KEY_SECONDS: Final = 0.005  # a scanner's keys, one after another
# What the browser itself says of an answer that is a refusal, or of a network that is gone.
_EXPECTED: Final = re.compile(r"Failed to load resource: (net::ERR_|the server responded with a status of 4)")
ASKED: Final = (
    "() => [...document.querySelectorAll('[data-testid=prompt] > span:first-of-type, main h2')]"
    ".map((one) => one.textContent).join(' | ')"
)


async def chromium(playwright: Playwright, *more: str) -> Browser:
    """The machine's Chromium, without a window.

    Raises:
        FileNotFoundError: there is none.
    """
    return await playwright.chromium.launch(executable_path=_program(), args=[*FLAGS, *more])


def _program() -> str:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise FileNotFoundError("Chromium is not installed")
    expect.set_options(timeout=PATIENCE_MS)
    return program


@dataclass
class Handheld:
    """One device. `troubles` holds every console error, uncaught exception and CSP violation since the start."""

    context: BrowserContext
    page: Page
    url: str
    troubles: list[str] = field(default_factory=list)
    _wire: CDPSession | None = None

    @classmethod
    async def switched_on(cls, browser: Browser, url: str, *, width: int = 360, **more: Any) -> "Handheld":
        """A new device with nothing on it, showing the app's first page."""
        context = await browser.new_context(
            **{**_SCREEN, "viewport": {"width": width, "height": 640}}, locale="en-GB", **more
        )
        context.set_default_timeout(PATIENCE_MS)
        device = cls(context, await context.new_page(), url)
        device._watch()
        await device.page.goto(url)
        await device.page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
        return device

    @classmethod
    async def with_profile(
        cls, playwright: Playwright, url: str, profile: Path, *, offline: bool = False
    ) -> "Handheld":
        """A device that keeps its files in `profile`, as a real one does: what was on it is there when it starts again.

        Raises:
            FileNotFoundError: Chromium is not installed.
        """
        context = await playwright.chromium.launch_persistent_context(
            profile, executable_path=_program(), args=[*FLAGS], locale="en-GB", **_SCREEN
        )
        context.set_default_timeout(PATIENCE_MS)
        await context.set_offline(offline)
        device = cls(context, await context.new_page(), url)
        device._watch()
        await device.page.goto(url)
        if not offline:
            await device.page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
        return device

    async def die(self, profile: Path) -> None:
        """Every process of the browser of `profile` is killed as it stands, as when a battery is pulled out."""
        gone = asyncio.Event()
        self.context.on("close", lambda _: gone.set())
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if f"--user-data-dir={profile}" in (process / "cmdline").read_text():
                    os.kill(int(process.name), signal.SIGKILL)
        await gone.wait()

    def _watch(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.troubles.append(f"uncaught: {error}"))
        self.page.on("response", lambda answer: self._answered(answer.status, answer.url))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _EXPECTED.search(message.text):
            self.troubles.append(message.text)

    def _answered(self, status: int, url: str) -> None:
        if status >= 500:
            self.troubles.append(f"{status} from {url}")

    async def reopen(self) -> None:
        """The page is closed and the app opened anew, as after a restart of the device."""
        await self.page.close()
        self._wire = None
        self.page = await self.context.new_page()
        self._watch()
        await self.page.goto(self.url)

    async def wire(self) -> CDPSession:
        """The DevTools wire of the present page."""
        if self._wire is None:
            self._wire = await self.context.new_cdp_session(self.page)
        return self._wire

    # ── the scanner ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def scan(self, code: str) -> None:
        """A hardware wedge: each character a key press, 5 ms apart, then Enter."""
        wire = await self.wire()
        start = time.time()
        keys = [{"key": one, "text": one} for one in code]
        keys.append({"key": "Enter", "text": "\r", "code": "Enter"})
        await asyncio.gather(
            *(
                wire.send(
                    "Input.dispatchKeyEvent",
                    {"type": "keyDown", "timestamp": start + place * KEY_SECONDS, **key},
                )
                for place, key in enumerate(keys)
            )
        )

    async def inject(self, code: str) -> None:
        """A scanner that writes as an input method does: the whole text at once, into whatever has the focus."""
        await (await self.wire()).send("Input.insertText", {"text": code})

    # ── what the screen says ──────────────────────────────────────────────────────────────────────────────────────────

    async def asked(self) -> str:
        """The headings and the one line that says what to scan."""
        return str(await self.page.evaluate(ASKED))

    async def after(self, before: str) -> str:
        """What the screen asks for once that is no longer `before`."""
        now = await self.page.wait_for_function(
            f"(before) => {{ const now = ({ASKED})(); return now !== before && now; }}", arg=before
        )
        return str(await now.json_value())

    async def tap(self, name: str) -> None:
        """Taps the thing of this test id."""
        await self.page.get_by_test_id(name).first.click()

    async def flash(self, kind: str) -> str:
        """The words of the answer over the whole screen, which must be of this kind and stays until it is tapped."""
        shown = self.page.locator(f"[data-testid=flash][data-kind={kind}]")
        await expect(shown).to_be_visible()
        return await shown.inner_text()

    async def close_flash(self) -> None:
        """Taps the answer away."""
        await self.tap("flash-close")
        await expect(self.page.get_by_test_id("flash")).to_have_count(0)

    async def type_number(self, digits: str) -> None:
        """On the app's own number pad."""
        for digit in digits:
            await self.page.locator(".pad .btn", has_text=re.compile(f"^{digit}$")).click()

    async def sent(self) -> None:
        """Waits until nothing is left in the queue and nothing comes into it: what a tap does is written a moment after it."""
        for _ in range(CALM_LOOKS):
            await expect(self.page.get_by_test_id("queue-state")).to_have_attribute("data-waiting", "0")
            await self.page.wait_for_timeout(CALM_MS)
        await expect(self.page.get_by_test_id("queue-state")).to_have_attribute("data-waiting", "0")

    # ── beginning ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def enrol(self, code: str) -> None:
        """The browser becomes a device, by scanning the code."""
        await expect(self.page.locator("input[name=code]")).to_be_visible()
        await self.scan(code)
        await expect(self.page.get_by_test_id("type-badge")).to_be_visible()
        await expect(self.page.get_by_test_id("flash")).to_have_count(0)

    async def sign_in(self, badge: str, pin: str) -> None:
        """Badge by scan, PIN on the pad; ends at home."""
        await self.scan(badge)
        await self.type_number(pin)
        await self.tap("sign-in")
        await expect(self.page.get_by_test_id("tile-pick")).to_be_visible()

    async def take_round(self, number: int) -> str:
        """Takes the round of this number from the list and returns what it asks for first."""
        await self.tap("tile-pick")
        title = self.page.get_by_text(f"Round {number}", exact=True)
        await self.page.get_by_test_id("round").filter(has=title).click()
        await expect(self.page.get_by_test_id("camera-button")).to_be_visible()
        return await self.asked()

    async def close(self) -> None:
        """Switches it off."""
        await self.context.close()
