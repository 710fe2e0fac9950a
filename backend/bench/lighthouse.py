"""Lighthouse's own verdict on the handheld app: mobile, CPU 4 times slower, slow 4G, as the tool has them by default.

Lighthouse is no part of Gemba's set-up: it is fetched into `pwa/tools` the first time this bench wants it.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from backend.app import PWA_DIST
from backend.bench.chromium import BROWSERS

VERSION: Final = "13.5.0"
_BIN: Final = Path(sys.executable).parent
_TOOLS: Final = PWA_DIST.parent / "tools"
_PROGRAM: Final = _TOOLS / "node_modules" / "lighthouse" / "cli" / "index.js"
_CHROME: Final = "--headless=new --no-sandbox --disable-dev-shm-usage --disable-gpu"
_LCP_MS, _TBT_MS, _SCORE = 1800.0, 100.0, 100.0
_PATIENCE_S: Final = 300


def tell_lighthouse(url: str, tell: Callable[[str], None], row: Callable[[str, float, float], None]) -> None:
    """Prints what Lighthouse measures of the app at `url`, and every point in which it finds it not accessible."""
    if not _is_there():
        tell("Lighthouse cannot be had here: its figures are left out")
        return
    found = _verdict(url)
    audits = found["audits"]
    row("Lighthouse: LCP, ms", audits["largest-contentful-paint"]["numericValue"], _LCP_MS)
    row("Lighthouse: total blocking time, ms", audits["total-blocking-time"]["numericValue"], _TBT_MS)
    category = found["categories"]["accessibility"]
    tell(f"{'Lighthouse: accessibility score':44}{category['score'] * 100:10.0f}{f'≥ {_SCORE:g}':>9}")
    for one in category["auditRefs"]:
        audit = audits[one["id"]]
        if audit["score"] is not None and audit["score"] < 1 and one["weight"] > 0:
            tell(f"   {audit['title']}")


def _is_there() -> bool:
    if not _PROGRAM.exists():
        asked = [str(_BIN / "npm"), "install", f"lighthouse@{VERSION}"]
        quiet = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund"]
        subprocess.run([*asked, *quiet], cwd=_TOOLS, env=_environment(), capture_output=True, check=False)  # noqa: S603
    return _PROGRAM.exists()


def _environment() -> dict[str, str]:
    chrome = next(filter(None, map(shutil.which, BROWSERS)), "")
    return {**os.environ, "PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}", "CHROME_PATH": chrome}


def _verdict(url: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="gemba-lighthouse-") as folder:
        report = Path(folder) / "report.json"
        asked = [
            str(_BIN / "node"),
            str(_PROGRAM),
            url,
            "--quiet",
            "--output=json",
            f"--output-path={report}",
        ]
        only = ["--only-categories=performance,accessibility", f"--chrome-flags={_CHROME}"]
        subprocess.run(  # noqa: S603
            [*asked, *only],
            cwd=folder,
            env=_environment(),
            capture_output=True,
            check=True,
            timeout=_PATIENCE_S,
        )
        verdict: dict[str, Any] = json.loads(report.read_text())
        return verdict
