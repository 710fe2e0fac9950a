"""The link's secret is tried when a process starts."""

import pytest

from backend.kernel.settings import MissingSetting, from_environment


@pytest.mark.parametrize("secret", ["whsec_####" + "x" * 40, "short " + "x" * 40])
def test_a_broken_secret_stops_the_start(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret that could sign nothing is told by its variable's name at the start, not at the first message."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://nowhere/x")
    monkeypatch.setenv("GEMBA_SECRET", "s" * 40)
    monkeypatch.setenv("GEMBA_LINK_SECRET", secret)
    with pytest.raises(MissingSetting, match="GEMBA_LINK_SECRET"):
        from_environment()
