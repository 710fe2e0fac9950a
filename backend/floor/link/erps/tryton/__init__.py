"""Tryton (8.2) over its JSON-RPC."""

from backend.floor.link.erps.tryton.adapter import TrytonErp
from backend.floor.link.erps.tryton.rpc import Tryton
from backend.kernel.settings import Settings


def tryton(settings: Settings) -> TrytonErp:
    """The adapter for the server, database and user in the settings."""
    return TrytonErp(
        Tryton(settings.erp_url, settings.erp_database, settings.erp_user, settings.erp_password)
    )


__all__ = ["Tryton", "TrytonErp", "tryton"]
