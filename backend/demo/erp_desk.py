"""The receiving half of the demo's ERP: takes what the floor tells, once each, and shows it. `erp.py` runs it.

It stands for any ERP behind the link: it checks signatures, knows a message again by (source, id), and keeps what it got in a
file, so that a restart forgets nothing.
"""

import json
import os
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any, Final

from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State

from backend.floor.link.messages import decode
from backend.floor.link.signing import keys, verify
from backend.kernel import clock
from backend.kernel.problems import Problem
from backend.kernel.settings import Settings, from_environment

SHOWN: Final = 200
_ELSEWHERE: Final = {"number", "at"}  # shown in columns of their own
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
                self._remember(json.loads(line))
        self._file = path.open("a")

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
        state=State({"received": received, "keys": in_force}),
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
async def page(state: State) -> Response[str]:
    """The newest messages, for people."""
    return Response(_page(state["received"]), media_type="text/html", headers=_HEADERS)


@get("/style.css", media_type="text/css")
async def style() -> str:
    """The page's looks."""
    return _STYLE


def _page(received: Received) -> str:
    newest = received.messages[: -SHOWN - 1 : -1]
    rows = "".join(_row(message) for message in newest)
    empty = "" if rows else '<tr><td colspan="4">Nothing yet. Pick something.</td></tr>'
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="3"><title>Demo ERP</title><link rel="stylesheet" href="/style.css">
<main><h1>What the floor told the ERP</h1>
<p>Messages: {len(received.messages)}, each taken once. Came again and passed over: {received.repeats}.</p>
<table><thead><tr><th>When</th><th>What</th><th>Document</th><th>Says</th></tr></thead>
<tbody>{rows}{empty}</tbody></table></main></html>
"""


def _row(message: dict[str, Any]) -> str:
    what = str(message["type"]).removeprefix("gemba.").rsplit(".", 1)[0]
    when = str(message.get("time") or "")[11:19]
    cells = (when, what, str(message["subject"]), _told(message["data"]))
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _told(data: dict[str, Any]) -> str:
    """The message in few words: its plain members, and how many lines it has."""
    plain = [
        f"{name} {value}"
        for name, value in data.items()
        if value and isinstance(value, str | int) and name not in _ELSEWHERE
    ]
    lines = data.get("lines")
    return ", ".join([*plain, *([f"{len(lines)} lines"] if lines else [])])


_STYLE = """
:root { font: 1rem/1.5 system-ui, sans-serif; color: #10161d; background: #f3f5f7; }
body { margin: 0; }
main { max-width: 76rem; margin: 0 auto; padding: 1rem; }
table { width: 100%; border-collapse: collapse; background: #fff; }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #c6ced6; vertical-align: top; }
td:nth-child(-n+3) { white-space: nowrap; font-variant-numeric: tabular-nums; }
"""
