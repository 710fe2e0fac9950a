"""Who may do what here: people with badges and PINs, on enrolled devices, in roles."""

from backend.access.device_clocks import DeviceClocks
from backend.access.guards import public, requires
from backend.access.people import (
    add_device,
    add_enrolment_code,
    add_person,
    others_at_work,
    person_name,
    person_names,
)
from backend.access.pins import Pins
from backend.access.roles import ROLES

__all__ = [
    "ROLES",
    "DeviceClocks",
    "Pins",
    "add_device",
    "add_enrolment_code",
    "add_person",
    "others_at_work",
    "person_name",
    "person_names",
    "public",
    "requires",
]
