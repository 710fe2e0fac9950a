"""The core's migrations and the tables in its code say the same."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

import backend.core.app  # noqa: F401  # every slice's tables
from backend.kernel.db import CoreBase, KernelBase, asyncpg_url
from backend.kernel.embedded import Urls


async def test_the_migrated_core_is_what_the_tables_say(core_template: Urls) -> None:
    """Autogenerate finds nothing to change after the newest revision."""
    engine = create_async_engine(asyncpg_url(core_template.core_owner))
    async with engine.connect() as connection:

        def differences(sync: object) -> object:
            context = MigrationContext.configure(sync, opts={"compare_type": True})  # type: ignore[arg-type]
            return compare_metadata(context, [KernelBase.metadata, CoreBase.metadata])  # type: ignore[arg-type]

        found = await connection.run_sync(differences)
    await engine.dispose()
    assert found == []
