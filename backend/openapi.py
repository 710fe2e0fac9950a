"""The OpenAPI document, made from the composed app without any server."""

from pathlib import Path
from typing import Any

import msgspec

from backend.app import create_floor_app
from backend.core.app import create_core_app
from backend.kernel.settings import Settings


def document(service: str = "floor") -> dict[str, Any]:
    """The document of the floor's or the core's API as plain data."""
    settings = Settings(
        database_url="postgresql://nobody@127.0.0.1/none",
        owner_database_url="postgresql://nobody@127.0.0.1/none",
        core_database_url="postgresql://nobody@127.0.0.1/none",
        redis_url=None,
        secret="-" * 32,
        link_secret="-" * 32,
        state=Path(),
    )
    app = create_core_app(settings) if service == "core" else create_floor_app(settings)
    schema: dict[str, Any] = msgspec.to_builtins(app.openapi_schema.to_schema())
    return schema
