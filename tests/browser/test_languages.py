"""Home and a pick in every language, without a missing word."""

import re
from typing import Final

import pytest

from tests.browser.conftest import House, NewHandheld
from tests.support.handheld import Handheld
from tests.support.picking_person import PickingPerson

_SPEAK: Final = """(language) => localStorage.setItem('gemba.settings',
  JSON.stringify({...JSON.parse(localStorage.getItem('gemba.settings') ?? '{}'), language}))"""
_WORDS: Final = (
    "() => [...document.querySelectorAll('h1, h2, nav .btn, [data-testid=prompt] > span, .tile b, .tile .note')]"
    ".map((one) => one.textContent.trim()).filter(Boolean)"
)
# The screen stands in the language asked for, and what it asks the server for has come.
_SHOWN: Final = """(language) => document.documentElement.lang === language && document.querySelector('nav .btn')
  && document.querySelector('[data-testid=prompt]') && !/One moment|Een moment|请稍候/.test(document.body.innerText)"""
_HAN: Final = re.compile(r"[一-鿿]")
# Words that are the same in Dutch and English.
_ALIKE: Final = {"Camera", "OK", "Live", "Scan", ""}


async def _words(device: Handheld, language: str) -> list[str]:
    """The words of the present screen in a language, after starting the app anew in it."""
    await device.page.evaluate(_SPEAK, language)
    await device.page.reload()
    await device.page.wait_for_function(_SHOWN, arg=language)
    words: list[str] = await device.page.evaluate(_WORDS)
    text = await device.page.inner_text("body")
    assert not re.search(r"\{\w+\}|undefined|\[object|NaN|\b[a-z]+_[a-z_]+\b", text), text
    return words


def _without(words: str, names: set[str]) -> str:
    """What is said besides the goods' names, which are the same in every language."""
    for name in names:
        words = words.replace(name, "")
    return words.strip()


@pytest.mark.parametrize("language", ["nl", "zh"])
async def test_home_and_a_pick_speak_the_language_throughout(
    house: House, new_handheld: NewHandheld, language: str
) -> None:
    """At home, bin, item and tote no word is left in English and no placeholder is left open."""
    labels = await house.round([((await house.floor.stocked(at_least=30))[0], "1")])
    names = {item["name"] for item in labels.document["items"]}
    device = await new_handheld()
    english = [await _words(device, "en")]
    foreign = [await _words(device, language)]
    await _words(device, "en")
    person = PickingPerson(device, labels)
    asked = await device.take_round(labels.document["number"])
    for _ in range(4):
        english.append(await _words(device, "en"))
        foreign.append(await _words(device, language))
        await _words(device, "en")
        if "Scan tote" in asked:
            break
        asked = await person.step(asked)
    assert len(foreign) >= 4
    for before, after in zip(english, foreign, strict=True):
        assert len(before) == len(after)
        for plain, spoken in zip(before, after, strict=True):
            if _without(plain, names) in _ALIKE or plain == "Bo" or not re.search("[A-Za-z]{3}", plain):
                continue
            assert spoken != plain, f"{plain!r} is English in {language}"
            if language == "zh":
                assert _HAN.search(spoken), spoken
