"""What our layers cost a request above bare Litestar: authentication, dependencies, headers, metrics, request id."""

import time
from pathlib import Path
from typing import Any, cast

from litestar import Litestar, post

from backend.access import requires
from backend.app import create_floor_app
from backend.kernel.commands import Who
from backend.kernel.db import Database
from backend.kernel.edge import Edge
from backend.kernel.ids import new_id
from backend.kernel.settings import Settings

MOST_MS = 0.25
BODY = b'{"line":"01a200ad-3d87-7221-9d66-a307a473b7b9","quantity":"3"}'


class Pick(Edge):
    """A body like a pick's."""

    line: str
    quantity: str


@post("/noop", status_code=200)
async def bare_noop(data: Pick) -> Pick:
    return data


@post("/noop", guards=[requires("picker")], status_code=200)
async def whole_noop(data: Pick, who: Who, db: Database) -> Pick:
    return data


async def _call(app: Litestar, path: str, token: str) -> int:
    headers = [
        (b"host", b"localhost:8000"),
        (b"content-type", b"application/json"),
        (b"content-length", str(len(BODY)).encode()),
        (b"authorization", b"Bearer " + token.encode()),
        (b"accept-encoding", b"gzip, br"),
    ]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 1),
    }
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": BODY, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        statuses.append(message.get("status", 0))

    await app(cast("Any", scope), cast("Any", receive), cast("Any", send))
    return statuses[0]


async def _cpu_ms(app: Litestar, path: str, token: str, requests: int = 300) -> float:
    started = time.process_time()
    for _ in range(requests):
        assert await _call(app, path, token) == 200
    return (time.process_time() - started) / requests * 1000


async def test_whole_stack_costs_little_above_bare_litestar() -> None:
    """A no-op POST through everything takes at most a quarter of a millisecond of CPU more than Litestar alone; the best of rounds counts."""
    nowhere = "postgresql://nobody@127.0.0.1/none"
    settings = Settings(
        database_url=nowhere,
        owner_database_url=nowhere,
        redis_url=None,
        secret="s" * 40,
        link_secret="l" * 40,
        state=Path("/nonexistent"),
    )
    whole = create_floor_app(settings, handlers=(whole_noop,))
    bare = Litestar([bare_noop], openapi_config=None, logging_config=None)
    who = Who(new_id(), new_id(), new_id(), frozenset({"picker"}))
    token = whole.state.gate.tokens.issue(who, new_id())
    costs = [
        (await _cpu_ms(bare, "/noop", token), await _cpu_ms(whole, "/api/floor/noop", token))
        for _ in range(6)
    ]
    above = min(cost for _, cost in costs) - min(cost for cost, _ in costs)
    assert above <= MOST_MS, f"{above:.3f} ms above bare Litestar"
