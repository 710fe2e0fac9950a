"""The person before the screen: reads what it asks for and knows what the labels in the racks say."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.async_api import expect

from tests.support.handheld import ASKED, Handheld

MOST_SCANS: Final = 200
_SLOT: Final = re.compile(r"Scan (?:an empty )?tote (?:for slot )?(\d+)")
_PLACE: Final = re.compile(r"Scan (?:bin|place) (\S+)$")
_NAMED: Final = re.compile(r"Scan (handling unit|lot|serial) (\S+)$")


@dataclass
class Labels:
    """What is printed on the things of one round. `document` is the server's round, as JSON; totes are ours to choose."""

    document: dict[str, Any]
    totes: dict[int, str] = field(default_factory=dict)

    def tote(self, slot: int) -> str:
        """The code on the box that stands in this slot of the cart."""
        return self.totes.setdefault(slot, f"TB-{self.document['id'][-10:]}-{slot}")

    def asked_for(self, asked: str) -> str:
        """The code on what the screen asks for, as a scanner reads it.

        Raises:
            LookupError: the screen asks for something that is not of this round.
        """
        last = asked.rsplit(" | ", 1)[-1]
        if slot := _SLOT.search(last):
            return self.tote(int(slot[1]))
        if place := _PLACE.search(last):
            return place[1]
        if named := _NAMED.search(last):
            return self._tracked(named[1], named[2])
        for item in self.document["items"]:
            if last == f"Scan {item['name']}":
                return str(item["packagings"][0]["gtin"])
        raise LookupError(asked)

    def _tracked(self, kind: str, code: str) -> str:
        if kind != "lot":
            return code
        line = next(line for line in self.document["lines"] if line["lot"] and line["lot"]["code"] == code)
        item = next(item for item in self.document["items"] if item["id"] == line["item"])
        return f"]d201{item['packagings'][0]['gtin']}10{code}"

    def place(self, place: str) -> str:
        """The code of a place of the round by its id."""
        return str(next(one["code"] for one in self.document["places"] if one["id"] == place))

    def left_in(self, bin_code: str) -> str:
        """What a count of this bin finds after the picks."""
        return next(
            str(line["leftAfter"])
            for line in self.document["lines"]
            if self.place(line["place"]) == bin_code and line["leftAfter"] is not None
        )


@dataclass
class PickingPerson:
    """Does what the screen of one handheld says, with one round's things at hand."""

    handheld: Handheld
    labels: Labels
    delivered: int = 0

    async def work(self, asked: str, *, until: str | None = None) -> str:
        """Goes on until the round is done, or until the screen asks for something that `until` (a pattern) fits."""
        for _ in range(MOST_SCANS):
            if until and re.search(until, asked):
                return asked
            if "is done" in asked or "finished" in asked:
                return asked
            asked = await self.step(asked)
        raise AssertionError(f"no end of the round: {asked}")

    async def step(self, asked: str) -> str:
        """One scan, or one number typed; returns what is asked next."""
        if "How many are left?" in asked:
            await self._count()
        elif asked.endswith("Scan a tote"):
            slots = sorted(tote["slot"] for tote in self.labels.document["totes"])
            await self.handheld.scan(self.labels.tote(slots[self.delivered]))
            self.delivered += 1
        else:
            await self.handheld.scan(self.labels.asked_for(asked))
        if "empty tote" in asked and await self._is_new(asked):
            await self.handheld.scan(self.labels.asked_for(asked))
        return await self.handheld.after(asked)

    async def _is_new(self, asked: str) -> bool:
        """Whether the device has not heard of this tote yet, and asks for its scan once more."""
        said = await self.handheld.page.wait_for_function(
            f"(before) => document.querySelector('[data-kind=attention]') ? 'new' : ({ASKED})() !== before && 'known'",
            arg=asked,
        )
        return bool(await said.json_value() == "new")

    async def _count(self) -> None:
        bin_code = await self.handheld.page.get_by_test_id("bin-code").get_attribute("aria-label")
        left = self.labels.left_in(bin_code or "")
        await self.handheld.type_number(left)
        every_digit = re.compile(r"\D*".join(left))  # with whatever the language sets between them
        await expect(self.handheld.page.get_by_test_id("number")).to_have_text(every_digit)
        await self.handheld.tap("confirm")
