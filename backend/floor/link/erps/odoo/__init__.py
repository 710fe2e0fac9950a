"""Odoo: JSON-RPC as Community 17 has it, and JSON-2 of 19 and later."""

from backend.floor.link.erps.odoo.adapter import OdooErp
from backend.floor.link.erps.odoo.transports import Json2, JsonRpc
from backend.kernel.settings import Settings


def odoo(settings: Settings) -> OdooErp:
    """The adapter over JSON-RPC."""
    return OdooErp(JsonRpc(settings.erp_url, settings.erp_database, settings.erp_user, settings.erp_password))


def odoo_json2(settings: Settings) -> OdooErp:
    """The adapter over JSON-2; the password is an API key, and the user is the key's."""
    return OdooErp(Json2(settings.erp_url, settings.erp_database, settings.erp_password))


__all__ = ["Json2", "JsonRpc", "OdooErp", "odoo", "odoo_json2"]
