"""Jobs over HTTP: /api/floor/mes."""

import asyncio
from typing import Literal
from uuid import UUID

from litestar import Response, Router, get

from backend.access import requires
from backend.floor.labels import pdf, png, zpl
from backend.floor.mes import schemas, screens
from backend.floor.mes.asked import clock_questions
from backend.floor.mes.board import jobs_board
from backend.floor.mes.commands import COMMANDS
from backend.floor.mes.documents import dispatch, job_document, steps, work_centres
from backend.floor.mes.lists import open_calls
from backend.floor.mes.traveller import traveller
from backend.floor.typed_route import command_route
from backend.kernel.commands import Who
from backend.kernel.db import Database

_TYPES = {"png": "image/png", "pdf": "application/pdf", "zpl": "application/zpl"}
_READERS = [requires("operator", "supervisor", "planner", "inspector")]


@get("/work-centres", operation_id="listWorkCentres", guards=_READERS)
async def list_work_centres(db: Database, who: Who) -> list[screens.CentreTold]:
    """Every work centre, with how much waits there."""
    async with db.transaction() as connection:
        return await work_centres(connection, who.site_id)


@get("/work-centres/{centre_id:uuid}", operation_id="getDispatch", guards=_READERS)
async def get_dispatch(db: Database, who: Who, centre_id: UUID) -> screens.Dispatch:
    """What a work centre does now and next, in the plan's order."""
    async with db.transaction() as connection:
        return await dispatch(connection, who, centre_id)


@get("/jobs/{operation_id:uuid}", operation_id="getJob", guards=_READERS)
async def get_job(db: Database, who: Who, operation_id: UUID) -> screens.JobDocument:
    """One job, whole."""
    async with db.transaction() as connection:
        return await job_document(connection, who, operation_id)


@get("/orders/{order_id:uuid}", operation_id="getSteps", guards=_READERS)
async def get_steps(db: Database, who: Who, order_id: UUID) -> list[screens.JobSummary]:
    """The steps of a work order, in order."""
    async with db.transaction() as connection:
        return await steps(connection, who, order_id)


@get(
    "/orders/{order_id:uuid}/traveller",
    operation_id="getTraveller",
    guards=_READERS,
    media_type="application/octet-stream",
)
async def get_traveller(
    db: Database, who: Who, order_id: UUID, form: Literal["png", "pdf", "zpl"] = "pdf"
) -> Response[bytes]:
    """The sheet that goes with a job, A6: its number to scan, what to make, its steps."""
    async with db.transaction() as connection:
        label = await traveller(connection, who.site_id, order_id)
    draw = {
        "png": lambda: png(label, 203),
        "pdf": lambda: pdf([label]),
        "zpl": lambda: zpl([label], 203).encode(),
    }
    content = await asyncio.to_thread(draw[form])
    return Response(content, media_type=_TYPES[form])


@get(
    "/calls",
    operation_id="listCalls",
    guards=[requires("operator", "supervisor", "planner", "inspector", "receiver")],
)
async def list_calls(db: Database, who: Who) -> list[screens.CallRow]:
    """Calls for help that are not resolved."""
    async with db.transaction() as connection:
        return await open_calls(connection, who.site_id)


@get("/clock-questions", operation_id="listClockQuestions", guards=[requires("operator", "supervisor")])
async def list_clock_questions(db: Database, who: Who) -> list[screens.ClockAsked]:
    """Clocks of the reader's that ran on over a shift's end, until they said when they stopped."""
    async with db.transaction() as connection:
        return await clock_questions(connection, who)


@get("/board", operation_id="getJobsBoard", guards=[requires("supervisor", "planner")])
async def get_jobs_board(db: Database, who: Who) -> screens.JobsBoard:
    """The shop floor this moment."""
    async with db.transaction() as connection:
        return await jobs_board(connection, who.site_id)


router = Router(
    "/mes",
    tags=["mes"],
    route_handlers=[
        list_work_centres,
        get_dispatch,
        get_job,
        get_steps,
        get_traveller,
        list_calls,
        list_clock_questions,
        get_jobs_board,
        command_route("/jobs/setup", "job.setup", COMMANDS, schemas.JobTold),
        command_route("/jobs/start", "job.start", COMMANDS, schemas.JobTold),
        command_route("/jobs/pause", "job.pause", COMMANDS, schemas.JobTold),
        command_route("/jobs/report", "job.report", COMMANDS, schemas.JobTold),
        command_route("/jobs/consume", "job.consume", COMMANDS, schemas.MaterialTold),
        command_route("/jobs/finish", "job.finish", COMMANDS, schemas.JobTold),
        command_route("/jobs/undo", "job.undo", COMMANDS, schemas.JobTold),
        command_route("/jobs/clock-was", "job.clock_was", COMMANDS, schemas.JobTold),
        command_route("/machine/stop", "job.stop_machine", COMMANDS, schemas.MachineTold),
        command_route("/machine/runs", "job.machine_runs", COMMANDS, schemas.MachineTold),
        command_route("/calls/raise", "call.raise", COMMANDS, schemas.CallTold),
        command_route("/calls/acknowledge", "call.acknowledge", COMMANDS, schemas.CallTold),
        command_route("/calls/arrive", "call.arrive", COMMANDS, schemas.CallTold),
        command_route("/calls/resolve", "call.resolve", COMMANDS, schemas.CallTold),
        command_route("/orders/hold", "work_order.hold", COMMANDS, schemas.OrderHeld),
        command_route("/orders/deviate", "work_order.deviate", COMMANDS, schemas.OrderDeviates),
        command_route("/orders/let-go", "work_order.let_go", COMMANDS, schemas.OrderHeld),
    ],
)
