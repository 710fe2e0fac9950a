"""Label printers of a site, and the labels that were sent to them."""

from backend.floor.printing.jobs import print_jobs

__all__ = ["print_jobs"]
