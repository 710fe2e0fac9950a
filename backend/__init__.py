"""Gemba's services: `floor` records what really happens, `core` plans and values it."""
