"""The floor's app with routes that misbehave."""

from collections.abc import AsyncIterator

import httpx
import pytest

from backend.kernel.embedded import Urls
from tests.api.http.trial_routes import TRIAL_ROUTES
from tests.support.floor_app import Floor, running_app, settings_for


@pytest.fixture
async def trial(floor_urls: Urls) -> AsyncIterator[Floor]:
    """A floor whose app has the trial's routes too."""
    async with running_app(settings_for(floor_urls), handlers=TRIAL_ROUTES) as app:
        floor = Floor(app, app.state.db)
        yield floor
        await floor.close()


@pytest.fixture
def client(trial: Floor) -> httpx.AsyncClient:
    """A browser nobody is signed in on."""
    return trial.client()
