"""Makes the Python environment and the PWA, each only when what it is made from has changed."""

import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bootstrap.places import BIN, LOCK, PWA, PYTHON, ROOT, STAMPS, VENV, environment
from bootstrap.progress import quiet, step
from bootstrap.uv import ensure_uv

NOT_SOURCE = {"node_modules", "dist", "dev-dist"}
STAMP = STAMPS / "pwa"


def ensure_environment() -> None:
    """`.venv` with exactly what requirements.lock names, checked by hash, and `gemba` on its path."""
    stamp = VENV / "made-from"
    wanted = digest([LOCK])
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    uv = ensure_uv()
    with step("Installing the Python packages"):
        if not PYTHON.exists():
            quiet("venv", [uv, "venv", "-q", "--no-project", "--clear", "--python", sys.executable, VENV])
        quiet("sync", [uv, "pip", "sync", "-q", "--python", PYTHON, "--require-hashes", LOCK])
    _add_gemba()
    stamp.write_text(wanted)


def _add_gemba() -> None:
    """The checkout on the environment's path, and `gemba` beside its other programs."""
    packages = next((VENV / "lib").glob("python3.*/site-packages"))
    (packages / "gemba.pth").write_text(f"{ROOT}\n")
    program = BIN / "gemba"
    program.write_text(f'#!/bin/sh\nexec "{PYTHON}" -m backend.cli "$@"\n')
    program.chmod(0o755)


def ensure_node_packages(folder: Path = PWA) -> None:
    """`node_modules` as the lock file says."""
    stamp = folder / "node_modules" / ".made-from"
    wanted = digest([folder / "package.json", folder / "package-lock.json"])
    with _alone(f"npm-{folder.name}"):
        if stamp.exists() and stamp.read_text() == wanted:
            return
        with step(f"Installing the packages of {folder.relative_to(ROOT)}"):
            quiet(f"npm-{folder.name}", [BIN / "npm", "ci", "--no-audit", "--no-fund"], cwd=folder)
        stamp.write_text(wanted)


def pwa_is_current() -> bool:
    """Whether `pwa/dist` is built from the sources as they are now."""
    if not (PWA / "package.json").exists():
        return True
    return (
        (PWA / "dist" / "index.html").exists() and STAMP.exists() and STAMP.read_text() == digest(_sources())
    )


def ensure_pwa() -> None:
    """`pwa/dist`, built from the sources as they are now. Whoever asks while it is being built waits for that build."""
    with _alone("pwa"):
        if not pwa_is_current():
            _build_pwa()


def _build_pwa() -> None:
    made_from = digest(_sources())
    ensure_node_packages()
    with step("Building the PWA"):
        # Built beside and swapped, so that a running server never serves half a build.
        quiet(
            "vite",
            [BIN / "node", "node_modules/vite/bin/vite.js", "build", "--outDir", "dist.new", "--emptyOutDir"],
            cwd=PWA,
            env=environment(NODE_ENV="production"),
        )
        quiet("sizes", [BIN / "node", "tools/build.mjs", "dist.new"], cwd=PWA)
        shutil.rmtree(PWA / "dist", ignore_errors=True)
        (PWA / "dist.new").rename(PWA / "dist")
    STAMP.write_text(made_from)


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """One process, or thread, at a time."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    with (STAMPS / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sources() -> list[Path]:
    return sorted(
        path
        for top in PWA.iterdir()
        if top.name not in NOT_SOURCE and not top.name.startswith("dist")
        for path in ([top] if top.is_file() else top.rglob("*"))
        if path.is_file() and "node_modules" not in path.parts
    )


def digest(files: Iterable[Path]) -> str:
    """One hash over the names (as seen from the checkout, wherever it lies) and contents of files."""
    total = hashlib.sha256()
    for path in files:
        total.update(f"{os.path.relpath(path, ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
