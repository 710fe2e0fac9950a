"""Two API processes on one copy of the demo's database, and many people who act at once."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from backend.bench.process import running
from backend.kernel.embedded import Urls
from tests.support.crowd import Crowd
from tests.support.demo_floor import running_demo_floor
from tests.support.processes import api_process
from tests.support.servers import Servers


@pytest.fixture(scope="module")
async def crowd(
    servers: Servers, demo_urls: Urls, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Crowd]:
    """People spread over two API processes."""
    folder: Path = tmp_path_factory.mktemp("api")
    processes = [api_process(demo_urls, servers.redis_url, folder) for _ in range(2)]
    async with running_demo_floor(demo_urls) as floor:
        with running(*processes):
            limits = httpx.Limits(max_connections=64)
            clients = [httpx.AsyncClient(base_url=api.url, limits=limits, timeout=30) for api in processes]
            yield Crowd(floor, clients)
            for client in clients:
                await client.aclose()


@pytest.fixture(autouse=True)
async def clean_ledger(crowd: Crowd) -> AsyncIterator[None]:
    """After every trial the ledger audit is clean."""
    yield
    assert await crowd.floor.audit() == []
