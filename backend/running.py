"""How a command on this machine finds the Gemba that `gemba up` runs: its settings lie in its state folder, for its user only."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

_NAME = "environment.json"


def remember(state: Path, environment: Mapping[str, str]) -> None:
    """Writes what the running processes were told. Readable by its user only: there are passwords in it."""
    path = state / _NAME
    handle = os.open(path.with_suffix(".part"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(dict(environment), file)
    path.with_suffix(".part").rename(path)


def adopt(state: Path) -> None:
    """Takes over the settings of the Gemba that runs from `state`, unless the environment names a database."""
    path = state / _NAME
    if os.environ.get("DATABASE_URL") or not path.exists():
        return
    kept: dict[str, str] = json.loads(path.read_text())
    os.environ.update({name: value for name, value in kept.items() if name not in os.environ})
