"""What devices send and are told about printing."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from backend.floor.labels.queries import LabelKind
from backend.floor.printing.rules import Fault, State
from backend.kernel.edge import Edge, Told

Code = Annotated[str, Meta(min_length=1, max_length=64)]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Host = Annotated[str, Meta(min_length=1, max_length=253)]
Port = Annotated[int, Meta(ge=1, le=65535)]


class PrintLabels(Edge):
    """`label.print`: labels of one kind, each `copies` times. Lots and serials need their item's SKU."""

    printer: UUID
    kind: LabelKind
    codes: Annotated[list[Code], Meta(min_length=1, max_length=50)]
    item: Annotated[str, Meta(max_length=64)] = ""
    copies: Annotated[int, Meta(ge=1, le=20)] = 1


class PrintJobRef(Edge):
    """`label.again`, `label.cancel`: a job that is to go out once more, or not at all."""

    job: UUID


class TestPrint(Edge):
    """`printer.test`: the printer prints the label that belongs on itself."""

    printer: UUID


class AddPrinter(Edge):
    """`printer.add`: a printer that takes ZPL at a TCP port, 203 or 300 dots an inch. `code` is what its own label says."""

    code: Annotated[str, Meta(min_length=1, max_length=20, pattern=r"^[A-Z0-9][A-Z0-9-]*$")]
    name: Name
    host: Host
    port: Port = 9100
    resolution: Literal[203, 300] = 203


class ChangePrinter(AddPrinter, kw_only=True):
    """`printer.change`: all of a printer's facts anew."""

    printer: UUID


class RemovePrinter(Edge):
    """`printer.remove`: what waits for it is cancelled."""

    printer: UUID


class PrinterTold(Told):
    """A printer, what is wrong with it since when, and how many jobs wait for it or for a person's look."""

    id: UUID
    code: str
    name: str
    host: str
    port: int
    resolution: int
    fault: Fault
    fault_since: datetime | None
    waiting: int
    unsure: int


class PrinterSaved(Told):
    """The printer that was added, changed or removed."""

    printer: UUID


class PrintJobTold(Told):
    """A job as it stands."""

    id: UUID
    printer: UUID
    printer_code: str
    kind: str
    codes: list[str]
    item: str
    copies: int
    state: State
    fault: Fault
    asked_at: datetime
    asked_by: str
