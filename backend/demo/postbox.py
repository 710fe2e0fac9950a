"""The demo's post: takes every mail on this machine and delivers none; /demo/mail shows them. `python -m backend.demo.postbox`"""

import asyncio
import email
import email.policy
import os
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from aiosmtpd.smtp import SMTP, Envelope, Session
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler

from backend.access import public
from backend.kernel import clock
from backend.kernel.ids import new_id
from backend.kernel.settings import Settings, from_environment

PATH = "/demo/mail"
FOLDER = "mails"
MOST = 200
_OPEN: dict[str, Any] = {
    "opt": public("the demonstration's own mails, for people who want to try a supplier's side"),
    "include_in_schema": False,
}


class Postbox:
    """Keeps each mail as a file in `folder`; the newest `MOST` stay."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        """Takes one mail. Written beside and renamed, so that no reader sees half of one."""
        content = envelope.content or b""
        name = f"{clock.now():%Y%m%dT%H%M%S%f}-{new_id().hex[-6:]}"
        part = self._folder / f"{name}.part"
        part.write_bytes(content if isinstance(content, bytes) else content.encode())
        part.rename(self._folder / f"{name}.eml")
        for old in sorted(self._folder.glob("*.eml"))[:-MOST]:
            old.unlink(missing_ok=True)
        return "250 Kept for the demonstration"


async def serve(folder: Path, port: int) -> asyncio.Server:
    """Listens on this machine only."""
    box = Postbox(folder)
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: SMTP(box, hostname="localhost", enable_SMTPUTF8=True), "127.0.0.1", port
    )


class Mail(msgspec.Struct, frozen=True):
    """A kept mail as the page lists it."""

    name: str
    message: EmailMessage


def mails(folder: Path) -> Iterator[Mail]:
    """The kept mails, the newest first."""
    for path in sorted(folder.glob("*.eml"), reverse=True):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        yield Mail(path.stem, message)


def postbox_routes(settings: Settings) -> list[HTTPRouteHandler]:
    """The page of mails, and each mail as its reader would see it."""
    folder = settings.state / FOLDER

    @get(PATH, media_type="text/html", sync_to_thread=True, **_OPEN)
    def mail_page() -> str:
        return _page(list(mails(folder)))

    @get(f"{PATH}/{{name:str}}", media_type="text/html", sync_to_thread=True, **_OPEN)
    def mail_itself(name: str) -> Response[str]:
        found = next((mail for mail in mails(folder) if mail.name == name), None)
        body = found.message.get_body(("html",)) if found else None
        if body is None:
            raise NotFoundException
        # A mail brings its own looks; it may bring nothing else.
        policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        return Response(
            body.get_content(), media_type="text/html", headers={"content-security-policy": policy}
        )

    return [mail_page, mail_style, mail_itself]


@get(f"{PATH}/style.css", media_type="text/css", sync_to_thread=False, **_OPEN)
def mail_style() -> str:
    """The page's looks."""
    return _STYLE


def _page(found: list[Mail]) -> str:
    cards = "".join(_card(mail) for mail in found)
    empty = "<p class='none'>No mail yet. Release a purchase order and its supplier's mail lands here.</p>"
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mails · Gemba</title><link rel="stylesheet" href="{PATH}/style.css">
<main><h1>Mails to suppliers</h1>
<p>The demonstration sends no mail: everything lands here. Open one, and you are the supplier.</p>
<ul>{cards}</ul>{"" if found else empty}</main></html>
"""


def _card(mail: Mail) -> str:
    message = mail.message
    to, subject, date = (escape(str(message[name] or "")) for name in ("To", "Subject", "Date"))
    language = escape(str(message["Content-Language"] or "en"))
    return (
        f'<li lang="{language}"><a href="{PATH}/{escape(mail.name)}"><b>{subject}</b>'
        f"<span>{to}</span><time>{date}</time></a></li>"
    )


_STYLE = """
:root { color-scheme: light; font: 1rem/1.5 system-ui, sans-serif; color: #11161c; background: #f3f4f1; }
body { margin: 0; }
main { max-width: 46rem; margin: 0 auto; padding: 1rem; }
h1 { margin: .5rem 0; font-size: 1.75rem; }
ul { list-style: none; margin: 1.5rem 0 0; padding: 0; display: grid; gap: .5rem; }
a { display: grid; gap: .25rem; padding: 1rem; min-height: 3.5rem; text-decoration: none; color: inherit;
  background: #fff; border: 1px solid #c9cec8; border-radius: .875rem; }
a:focus-visible, a:hover { outline: 3px solid #0a4bc8; outline-offset: 1px; }
b { font-size: 1.125rem; line-height: 1.3; }
span { color: #0a4bc8; }
time { color: #3c454f; font-size: .875rem; }
.none { color: #3c454f; }
"""


async def _run(settings: Settings) -> None:
    port = urlsplit(settings.smtp_url or "").port
    if port is None:
        sys.exit("GEMBA_SMTP_URL must name the port to listen on, such as smtp://127.0.0.1:8003")
    server = await serve(settings.state / FOLDER, port)
    async with server:
        await server.serve_forever()


def main() -> None:
    """The process: `python -m backend.demo.postbox`, with the settings of the environment."""
    try:
        asyncio.run(_run(from_environment()))
    except KeyboardInterrupt:
        os._exit(0)


if __name__ == "__main__":
    main()
