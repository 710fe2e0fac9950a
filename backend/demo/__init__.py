"""A company to try everything on: a bicycle maker in Eindhoven, out of `fixtures/`."""

from backend.demo.load import Loaded, load, load_masters, send_orders
from backend.demo.people import DemoLogin, demo_logins, enrolment_code
from backend.demo.sender import FloorAway

__all__ = [
    "DemoLogin",
    "FloorAway",
    "Loaded",
    "demo_logins",
    "enrolment_code",
    "load",
    "load_masters",
    "send_orders",
]
