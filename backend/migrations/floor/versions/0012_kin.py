"""Whom a lot reached over millions of edges: the walk as a function, shipments by lot or serial; pieces sent back to an earlier step"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# A level at a time, each as one scan of an index by an array: a recursive query joins row by row, which costs five times as much,
# and the planner may take a hundred thousand rows of one level for a reason to read the whole table. The generic plan is forced
# because the planner otherwise weighs every id of the array anew. A relation back to the start, which cannot be, would end it too.
_LEVEL = """
        front := (
            select array_agg(id) from (
                select {far} as id from genealogy where {near} = any(front)
                except select unnest(seen) order by 1
            ) as next
        );"""
_KIN = f"""
create function kin(start uuid, down boolean) returns uuid[]
language plpgsql stable parallel safe
set plan_cache_mode = force_generic_plan set work_mem = '32MB'
as $$
declare
    front uuid[] := array[start];
    seen uuid[] := array[start];
begin
    loop
        if down then{_LEVEL.format(far="child_id", near="parent_id")}
        else{_LEVEL.format(far="parent_id", near="child_id")}
        end if;
        exit when front is null;
        seen := seen || front;
    end loop;
    return seen;
end
$$
"""


_KINDS = "kind in ('setup', 'start', 'pause', 'report', 'consume', 'back', 'finish', 'cancel', 'undo')"


def upgrade() -> None:
    """The index holds shipments only: nothing else that is booked pays for it."""
    op.drop_constraint("ck_op_event_kind", "op_event")
    op.create_check_constraint("ck_op_event_kind", "op_event", _KINDS)
    op.execute(_KIN)
    op.create_index(
        "ix_stock_move_shipped",
        "stock_move",
        [sa.text("coalesce(serial_id, lot_id)")],
        postgresql_where=sa.text("kind = 'ship'"),
    )
