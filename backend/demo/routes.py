"""The page of demo badges: /demo/badges. Only a demo has it; its PINs are no secret."""

import asyncio
from functools import lru_cache
from html import escape
from typing import Any

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler

from backend.access import public
from backend.demo.company import read_company
from backend.demo.people import DemoLogin, demo_logins, enrolment_code
from backend.demo.postbox import postbox_routes
from backend.demo.printer import printer_routes
from backend.floor.labels import WORDS, Label, badge_label, pdf, png
from backend.kernel.settings import Settings

PATH = "/demo/badges"
_SHOWN = 300
_OPEN: dict[str, Any] = {
    "opt": public("the demonstration's own badges, for people who want to try it"),
    "include_in_schema": False,
}


def demo_routes(settings: Settings) -> list[HTTPRouteHandler]:
    """The routes of a demo; none where `settings.demo` is off."""
    if not settings.demo:
        return []
    code = enrolment_code(settings.secret)

    @get(PATH, media_type="text/html", sync_to_thread=False, **_OPEN)
    def badges_page() -> str:
        return _page(demo_logins(), code)

    return [
        badges_page,
        badges_style,
        badge_picture,
        badges_sheet,
        *postbox_routes(settings),
        *printer_routes(settings),
    ]


@get(f"{PATH}/style.css", media_type="text/css", sync_to_thread=False, **_OPEN)
def badges_style() -> str:
    """The page's looks; nothing is inline, as the page's content security policy asks."""
    return _STYLE


@get(f"{PATH}/{{badge:str}}/picture.png", media_type="image/png", **_OPEN)
async def badge_picture(badge: str) -> Response[bytes]:
    """One badge, as it would be printed."""
    return Response(await asyncio.to_thread(_picture, badge), media_type="image/png")


@get(f"{PATH}/sheet.pdf", media_type="application/pdf", **_OPEN)
async def badges_sheet() -> Response[bytes]:
    """All badges on A4, to print and cut."""
    return Response(await asyncio.to_thread(_sheet), media_type="application/pdf")


@lru_cache(maxsize=64)
def _picture(badge: str) -> bytes:
    for login in demo_logins():
        if login.badge == badge:
            return png(_label(login), _SHOWN)
    raise NotFoundException


@lru_cache(maxsize=1)
def _sheet() -> bytes:
    return pdf([_label(login) for login in demo_logins()], sheet=True)


def _label(login: DemoLogin) -> Label:
    site = read_company().site
    return badge_label(login.badge, login.name, login.roles, site.name, WORDS[site.language])


def _page(logins: list[DemoLogin], code: str) -> str:
    cards = "".join(_card(login) for login in logins)
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Demo badges · Gemba</title><link rel="stylesheet" href="{PATH}/style.css">
<main><h1>Demo badges</h1>
<p>A new device asks for this enrolment code once: <strong class="code">{escape(code)}</strong></p>
<p>Then scan a badge from this page with the camera or a scanner, or type its number, and enter the PIN.
<a href="{PATH}/sheet.pdf">Print all badges</a> · <a href="/">Open Gemba</a></p>
<ul>{cards}</ul></main></html>
"""


def _card(login: DemoLogin) -> str:
    name, badge = escape(login.name), escape(login.badge)
    return (
        f'<li><img src="{PATH}/{badge}/picture.png" width="344" height="216" alt="Badge {badge} of {name}">'
        f"<p>PIN <strong>{escape(login.pin)}</strong> · {escape(', '.join(login.roles))} · {escape(login.language)}</p></li>"
    )


_STYLE = """
:root { color-scheme: light; font: 1rem/1.5 system-ui, sans-serif; color: #10161d; background: #f3f5f7; }
body { margin: 0; }
main { max-width: 76rem; margin: 0 auto; padding: 1rem; }
h1 { margin: 0 0 .5rem; font-size: 1.75rem; }
a { color: #0b4a8f; }
.code { font: 700 1.25rem/1 ui-monospace, monospace; letter-spacing: .06em; }
ul { list-style: none; margin: 1.5rem 0 0; padding: 0; display: grid; gap: 2rem;
  grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); }
li { background: #fff; border: 1px solid #5b6875; border-radius: .5rem; padding: 1.5rem; }
li p { margin: .75rem 0 0; }
img { width: 100%; height: auto; }
"""
