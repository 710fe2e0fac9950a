"""The PWA's files from memory, compressed beforehand, with a cache rule for each kind."""

import gzip
import hashlib
import mimetypes
from pathlib import Path
from typing import Final

import msgspec
from litestar import HttpMethod, Request, Response, route
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler

_PUBLIC = {"public": "the app itself: what a browser loads before anyone can sign in"}
_FOREVER: Final = "public, max-age=31536000, immutable"
_ASK_FIRST: Final = "no-cache"
# Best first: brotli beat zstd by 6 to 11 % on files of this kind.
_ENCODINGS: Final = (("br", ".br"), ("zstd", ".zst"), ("gzip", ".gz"))
_TEXT: Final = {".html", ".js", ".css", ".svg", ".json", ".webmanifest", ".txt"}
_TYPES: Final = {
    ".js": "text/javascript",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
}
_MIN_GZIP_BYTES: Final = 512
_INDEX: Final = "index.html"

NOT_BUILT: Final = b"""<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Gemba</title><main><h1>Gemba is running, its screens are not built yet</h1>
<p>The API answers under <code>/api/floor</code>. Build the screens with <code>npm ci &amp;&amp; npm run build</code> in the folder
<code>pwa</code>, or start with <code>./dev up</code>, which does it for you; then reload this page.</p></main></html>
"""


class Asset(msgspec.Struct, frozen=True):
    """One file: its type, its cache rule, and its bytes by content encoding (`""` is as it is)."""

    media_type: str
    cache: str
    etag: str
    bodies: dict[str, bytes]


class Assets:
    """All files of a built front end, read once, and again when its index changes (a new build in development)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._built = 0
        self._files: dict[str, Asset] = {}

    def find(self, path: str) -> Asset | None:
        """The file at `path`; for an address without a dot the page of its first part (`supply.html`), else the index; None if there is none."""
        if path not in self._files or path == _INDEX:
            self._reload()
        found = self._files.get(path)
        if found is None and "." not in path.rsplit("/", 1)[-1]:
            return self._files.get(f"{path.split('/', 1)[0]}.html") or self._files.get(_INDEX)
        return found

    def _reload(self) -> None:
        try:
            built = (self._folder / _INDEX).stat().st_mtime_ns
        except FileNotFoundError:
            return
        if built != self._built:
            compressed = {suffix for _, suffix in _ENCODINGS}
            files = [
                file for file in self._folder.rglob("*") if file.is_file() and file.suffix not in compressed
            ]
            self._files = {
                file.relative_to(self._folder).as_posix(): _read(file, self._folder) for file in files
            }
            self._built = built


def _read(file: Path, folder: Path) -> Asset:
    raw = file.read_bytes()
    bodies = {"": raw}
    for name, suffix in _ENCODINGS:
        sibling = file.with_name(file.name + suffix)
        if sibling.exists():
            bodies[name] = sibling.read_bytes()
    if "gzip" not in bodies and file.suffix in _TEXT and len(raw) >= _MIN_GZIP_BYTES:
        bodies["gzip"] = gzip.compress(raw, 9, mtime=0)
    kind = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Asset(
        media_type=kind,
        # Only the bundler's folder has names that change with the content.
        cache=_FOREVER if file.relative_to(folder).parts[0] == "assets" else _ASK_FIRST,
        etag=f'"{hashlib.blake2b(raw, digest_size=12).hexdigest()}"',
        bodies=bodies,
    )


def pwa_routes(folder: Path) -> list[HTTPRouteHandler]:
    """Serves the front end built in `folder` at `/`; unknown addresses without a dot get its index, as a single-page app needs."""
    assets = Assets(folder)

    @route(
        ["/", "/{path:path}"],
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        opt=_PUBLIC,
        include_in_schema=False,
        sync_to_thread=False,
    )
    def pwa(request: Request, path: str = "") -> Response[bytes]:  # type: ignore[type-arg]
        wanted = path.strip("/")
        if wanted.split("/", 1)[0] in {"api", "health"}:
            raise NotFoundException
        found = assets.find(wanted or _INDEX)
        if found is None:
            if "." in wanted.rsplit("/", 1)[-1]:
                raise NotFoundException
            return Response(NOT_BUILT, media_type="text/html", headers={"cache-control": _ASK_FIRST})
        return _answer(request, found)

    return [pwa]


def _answer(request: Request, asset: Asset) -> Response[bytes]:  # type: ignore[type-arg]
    headers = {"cache-control": asset.cache, "etag": asset.etag, "vary": "accept-encoding"}
    if asset.etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=asset.media_type)
    accepted = {part.split(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")}
    for name, _ in _ENCODINGS:
        if name in accepted and name in asset.bodies:
            return Response(
                asset.bodies[name],
                headers={**headers, "content-encoding": name},
                media_type=asset.media_type,
            )
    return Response(asset.bodies[""], headers=headers, media_type=asset.media_type)
