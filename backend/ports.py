"""Which TCP ports a start can have."""

import errno
import socket


class PortTaken(RuntimeError):
    """The port to serve on cannot be had; the text says why and what to do."""


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether we could listen there. Two that share a port by SO_REUSEPORT would each get half of the requests: not free."""
    try:
        _listen(port, host)
    except OSError:
        return False
    return True


def must_be_free(port: int, host: str) -> None:
    """Looks before anything is started.

    Raises:
        PortTaken: another program listens there, or only root may.
    """
    try:
        _listen(port, host)
    except OSError as error:
        if error.errno == errno.EACCES:
            raise PortTaken(
                f"Port {port} may be opened by root only. Choose one from 1024 up: --port"
            ) from error
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(
                f"Port {port} is taken by another program, or by another Gemba. Choose another one: --port {port + 100}"
            ) from error
        raise


def this_or_another(port: int) -> int:
    """The port if we can have it, else one that the system chooses: for listeners that only our own processes look for."""
    if port < 2**16 and is_free(port):
        return port
    with socket.socket() as any_free:
        any_free.bind(("127.0.0.1", 0))
        return int(any_free.getsockname()[1])


def _listen(port: int, host: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
