"""What can go wrong with printing."""

from backend.kernel.problems import BadRequest, Conflict, NotFound


class NoSuchPrinter(NotFound):
    """The printer is not this site's, or was taken out of use."""

    type = "no-such-printer"
    title = "There is no such printer here"


class PrinterCodeTaken(Conflict):
    """Two printers with one code: a scan of its label would not say which. `facts.code`."""

    type = "printer-code-taken"
    title = "Another printer has this code"


class NotAPrintersAddress(BadRequest):
    """Neither an IP address nor a name of a machine."""

    type = "not-a-printers-address"
    title = "This cannot be a printer's address"


class PrintJobMoved(Conflict):
    """The job has gone on meanwhile. `facts.state`."""

    type = "print-job-moved"
    title = "This print job has gone on meanwhile"
