"""The demo company in the core: what the fixtures say, once, however often it is loaded."""

from backend.demo.core_load import load_core
from backend.kernel.embedded import Urls
from backend.migrations import migrate
from tests.support.core_house import running_core
from tests.support.floor_app import settings_for
from tests.support.servers import Servers, template_databases


async def test_the_company_is_loaded_once_and_its_books_are_right(servers: Servers) -> None:
    """12 sales orders, then 15, on the same masters: numbers on from there, released ones in the outbox, every item costed at its
    released revision, and the opening stock in balance."""

    async def prepare(urls: Urls) -> None:
        await migrate(urls.core_owner, "core")

    async with template_databases(servers, prepare) as urls:
        settings = settings_for(urls, core_database_url=urls.core_app)
        await load_core(settings, 12, tell=lambda _: None)
        await load_core(settings, 15, tell=lambda _: None)
        async with running_core(urls, "planner") as core:
            assert await core.scalar("select count(*) from sales_order where state = 'released'") == 15
            assert (
                await core.scalar("select count(*) from outbox where type = 'gemba.shipment.requested.v1'")
                == 15
            )
            assert (
                await core.scalar(
                    "select count(*) from outbox where type = 'gemba.purchase_order.released.v1'"
                )
                == 5
            )
            assert (
                await core.scalar("select count(*) from outbox where type = 'gemba.work_order.released.v1'")
                == 3
            )
            assert await core.scalar("select count(*) from journal_entry") == 1
            assert (await core.get("/concerns"))["total"] == 0
            bicycle = await core.get("/items/BIK-106")
            assert (bicycle["revision"], bicycle["costs"][0]["revision"], len(bicycle["boms"])) == (
                "A",
                "A",
                2,
            )
            assert {revision["revision"] for revision in bicycle["revisions"]} == {"A", "B"}
            await core.audit()
