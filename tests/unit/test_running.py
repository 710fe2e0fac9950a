"""How a command finds the Gemba that runs on this machine."""

import os
from pathlib import Path

import pytest

from backend.running import adopt, remember


def test_a_command_takes_the_settings_of_what_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `gemba up` was told is what a later command is told; only its user can read it."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("GEMBA_SECRET", raising=False)
    remember(tmp_path, {"DATABASE_URL": "postgresql://somewhere/floor", "GEMBA_SECRET": "s" * 40})
    adopt(tmp_path)
    assert os.environ["DATABASE_URL"] == "postgresql://somewhere/floor"
    assert (tmp_path / "environment.json").stat().st_mode & 0o077 == 0
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("GEMBA_SECRET")


def test_given_settings_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a database of its own a command never looks at what else runs here."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://mine/floor")
    remember(tmp_path, {"DATABASE_URL": "postgresql://somewhere/floor"})
    adopt(tmp_path)
    assert os.environ["DATABASE_URL"] == "postgresql://mine/floor"
