"""The demo's label printers: they take ZPL as a real one does and draw it; /demo/printer shows the labels. `python -m backend.demo.printer`"""

import asyncio
import contextlib
import io
import os
import re
from html import escape
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from PIL import Image
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access import public
from backend.demo.booking import named_id
from backend.demo.company import FIXTURES, Edge
from backend.demo.paper import printed
from backend.floor.printing.tables import LabelPrinter
from backend.kernel import clock
from backend.kernel.ids import new_id
from backend.kernel.settings import Settings, from_environment

PATH: Final = "/demo/printer"
FOLDER: Final = "printed"
HOST: Final = "127.0.0.1"
PORTS_ABOVE: Final = 4  # the first printer listens so many ports above the app
MOST: Final = 60
_LONGEST: Final = 8 * 1024 * 1024
_WORK: Final = re.compile(rb"~HS|\^XA.*?\^XZ", re.DOTALL)
_OPEN: dict[str, Any] = {
    "opt": public("the demonstration's own label printers, for people who have none"),
    "include_in_schema": False,
}


class Printer(Edge, frozen=True):
    """One printer of `printers.yaml`."""

    code: str
    name: str
    resolution: int


class Printers(Edge, frozen=True):
    """`printers.yaml`."""

    printers: list[Printer]


def read_printers() -> list[Printer]:
    """The demo's printers."""
    return msgspec.yaml.decode((FIXTURES / "printers.yaml").read_bytes(), type=Printers).printers


async def add_printers(connection: AsyncConnection, site_id: UUID, app_port: int) -> int:
    """Adds the demo's printers, or sends those that are there to the ports of this start; how many there are."""
    found = read_printers()
    for place, printer in enumerate(found):
        address = {"host": HOST, "port": app_port + PORTS_ABOVE + place}
        facts = {"code": printer.code, "name": printer.name, "resolution": printer.resolution}
        await connection.execute(
            insert(LabelPrinter)
            .values(id=named_id("printer", printer.code), site_id=site_id, **facts, **address)
            .on_conflict_do_update(index_elements=[LabelPrinter.id], set_=address)
        )
    return len(found)


class StandIn:
    """A printer without paper: it answers `~HS` and keeps what it prints as pictures in `folder`.

    Attributes:
        paper_out, paused, head_open, ribbon_out: what it complains of when asked.
    """

    def __init__(self, code: str, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._code = code
        self._folder = folder
        self.paper_out = self.paused = self.head_open = self.ribbon_out = False

    async def serve(self, port: int) -> asyncio.Server:
        """Listens on this machine only."""
        return await asyncio.start_server(self._take, HOST, port)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held = b""
        with contextlib.suppress(ConnectionError):
            while part := await reader.read(65536):
                held += part
                while work := _WORK.search(held):
                    held = held[work.end() :]
                    if work[0] == b"~HS":
                        writer.write(self._status())
                        await writer.drain()
                    else:
                        await asyncio.to_thread(self._print, work[0].decode("ascii", "replace"))
                if len(held) > _LONGEST:
                    break
        writer.close()

    def _status(self) -> bytes:
        flags = [str(int(flag)) for flag in (self.paper_out, self.paused, self.head_open, self.ribbon_out)]
        paper, pause, head, ribbon = flags
        first = f"030,{paper},{pause},1245,000,0,0,0,000,0,0,0"
        second = f"000,0,{head},{ribbon},0,2,4,0,00000000,1,000"
        return "".join(f"\x02{text}\x03\r\n" for text in (first, second, "1234,0")).encode()

    def _print(self, zpl: str) -> None:
        for paper in printed(zpl):
            out = io.BytesIO()
            Image.fromarray((1 - paper.dots) * 255).save(out, "PNG")
            for _ in range(paper.copies):
                name = f"{clock.now():%Y%m%dT%H%M%S%f}-{new_id().hex[-6:]}-{self._code}"
                part = self._folder / f"{name}.part"
                part.write_bytes(out.getvalue())
                part.rename(self._folder / f"{name}.png")
        for old in sorted(self._folder.glob("*.png"))[:-MOST]:
            old.unlink(missing_ok=True)


def printer_routes(settings: Settings) -> list[HTTPRouteHandler]:
    """The page of labels, and each label."""
    folder = settings.state / FOLDER

    @get(PATH, media_type="text/html", sync_to_thread=True, **_OPEN)
    def printer_page() -> str:
        return _page([path.stem for path in sorted(folder.glob("*.png"), reverse=True)])

    @get(f"{PATH}/{{name:str}}", media_type="image/png", sync_to_thread=True, **_OPEN)
    def printer_label(name: str) -> Response[bytes]:
        for path in folder.glob("*.png"):
            if path.name == name:
                return Response(path.read_bytes(), media_type="image/png")
        raise NotFoundException

    return [printer_page, printer_style, printer_label]


@get(f"{PATH}/style.css", media_type="text/css", sync_to_thread=False, **_OPEN)
def printer_style() -> str:
    """The page's looks."""
    return _STYLE


def _page(names: list[str]) -> str:
    labels = "".join(
        f'<li><img src="{PATH}/{escape(name)}.png" alt="Label"><span>{escape(name.split("-", 2)[2])}</span></li>'
        for name in names
    )
    empty = "<p>Nothing printed yet. Scan something on a handheld and tap <b>Print label</b>.</p>"
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="3">
<title>Label printer · Gemba</title><link rel="stylesheet" href="{PATH}/style.css">
<main><h1>Label printer</h1>
<p>The demonstration has no printer: what it would print is drawn here, dot by dot, the newest first. It can be scanned from the screen.</p>
<ul>{labels}</ul>{"" if names else empty}</main></html>
"""


_STYLE = """
:root { color-scheme: light; font: 1rem/1.5 system-ui, sans-serif; color: #11161c; background: #f3f4f1; }
body { margin: 0; }
main { max-width: 46rem; margin: 0 auto; padding: 1rem; }
h1 { margin: .5rem 0; font-size: 1.75rem; }
ul { list-style: none; margin: 1.5rem 0 0; padding: 0; display: grid; gap: 1.5rem; }
li { display: grid; gap: .25rem; justify-items: start; }
img { max-width: 100%; height: auto; background: #fff; border: 1px solid #c9cec8; border-radius: .5rem; padding: 1rem; }
span { color: #3c454f; font-size: .875rem; }
"""


async def _run(settings: Settings) -> None:
    async with contextlib.AsyncExitStack() as open_servers:
        for place, printer in enumerate(read_printers()):
            stand_in = StandIn(printer.code, settings.state / FOLDER)
            await open_servers.enter_async_context(await stand_in.serve(settings.port + PORTS_ABOVE + place))
        await asyncio.Event().wait()


def main() -> None:
    """The process: `python -m backend.demo.printer`, with the settings of the environment."""
    try:
        asyncio.run(_run(from_environment()))
    except KeyboardInterrupt:
        os._exit(0)


if __name__ == "__main__":
    main()
