"""The floor's origin passes the core's requests on, and says so in time when the core is away."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from backend.kernel.embedded import Urls, free_port
from tests.support.floor_app import assert_problem, client_of, running_app, settings_for

ANSWER = b"HTTP/1.1 409 Conflict\r\ncontent-type: application/problem+json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%s"


@pytest.fixture
async def heard() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A core that answers 409 to everything, its port, and what it was asked."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        asked.append(head + await reader.readexactly(length))
        body = b'{"type":"/problems/not-in-this-state"}'
        writer.write(ANSWER % (len(body), body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], asked


async def test_requests_go_on_whole_and_answers_come_back(
    floor_urls: Urls, heard: tuple[int, list[bytes]]
) -> None:
    """Path, query, token, key and body arrive; status, type and body return, with one request id."""
    port, asked = heard
    async with (
        running_app(settings_for(floor_urls, core_url=f"http://127.0.0.1:{port}")) as app,
        client_of(app) as client,
    ):
        answer = await client.post(
            "/api/core/sales-orders/release?a=1%202",
            json={"number": "SO-1"},
            headers={"authorization": "Bearer x", "idempotency-key": "k"},
        )
    assert answer.status_code == 409
    assert answer.json() == {"type": "/problems/not-in-this-state"}
    assert len(answer.headers.get_list("x-request-id")) == 1
    (request,) = asked
    assert request.startswith(b"POST /api/core/sales-orders/release?a=1%202 HTTP/1.1\r\n")
    for part in (b"authorization: Bearer x", b"idempotency-key: k", b'{"number":"SO-1"}'):
        assert part.lower() in request.lower()


async def test_a_core_that_is_away_is_told(floor_urls: Urls) -> None:
    """503 as a problem document; what was to be done can be sent again."""
    async with (
        running_app(settings_for(floor_urls, core_url=f"http://127.0.0.1:{free_port()}")) as app,
        client_of(app) as client,
    ):
        assert_problem(await client.get("/api/core/items"), 503, "unavailable")
