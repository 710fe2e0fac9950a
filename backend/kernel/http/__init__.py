"""The edge of every HTTP service: problem details, request ids, security headers, metrics, health, the PWA's files."""

from backend.kernel.http.documented import document_problems, documented
from backend.kernel.http.edge import Edge
from backend.kernel.http.logs import configure_logs, request_id
from backend.kernel.http.metrics import Meter
from backend.kernel.http.problems import exception_handlers
from backend.kernel.http.request import StrictRequest

__all__ = [
    "Edge",
    "Meter",
    "StrictRequest",
    "configure_logs",
    "document_problems",
    "documented",
    "exception_handlers",
    "request_id",
]
