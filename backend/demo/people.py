"""Who can sign in to the demo, and the code that turns a browser into one of its devices."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.access.people import add_enrolment_code, add_person
from backend.access.pins import Pins
from backend.access.tables import Person as PersonRow
from backend.access.tokens import derived
from backend.demo.booking import named_id
from backend.demo.company import Person, read_company

LETTERS = "ACDEFGHJKMNPQRTVWXY34679"  # none that is mistaken for another
CODE_USES = 1000
CODE_VALID = timedelta(days=365)


class DemoLogin(msgspec.Struct, frozen=True):
    """A badge to scan and the PIN that goes with it."""

    name: str
    badge: str
    pin: str
    roles: tuple[str, ...]
    language: str


def demo_logins() -> list[DemoLogin]:
    """Everybody of `fixtures/people.yaml`, in the order of the file."""
    return [_login(person) for person in read_company().people]


def _login(person: Person) -> DemoLogin:
    return DemoLogin(person.name, person.badge, person.pin, tuple(person.roles), person.language)


def enrolment_code(secret: str) -> str:
    """This installation's code for enrolling demo devices: the same as long as its secret is, and no other's."""
    letters = "".join(LETTERS[byte % len(LETTERS)] for byte in derived(secret, "demo enrolment")[:10])
    return f"{letters[:5]}-{letters[5:]}"


async def add_people(
    connection: AsyncConnection, secret: str, site_id: UUID, people: Sequence[Person]
) -> int:
    """Adds who is not there yet, renews the enrolment code, and returns how many people were added."""
    known = set((await connection.execute(select(PersonRow.badge))).scalars())
    pins = Pins(secret)
    new = [person for person in people if person.badge not in known]
    for person in new:
        await add_person(
            connection,
            pins,
            site_id=site_id,
            badge=person.badge,
            name=person.name,
            pin=person.pin,
            roles=person.roles,
            language=person.language,
            person_id=named_id("person", person.badge),
        )
    await add_enrolment_code(
        connection, site_id=site_id, code=enrolment_code(secret), uses=CODE_USES, valid=CODE_VALID
    )
    return len(new)
