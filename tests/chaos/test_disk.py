"""The disk under PostgreSQL is full: everyone is told that nothing was booked, and when there is room again all goes on."""

import asyncio
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from backend.bench.process import running
from backend.demo.load import load_masters
from backend.kernel.embedded import PostgresServer, ensure_roles_and_databases
from backend.migrations import migrate
from tests.support.demo_floor import running_demo_floor
from tests.support.device import Device, Tally
from tests.support.floor_app import settings_for
from tests.support.processes import api_process

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]
SIZE_MB = 400


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of its own with little room, which only root can make."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount the small disk this needs")
    folder = Path(tempfile.mkdtemp(prefix="gemba-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=755", "tmpfs", folder], check=True)
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
        folder.rmdir()


async def test_a_full_disk_loses_nothing(small_disk: Path, tmp_path: Path) -> None:
    """While the disk is full every command is left to try again; with room made, each is booked once and the audit is clean."""
    settings = {"max_wal_size": "64MB", "min_wal_size": "32MB", "shared_buffers": "32MB"}
    with PostgresServer(small_disk, settings=settings) as postgres:
        postgres.supervise()
        urls = await ensure_roles_and_databases(postgres.url, small_disk)
        await migrate(urls.owner)
        await load_masters(settings_for(urls), tell=lambda _: None)
        api = api_process(urls, "redis://127.0.0.1:1", tmp_path)
        async with running_demo_floor(urls) as floor, httpx.AsyncClient() as client:
            with running(api):
                tally = Tally()
                worker = await floor.worker("receiver")
                token = worker.client.headers["authorization"].removeprefix("Bearer ")
                item = str(
                    await floor.scalar("select id from item where tracking = 'none' order by sku limit 1")
                )
                dock, _ = await floor.place("dock")
                stop = asyncio.Event()

                async def receive(seed: int) -> None:
                    device = Device(client, [api.url], token, tally, random.Random(seed))
                    while not stop.is_set():
                        facts = {"item": item, "quantity": "1", "place": str(dock)}
                        row = await device.act("stock.receive", facts)
                        assert row["outcome"] == "done", row

                people = [asyncio.create_task(receive(seed)) for seed in range(4)]
                await asyncio.sleep(2)
                filler = small_disk / "filler"
                _fill(filler)
                await _until_refused(tally)
                filler.unlink()
                booked = len(tally.acknowledged)
                await _until_more(tally, booked)
                stop.set()
                await asyncio.wait_for(asyncio.gather(*people), 60)
            received = await floor.scalar("select count(*) from stock_move where kind = 'receive'")
            assert received == len(tally.acknowledged)
            assert tally.differing == []
            assert await floor.audit() == []


def _fill(filler: Path) -> None:
    with filler.open("wb") as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(b"\0" * (1 << 20))
            file.flush()
    assert shutil.disk_usage(filler.parent).free < 1 << 20


async def _until_refused(tally: Tally) -> None:
    """Until nothing was booked for two seconds though people kept trying."""
    while True:
        booked, tries = len(tally.acknowledged), tally.retries
        await asyncio.sleep(2)
        if len(tally.acknowledged) == booked and tally.retries > tries:
            return


async def _until_more(tally: Tally, booked: int) -> None:
    while len(tally.acknowledged) < booked + 20:
        await asyncio.sleep(0.1)
