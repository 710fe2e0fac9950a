"""What people may be. A person can be several; `admin` may do what a supervisor may."""

from typing import Final

PICKER: Final = "picker"
PLANNER: Final = "planner"
SUPERVISOR: Final = "supervisor"
ADMIN: Final = "admin"
OPERATOR: Final = "operator"
INSPECTOR: Final = "inspector"
RECEIVER: Final = "receiver"
BUYER: Final = "buyer"

ROLES: Final = (PICKER, PLANNER, SUPERVISOR, ADMIN, OPERATOR, INSPECTOR, RECEIVER, BUYER)
