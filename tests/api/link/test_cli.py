"""`gemba link …` from a terminal, against a real database."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert, select

from backend.floor.link.cli import link
from backend.kernel.db import Database
from backend.kernel.embedded import Urls
from backend.kernel.ids import new_id
from backend.kernel.tables import Inbox, Outbox

Gemba = Callable[..., Any]


@pytest.fixture
def gemba(db: Database, link_urls: Urls, monkeypatch: pytest.MonkeyPatch) -> Gemba:
    """Runs `gemba link` with arguments; in a thread, because it makes an event loop of its own."""
    monkeypatch.setenv("DATABASE_URL", link_urls.app)
    monkeypatch.setenv("GEMBA_SECRET", "s" * 32)
    monkeypatch.setenv("GEMBA_LINK_SECRET", "l" * 32)
    monkeypatch.setenv("GEMBA_ERP_INBOX_URL", "http://erp.example/inbox")

    async def run(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, link, arguments)

    return run


async def put(db: Database, **more: Any) -> None:
    """One message in the outbox."""
    row = {"id": new_id(), "type": "gemba.test.v1", "document": "shipment/D", "data": {"n": 1}} | more
    async with db.transaction() as connection:
        await connection.execute(insert(Outbox).values(**row))


async def states(db: Database) -> list[str]:
    """The outbox's states in order."""
    async with db.transaction() as connection:
        return list((await connection.execute(select(Outbox.state).order_by(Outbox.seq))).scalars())


async def test_status_tells_what_waits_and_fails_when_someone_is_needed(db: Database, gemba: Gemba) -> None:
    """Exit code 0 and the counts while all is well, 1 once a message is dead, JSON on request."""
    await put(db)
    fine = await gemba("status")
    assert fine.exit_code == 0, fine.output
    assert "1 waiting since" in fine.output
    assert "http://erp.example/inbox" in fine.output
    await put(db, state="dead", last_error="HTTP 422: no")
    trouble = await gemba("status", "--json")
    assert trouble.exit_code == 1
    boxes = {box["way"]: box for box in json.loads(trouble.output)["boxes"]}
    assert (boxes["out"]["waiting"], boxes["out"]["dead"], boxes["in"]["dead"]) == (1, 1, 0)


async def test_list_show_replay_and_drop(db: Database, gemba: Gemba) -> None:
    """A dead message is listed with its reason, shown whole, tried again; another is dropped with a reason."""
    await put(db, state="dead", last_error="HTTP 422: no such order")
    await put(db, state="dead", document="shipment/E")
    listed = await gemba("list", "out")
    assert "HTTP 422: no such order" in listed.output
    assert listed.output.count("dead") == 2
    assert json.loads((await gemba("show", "out", "1")).output)["data"] == {"n": 1}
    assert "1 to be tried again" in (await gemba("replay", "out", "1")).output
    assert (await gemba("drop", "out", "2", "--reason", "booked by hand")).exit_code == 0
    assert await states(db) == ["waiting", "dropped"]


async def test_replay_all_takes_the_dead_and_the_unknown(db: Database, gemba: Gemba) -> None:
    """`--all` tries again what waits for a person, and nothing else."""
    for state in ("dead", "dropped", "dead", "sent"):
        await put(db, state=state, document=f"shipment/{state}")
    async with db.transaction() as connection:
        row = {"source": "s", "id": "1", "type": "t", "document": "d", "body": {}, "state": "unknown"}
        await connection.execute(insert(Inbox).values(**row))
    assert "2 to be tried again" in (await gemba("replay", "out", "--all")).output
    assert "1 to be tried again" in (await gemba("replay", "in", "--all")).output
    assert await states(db) == ["waiting", "dropped", "waiting", "sent"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("replay", "out"), "Give the numbers"),
        (("replay", "out", "1", "--all"), "Give the numbers"),
        (("drop", "out", "1", "--reason", " "), "Say why"),
        (("drop", "out", "1"), "--reason"),
        (("show", "in", "99"), "no such message"),
        (("drop", "out", "99", "--reason", "wrong"), "no such message"),
        (("list", "sideways"), "sideways"),
    ],
)
async def test_slips_are_told_in_one_line(gemba: Gemba, arguments: tuple[str, ...], told: str) -> None:
    """A wrong argument is a sentence and a non-zero exit code, never a traceback."""
    result = await gemba(*arguments)
    assert result.exit_code != 0
    assert told in result.output
    assert "Traceback" not in result.output
