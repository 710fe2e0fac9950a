"""The OpenAPI document, made from the composed app without any server."""

from pathlib import Path
from typing import Any

import msgspec

from backend.app import create_floor_app
from backend.kernel.settings import Settings


def document() -> dict[str, Any]:
    """The document of the floor's API as plain data."""
    settings = Settings(
        database_url="postgresql://nobody@127.0.0.1/none",
        owner_database_url="postgresql://nobody@127.0.0.1/none",
        redis_url=None,
        secret="-" * 32,
        link_secret="-" * 32,
        state=Path(),
    )
    schema: dict[str, Any] = msgspec.to_builtins(create_floor_app(settings).openapi_schema.to_schema())
    return schema
