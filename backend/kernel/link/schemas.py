"""What the link's screens ask and are told."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from backend.kernel.edge import Edge, Told
from backend.kernel.paging import Page

Way = Literal["in", "out"]
State = Literal["waiting", "dead", "unknown", "dropped", "done", "sent"]
MIN_REASON = 3


class ReplayMessage(Edge):
    """`link.replay`: try this message again, now; whatever waits behind it in its document follows."""

    way: Way
    seq: int


class DropMessage(Edge):
    """`link.drop`: give this message up, for a reason that stays with it; its document goes on."""

    way: Way
    seq: int
    reason: str

    def __post_init__(self) -> None:
        if len(self.reason.strip()) < MIN_REASON:
            raise ValueError("say why the message is dropped")


class DropReason(Edge):
    """Why a message is given up."""

    reason: str


class MessageState(Told):
    """How a message stands after a person dealt with it."""

    way: Way
    seq: int
    state: State


class Accepted(Told):
    """What became of a message that came in: `accepted`, `duplicate` (it came before), or `unknown` (kept, not understood)."""

    state: str
    id: str


class Letter(Told):
    """One message in the inbox or outbox. `data` is empty in lists; `problem` is the refusal behind `error` as problem details."""

    way: Way
    seq: int
    id: str
    type: str
    document: str
    source: str
    state: State
    tries: int
    at: datetime
    next_try_at: datetime | None
    ended_at: datetime | None
    error: str | None
    problem: dict[str, Any] | None
    note: str | None
    data: dict[str, Any] | None = None


class Letters(Page):
    """Messages of one way, without their data."""

    items: list[Letter]


class Box(Told):
    """Counts of one way: how many wait, since when the oldest does, how many need a person, how many went in the last hour."""

    way: Way
    waiting: int
    oldest_waiting: datetime | None
    dead: int
    unknown: int
    dropped: int
    last_hour: int


class Worker(Told):
    """One worker process, by its last beat. `facts` has its counts and, for the receiver, whether it is away."""

    host: str
    pid: int
    started_at: datetime
    seen_at: datetime
    alive: bool
    facts: dict[str, Any]


class PeriodicJobState(Told):
    """How a periodic job's last run went."""

    name: str
    due_at: datetime
    ran_at: datetime | None
    took_ms: int | None
    error: str | None


class LinkStatus(Told):
    """The link's health at one look."""

    at: datetime
    receiver: str | None
    boxes: list[Box]
    workers: list[Worker]
    jobs: list[PeriodicJobState] = msgspec.field(default_factory=list)
