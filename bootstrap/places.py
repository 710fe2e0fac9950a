"""Where things stand in the checkout."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
STAMPS = TOOLS / "stamps"
LOGS = TOOLS / "logs"
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
LOCK = ROOT / "requirements.lock"
PWA = ROOT / "pwa"
STATE = ROOT / ".state"


def environment(**more: str) -> dict[str, str]:
    """This process's environment with the checkout's own programs first.

    A machine that forbids to keep compiled modules is not obeyed: each of our many processes would compile them all again.
    """
    foreign = ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
    inherited = {name: value for name, value in os.environ.items() if name not in foreign}
    return {**inherited, "PATH": f"{BIN}{os.pathsep}{inherited.get('PATH', os.defpath)}", **more}
