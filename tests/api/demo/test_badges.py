"""The page of demo badges."""

import re

import scanning
from backend.demo.people import demo_logins, enrolment_code
from backend.kernel.embedded import Urls
from tests.support.floor_app import SECRET, client_of, running_app, settings_for


async def test_a_demo_shows_its_badges(demo_urls: Urls) -> None:
    """The page names everybody with PIN and enrolment code, has nothing inline, and each picture reads as the badge."""
    async with running_app(settings_for(demo_urls, demo=True)) as app, client_of(app) as client:
        page = await client.get("/demo/badges")
        assert page.status_code == 200
        assert enrolment_code(SECRET) in page.text
        assert "<style" not in page.text
        assert "style=" not in page.text
        for link in re.findall(r'(?:src|href)="(/demo[^"]+)"', page.text):
            assert (await client.get(link)).status_code == 200, link
        for login in demo_logins()[:2]:
            assert login.name in page.text
            picture = await client.get(f"/demo/badges/{login.badge}/picture.png")
            assert {symbol.text for symbol in scanning.read(picture.content).confirmed} == {login.badge}
        assert (await client.get("/demo/badges/P-0000/picture.png")).status_code == 404


async def test_elsewhere_there_are_none(demo_urls: Urls) -> None:
    """A floor that is no demo tells nobody's PIN."""
    async with running_app(settings_for(demo_urls, demo=False)) as app, client_of(app) as client:
        page = await client.get("/demo/badges")
        assert "PIN" not in page.text
        assert (await client.get("/demo/badges/P-1001/picture.png")).status_code == 404
        assert (await client.get("/demo/badges/sheet.pdf")).status_code == 404


async def test_the_enrolment_code_is_this_installations_own() -> None:
    """Another secret, another code: no demo opens another's door."""
    assert enrolment_code(SECRET) == enrolment_code(SECRET)
    assert enrolment_code(SECRET) != enrolment_code(SECRET + "2")
    assert re.fullmatch(r"[A-Z0-9]{5}-[A-Z0-9]{5}", enrolment_code(SECRET))
