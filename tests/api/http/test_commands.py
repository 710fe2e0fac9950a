"""The batch that flushes a device's queue: order, independence, replays, and nothing thrown away."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access.tables import Device
from backend.floor import batch
from backend.floor.work.tables import FloorException
from backend.kernel.commands import Command, Outcome, Registry, transactional
from backend.kernel.db import Database
from backend.kernel.edge import Edge, Told
from backend.kernel.ids import new_id
from backend.kernel.problems import Conflict, Unavailable
from backend.kernel.tables import CommandLog
from tests.support.floor_app import Floor, SignedInClient, assert_problem

COMMANDS = "/api/floor/commands"


class Count(Edge):
    """A command of the trial: `stock.trial` books a number, unless it is unlucky."""

    number: int


class Counted(Told):
    """What was booked."""

    number: int


async def _count(_: AsyncConnection, command: Command[Count]) -> Counted:
    if command.payload.number == 13:
        raise Conflict("13 is unlucky", number=13)
    return Counted(number=command.payload.number)


async def _away(_: Database, __: Command[Any]) -> Outcome:
    raise Unavailable


async def _lost(_: Database, __: Command[Any]) -> Outcome:
    raise ConnectionResetError("the database went away")


async def _broken(_: Database, __: Command[Any]) -> Outcome:
    raise KeyError("a fault of ours")


TRIALS: Registry = {
    "stock.trial": (Count, transactional(_count)),
    "stock.away": (Count, _away),
    "stock.lost": (Count, _lost),
    "stock.broken": (Count, _broken),
}


@pytest.fixture(autouse=True)
def _trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch knows the trial's commands beside the real ones."""
    real = batch.understood

    def understood(registry: Registry, who: Any, sent: batch.Sent) -> batch.Readable:
        return real(registry | TRIALS, who, sent)

    monkeypatch.setattr(batch, "understood", understood)


def _sent(number: object = 1, **changed: Any) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    given = {
        "id": str(new_id()),
        "type": "stock.trial",
        "schema": 1,
        "clientTs": now,
        "sentTs": now,
        "payload": {"number": number},
    }
    return given | changed


async def _send(picker: SignedInClient, *commands: Any) -> list[dict[str, Any]]:
    answer = await picker.client.post(COMMANDS, json={"commands": list(commands)})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    assert len(results) == len(commands)
    return results


async def _exceptions(floor: Floor) -> list[Any]:
    async with floor.db.transaction() as connection:
        found = await connection.execute(
            select(FloorException)
            .where(FloorException.site_id == floor.site)
            .order_by(FloorException.raised_at)
        )
        return list(found)


async def _logged(floor: Floor, command: str) -> int:
    async with floor.db.transaction() as connection:
        counted = select(func.count()).where(CommandLog.id == UUID(command))
        return (await connection.execute(counted)).scalar_one()


async def test_answers_come_in_order(floor: Floor) -> None:
    """Each command is answered in its place with what it booked."""
    picker = await floor.signed_in("picker")
    sent = [_sent(number) for number in range(100, 150)]
    results = await _send(picker, *sent)
    assert [(result["id"], result["answer"]["number"]) for result in results] == [
        (command["id"], number) for number, command in enumerate(sent, 100)
    ]
    assert {result["outcome"] for result in results} == {"done"}


async def test_same_command_twice_is_booked_once(floor: Floor) -> None:
    """Twice in one batch or in two: one row, the same answer, marked replayed; so with a refusal, which a supervisor sees once."""
    picker = await floor.signed_in("picker")
    good, bad = _sent(4), _sent(13)
    first = await _send(picker, good, good, bad)
    second = await _send(picker, good, bad)
    assert [result["replayed"] for result in first + second] == [False, True, False, True, True]
    assert first[0]["answer"] == first[1]["answer"] == second[0]["answer"] == {"number": 4}
    assert first[2]["problem"] == second[1]["problem"]
    assert first[2]["problem"]["facts"] == {"number": 13}
    assert [await _logged(floor, command["id"]) for command in (good, bad)] == [1, 1]
    (found,) = await _exceptions(floor)
    assert (found.kind, found.details["why"], found.details["command"]) == (
        "command_refused",
        "conflict",
        "stock.trial",
    )


async def test_key_for_other_facts_is_refused(floor: Floor) -> None:
    """The same key with another body is a fault of the client's, never a replay; what was booked stays."""
    picker = await floor.signed_in("picker")
    sent = _sent(4)
    await _send(picker, sent)
    (result,) = await _send(picker, sent | {"payload": {"number": 5}})
    assert (result["outcome"], result["problem"]["type"]) == ("refused", "/problems/key-reused")
    (again,) = await _send(picker, sent)
    assert again["answer"] == {"number": 4}


async def test_refusal_holds_its_task_and_no_other(floor: Floor) -> None:
    """After a refused command the later ones of its task wait unbooked; other tasks and commands without one go on."""
    picker = await floor.signed_in("picker")
    mine, other = str(new_id()), str(new_id())
    sent = [_sent(1, task=mine), _sent(13, task=mine), _sent(2, task=other), _sent(3, task=mine), _sent(4)]
    results = await _send(picker, *sent)
    assert [result["outcome"] for result in results] == ["done", "refused", "done", "retry", "done"]
    assert await _logged(floor, sent[3]["id"]) == 0
    (later,) = await _send(picker, sent[3])
    assert later["outcome"] == "done"


@pytest.mark.parametrize("kind", ["stock.away", "stock.broken"])
async def test_command_that_fails_on_our_side_is_tried_again(floor: Floor, kind: str) -> None:
    """A fault of ours, or something away, leaves that command and its task in the queue and books the rest."""
    picker, task = await floor.signed_in("picker"), str(new_id())
    sent = [_sent(1), _sent(2, type=kind, task=task), _sent(3, task=task), _sent(4)]
    results = await _send(picker, *sent)
    assert [result["outcome"] for result in results] == ["done", "retry", "retry", "done"]
    assert results[1]["problem"]["status"] in {500, 503}
    assert "fault of ours" not in str(results)
    assert await _logged(floor, sent[1]["id"]) == 0


async def test_command_that_breaks_the_server_time_and_again_ends_with_a_supervisor(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many tries the command is refused and kept whole as an exception, once, and the rest of its task goes on."""
    monkeypatch.setattr(batch, "MOST_BREAKS", 3)
    picker, task = await floor.signed_in("picker"), str(new_id())
    sent = [_sent(2, type="stock.broken", task=task), _sent(3, task=task)]
    told = [await _send(picker, *sent) for _ in range(4)]
    assert [[result["outcome"] for result in results] for results in told] == [
        ["retry", "retry"], ["retry", "retry"], ["refused", "retry"], ["refused", "retry"],
    ]  # fmt: skip
    (later,) = await _send(picker, sent[1])
    assert later["outcome"] == "done"
    async with floor.db.transaction() as connection:
        kept = await connection.execute(
            text("select count(*) from exception where command_id = :id and kind = 'command_refused'"),
            {"id": sent[0]["id"]},
        )
        assert kept.scalar_one() == 1


async def test_database_lost_on_the_way_stops_there(floor: Floor) -> None:
    """What was booked before the database went is answered, the rest waits; lost at the first, the whole batch is a 503."""
    picker = await floor.signed_in("picker")
    lost = _sent(2, type="stock.lost")
    results = await _send(picker, _sent(1), lost, _sent(3))
    assert [result["outcome"] for result in results] == ["done", "retry", "retry"]
    answer = await picker.client.post(COMMANDS, json={"commands": [lost, _sent(3)]})
    assert_problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "2"


@pytest.mark.parametrize(
    ("changed", "kind", "said"),
    [
        ({"type": "stock.unheard_of"}, "unknown-command", "stock.unheard_of"),
        ({"schema": 2}, "unknown-command", "schema 2"),
        ({"payload": {"number": "three"}}, "unreadable-command", "number"),
        ({"payload": {"number": 1, "colour": "red"}}, "unreadable-command", "colour"),
        ({"payload": []}, "unreadable-command", "object"),
        ({"type": "rounds.release"}, "not-allowed", "planner"),
    ],
)
async def test_what_cannot_be_booked_is_kept_for_a_supervisor(
    floor: Floor, changed: dict[str, Any], kind: str, said: str
) -> None:
    """An unknown type or schema, facts that do not fit, a role that lacks: refused by name, and whole in the exceptions, once."""
    picker = await floor.signed_in("picker")
    sent = _sent(7, **changed)
    (first,), (second,) = await _send(picker, sent), await _send(picker, sent)
    assert (first["outcome"], first["problem"]["type"]) == ("refused", f"/problems/{kind}")
    assert said in first["problem"]["detail"]
    assert (second["problem"], second["replayed"]) == (first["problem"], True)
    (found,) = await _exceptions(floor)
    assert (found.kind, found.command_id, found.raised_by) == (
        "command_refused",
        UUID(sent["id"]),
        picker.badge.person,
    )
    assert found.details["command"] == sent["type"]
    assert found.details["payload"] in {
        '{"number":7}',
        '{"number":"three"}',
        '{"number":1,"colour":"red"}',
        "[]",
    }


@pytest.mark.parametrize(
    "wreck",
    [
        "nonsense",
        7,
        None,
        {},
        {"id": "x"},
        {"id": str(UUID(int=7)), "type": 4, "payload": {}},
        {"type": "stock.trial"},
    ],
)
async def test_broken_envelope_costs_the_others_nothing(floor: Floor, wreck: object) -> None:
    """Something that is no command at all is refused in its place and kept; the commands around it are booked."""
    picker = await floor.signed_in("picker")
    results = await _send(picker, _sent(1), wreck, _sent(2))
    assert [result["outcome"] for result in results] == ["done", "refused", "done"]
    assert [found.kind for found in await _exceptions(floor)] == ["command_refused"]


async def test_what_the_database_cannot_store_is_refused_and_kept(floor: Floor) -> None:
    """A NUL inside a command's text does not block the queue for ever: it is refused, and the supervisor sees it."""
    from sqlalchemy import text

    async def store(db: Database, _: Command[Any]) -> Outcome:
        async with db.transaction() as connection:
            await connection.execute(text("select cast(:value as numeric(3,1))"), {"value": 10_000})
        raise AssertionError

    TRIALS["stock.odd"] = (Count, store)
    picker = await floor.signed_in("picker")
    results = await _send(picker, _sent(1, type="stock.odd"), _sent(2))
    assert [result["outcome"] for result in results] == ["refused", "done"]
    assert results[0]["problem"]["type"] == "/problems/unreadable-command"
    assert len(await _exceptions(floor)) == 1


async def test_text_that_is_no_utf8_costs_the_others_nothing(floor: Floor) -> None:
    """Bytes that are no text are refused and kept in their place; the commands around them are booked."""
    picker = await floor.signed_in("picker")
    sent = [_sent(1), _sent(2, payload={"number": "HERE"}), _sent(3, type="HERE")]
    body = json.dumps({"commands": sent}).encode().replace(b"HERE", b"\xed\xa0\x80")
    results = (await picker.client.post(COMMANDS, content=body)).json()["results"]
    assert [result["outcome"] for result in results] == ["done", "refused", "refused"]
    assert results[2]["problem"]["detail"] == "A text in it is not UTF-8"
    assert len(await _exceptions(floor)) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"commands": 3}',
        b'{"commands": [], "more": 1}',
        b'{"batch": []}',
        b'{"commands": ' + b"[" * 9999,
    ],
)
async def test_batch_that_is_no_batch_is_400(floor: Floor, body: bytes) -> None:
    """A body without a list of commands is refused whole."""
    picker = await floor.signed_in("picker")
    assert_problem(await picker.client.post(COMMANDS, content=body), 400, "bad-request")


async def test_bounds_of_a_batch(floor: Floor) -> None:
    """None is fine, 51 are too many, and a megabyte is too long; nothing of such a batch is booked."""
    picker = await floor.signed_in("picker")
    assert await _send(picker) == []
    many = [_sent(1) for _ in range(51)]
    assert_problem(await picker.client.post(COMMANDS, json={"commands": many}), 400, "bad-request")
    assert await _logged(floor, many[0]["id"]) == 0
    long = {"commands": [_sent(1, payload={"number": 1, "note": "x" * 1_100_000})]}
    assert_problem(await picker.client.post(COMMANDS, json=long), 413, "too-large")


async def test_moment_of_the_fact_whatever_the_device_clock(floor: Floor) -> None:
    """A device a day ahead that did something ten minutes ago: booked as ten minutes ago, its skew noted."""
    picker = await floor.signed_in("picker")
    now = datetime.now(UTC)
    ahead = now + timedelta(days=1)
    done = {"clientTs": (ahead - timedelta(minutes=10)).isoformat(), "sentTs": ahead.isoformat()}
    sent = _sent(1, **done)
    await _send(picker, sent)
    async with floor.db.transaction() as connection:
        captured = select(CommandLog.captured_at).where(CommandLog.id == UUID(sent["id"]))
        at = (await connection.execute(captured)).scalar_one()
        skew = select(Device.clock_skew_ms).where(Device.id == UUID(picker.session["device"]))
        off = (await connection.execute(skew)).scalar_one()
    assert abs(at - (now - timedelta(minutes=10))) < timedelta(seconds=20)
    assert off is not None
    assert abs(off - 86_400_000) < 20_000


async def test_strangers_send_nothing(floor: Floor) -> None:
    """Without a token a batch is refused before it is read."""
    sent = _sent(1)
    assert_problem(await floor.client().post(COMMANDS, json={"commands": [sent]}), 401, "not-signed-in")
    assert await _logged(floor, sent["id"]) == 0
