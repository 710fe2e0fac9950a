"""Gets uv, which makes the environment: the one on the machine, or its wheel by whatever way this machine has.

No address of a package index stands here: pip knows its own, and without pip the configured one is used.
"""

import hashlib
import io
import os
import platform
import re
import shutil
import ssl
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urldefrag, urljoin

from bootstrap import apt
from bootstrap.places import TOOLS
from bootstrap.progress import Failed, quiet, say, step

VERSION = "0.13.9"
INDEX_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")


def ensure_uv() -> Path:
    """The path of a uv, fetched into `.tools` if the machine has none.

    Raises:
        Failed: no way of fetching works; the text says what to install.
    """
    own = TOOLS / "uv" / "bin" / "uv"
    if own.exists():
        return own
    if found := shutil.which("uv"):
        return Path(found)
    with step(f"Fetching uv {VERSION}"):
        for way in (_by_pip, _by_ensurepip, _by_index, _by_apt):
            if way(own.parent.parent):
                return own
    raise Failed(
        "There is no pip to fetch uv with. Run `apt install python3-pip` (or python3-venv) as root, or set "
        "PIP_INDEX_URL to your package index, and start again."
    )


def _by_pip(target: Path) -> bool:
    return _pip([sys.executable, "-m", "pip"], target)


def _by_ensurepip(target: Path) -> bool:
    seed = TOOLS / "seed"
    made = subprocess.run([sys.executable, "-m", "venv", seed], capture_output=True, check=False)
    return made.returncode == 0 and _pip([str(seed / "bin" / "python"), "-m", "pip"], target)


def _by_apt(target: Path) -> bool:
    return apt.install("python3-pip") and _by_pip(target)


def _pip(pip: list[str], target: Path) -> bool:
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode:
        return False
    command: list[str | Path] = [
        *pip,
        "install",
        "-q",
        "--no-deps",
        "--disable-pip-version-check",
        "--target",
        target,
        f"uv=={VERSION}",
    ]
    return _attempt(lambda: quiet("pip", command))


def _by_index(target: Path) -> bool:
    """Reads the index's page for uv (the "simple" interface of PEP 503) and unpacks the wheel that fits."""
    index = next((os.environ[name] for name in INDEX_VARIABLES if os.environ.get(name)), None)
    return index is not None and _attempt(lambda: _unpack(_wheel(index), target))


def _attempt(way: Callable[[], None]) -> bool:
    try:
        way()
    except (Failed, OSError, zipfile.BadZipFile) as error:
        say(f"that did not work: {error}")
        return False
    return True


def _wheel(index: str) -> bytes:
    page = urljoin(index.rstrip("/") + "/", "uv/")
    links = re.findall(r'href="([^"]+)"', _read(page).decode())
    system = "macosx" if sys.platform == "darwin" else "manylinux"
    fitting = [
        link
        for link in links
        if f"/uv-{VERSION}-py3-none-" in link and system in link and f"_{platform.machine()}.whl" in link
    ]
    if not fitting:
        raise Failed(f"the index has no uv {VERSION} for {platform.machine()}")
    address, fragment = urldefrag(urljoin(page, fitting[0]))
    wheel = _read(address)
    if fragment.startswith("sha256=") and hashlib.sha256(wheel).hexdigest() != fragment.removeprefix(
        "sha256="
    ):
        raise Failed("the uv wheel is not what the index announced")
    return wheel


def _read(address: str) -> bytes:
    if not address.startswith(("https://", "http://")):
        raise Failed(f"{address} is not a web address")
    context = ssl.create_default_context()
    if authority := os.environ.get("PIP_CERT"):
        context.load_verify_locations(authority)
    with urllib.request.urlopen(address, context=context, timeout=60) as answer:  # noqa: S310  # checked above
        content: bytes = answer.read()
    return content


def _unpack(wheel: bytes, target: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        name = f"uv-{VERSION}.data/scripts/uv"
        program = target / "bin" / "uv"
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_bytes(archive.read(name))
        program.chmod(0o755)
