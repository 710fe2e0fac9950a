"""What got through long ago is forgotten; what waits for a person stays."""

from datetime import timedelta

from sqlalchemy import insert, select, text

from backend.kernel.db import Database
from backend.kernel.ids import new_id
from backend.kernel.link.purging import purge
from backend.kernel.live import Live
from backend.kernel.tables import Inbox, Outbox


async def test_old_messages_go_and_open_ones_stay(db: Database) -> None:
    """After thirty days what was read or sent is deleted; younger ones, dead and dropped ones of any age stay."""
    old, young = text("now() - interval '31 days'"), text("now() - interval '29 days'")
    async with db.transaction() as connection:
        for n, (state, at) in enumerate([("sent", old), ("sent", young), ("dead", old), ("dropped", old)]):
            await connection.execute(
                insert(Outbox).values(
                    id=new_id(),
                    type="t",
                    document=f"d/{n}",
                    data={},
                    state=state,
                    sent_at=at if state == "sent" else None,
                )
            )
        for n, (state, at) in enumerate([("done", old), ("done", young), ("unknown", old)]):
            await connection.execute(
                insert(Inbox).values(
                    source="s", id=str(n), type="t", document=f"d/{n}", body={}, state=state,
                    done_at=at if state == "done" else None,
                )
            )  # fmt: skip
    await purge(db, Live(None), kept=timedelta(days=30))
    async with db.transaction() as connection:
        sent = await connection.execute(select(Outbox.document).order_by(Outbox.seq))
        read = await connection.execute(select(Inbox.id).order_by(Inbox.seq))
        assert list(sent.scalars()) == ["d/1", "d/2", "d/3"]
        assert list(read.scalars()) == ["1", "2"]
