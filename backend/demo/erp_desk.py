"""The receiving half of the demo's ERP: takes what the floor tells, once each, and shows it. `erp.py` runs it.

It stands for any ERP behind the link: it checks signatures, knows a message again by (source, id), and keeps what it got in a
file, so that a restart forgets nothing.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State

from backend.demo.erp_orders import asked, order_book
from backend.demo.erp_page import STYLE, render, words
from backend.kernel import clock
from backend.kernel.link.messages import decode
from backend.kernel.link.signing import keys, verify
from backend.kernel.problems import Problem
from backend.kernel.settings import Settings, from_environment

FILE: Final = "erp-received.jsonl"
_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class Received:
    """What came, in order, in a file of JSON lines."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.messages: list[dict[str, Any]] = []
        self.repeats = 0
        self._seen: set[tuple[str, str]] = set()
        if path.exists():
            for line in path.read_text().splitlines():
                with suppress(json.JSONDecodeError):  # the last line of a program that was killed
                    self._remember(json.loads(line))
        self._file = path.open("a")
        if path.stat().st_size and not path.read_bytes().endswith(b"\n"):
            self._file.write("\n")

    def take(self, message: dict[str, Any]) -> bool:
        """Keeps a message before it is acknowledged; False for one that came before."""
        if (message["source"], message["id"]) in self._seen:
            self.repeats += 1
            return False
        self._file.write(json.dumps(message) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._remember(message)
        return True

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def _remember(self, message: dict[str, Any]) -> None:
        self._seen.add((message["source"], message["id"]))
        self.messages.append(message)


def create_app() -> Litestar:
    """The demo's ERP with the settings of the environment: the factory for granian."""
    return create_erp(from_environment())


def create_erp(settings: Settings) -> Litestar:
    """The demo's ERP: `POST /inbox`, `GET /messages` as JSON, and a page at `/`."""
    in_force = keys(settings.link_secret)
    received = Received(settings.state / FILE)
    return Litestar(
        [inbox, messages, page, style],
        state=State({"received": received, "keys": in_force, "folder": settings.state}),
        exception_handlers={Problem: _problem},
        on_shutdown=[_closing(received)],
        openapi_config=None,
        logging_config=None,
    )


def _closing(received: Received) -> Callable[[], None]:
    return received.close


def _problem(_: Request[Any, Any, Any], problem: Problem) -> Response[dict[str, Any]]:
    return Response(problem.body(), status_code=problem.status, media_type="application/problem+json")


@post("/inbox", status_code=202)
async def inbox(request: Request[Any, Any, Any], state: State) -> dict[str, str]:
    """Takes one signed message."""
    body = await request.body()
    verify(state["keys"], request.headers, body, clock.now())
    return {"outcome": "accepted" if state["received"].take(decode(body).whole) else "duplicate"}


@get("/messages")
async def messages(state: State, document: str = "") -> list[dict[str, Any]]:
    """All that came, or what came about one document (`shipment/SO-10001`)."""
    received: Received = state["received"]
    return [message for message in received.messages if document in {"", message["subject"]}]


@get("/", media_type="text/html")
async def page(request: Request[Any, Any, Any], state: State) -> Response[str]:
    """Every order as the ERP sees it now, and the newest messages, in the reader's language."""
    received: Received = state["received"]
    book = order_book(asked(state["folder"]), received.messages)
    text = words(request.headers.get("accept-language", ""))
    headers = {**_HEADERS, "vary": "accept-language"}
    shown = render(text, book, received.messages, repeats=received.repeats)
    return Response(shown, media_type="text/html", headers=headers)


@get("/style.css", media_type="text/css")
async def style() -> str:
    """The page's looks."""
    return STYLE
