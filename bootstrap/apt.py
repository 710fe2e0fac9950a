"""The few things that only the system's packages have."""

import ctypes.util
import os
import shutil
import subprocess
import threading
from pathlib import Path

from bootstrap.places import environment
from bootstrap.progress import Failed, quiet, say, step

_one_at_a_time = threading.Lock()
LIGHT = "chromium-headless-shell"  # Chromium without the rest of the program: opens a device at a quarter of the cost
BROWSERS = (LIGHT, "chromium", "google-chrome")


def install(*packages: str) -> bool:
    """Installs Debian packages as root. False, and nothing done, where that is not possible."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    env = environment(DEBIAN_FRONTEND="noninteractive")
    command = [
        "apt-get",
        "-y",
        "-q",
        "--no-install-recommends",
        "-o",
        "DPkg::Lock::Timeout=60",
        "install",
        *packages,
    ]
    with _one_at_a_time, step(f"Installing {' '.join(packages)}"):
        try:
            quiet("apt-update", ["apt-get", "-q", "update"], env=env)
            quiet("apt-install", command, env=env)
        except Failed as error:
            say(str(error))
            return False
    return True


def ensure_libzbar() -> None:
    """The second opinion on linear codes. Without it the first engine decides alone, so this never stops a start."""
    if ctypes.util.find_library("zbar") is None and not install("libzbar0"):
        say("libzbar is missing: codes are read by one engine only. For both: apt install libzbar0")


def ensure_test_packages() -> None:
    """A browser, a film encoder and the scripts' fonts.

    Raises:
        Failed: something is missing and cannot be installed from here.
    """
    missing = [name for name, there in _needed() if not there]
    if shutil.which(LIGHT) is None and not install(LIGHT) and not any(map(shutil.which, BROWSERS)):
        missing.append("chromium")  # older systems have no other
    if missing and not install(*missing):
        raise Failed(f"The tests need {', '.join(missing)}. Run as root: apt install {' '.join(missing)}")


def _needed() -> list[tuple[str, bool]]:
    return [
        ("libzbar0", ctypes.util.find_library("zbar") is not None),
        ("ffmpeg", shutil.which("ffmpeg") is not None),
        ("fonts-noto-core", _packaged("fonts-noto-core", "truetype/noto/NotoSans-Regular.ttf")),
        ("fonts-noto-cjk", _packaged("fonts-noto-cjk", "opentype/noto/NotoSansCJK-Regular.ttc")),
    ]


def _packaged(package: str, font: str) -> bool:
    if (Path("/usr/share/fonts") / font).exists():
        return True
    if shutil.which("dpkg-query") is None:
        return False
    query = ["dpkg-query", "-W", "-f=${Status}", package]
    said = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    return said.endswith("ok installed")
