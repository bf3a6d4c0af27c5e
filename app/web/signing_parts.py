"""What the pages share where people sign."""

from typing import get_args

from app.front.middleware import CONTENT_POLICY
from app.marks import MarkKind, MarkWish
from app.ordering import wished
from app.people import Person
from app.ports import Services
from app.web.forms import Posted

#: VGCA Sign Service listens there, and nowhere else (domain F3.12).
_AGENT = "wss://127.0.0.1:8987"
#: Headers of a page that may reach, beside the service, the signing program of the person's own machine.
REACHING_THE_AGENT = {
    "Content-Security-Policy": CONTENT_POLICY.replace("connect-src 'self'", f"connect-src 'self' {_AGENT}")
}


def sealing_agency(services: Services, person: Person) -> str:
    """The name of the person's agency where its seal can follow; nothing where it has no key for one."""
    agency = services.agencies.get(person.agency)
    return agency.name if agency.seal_key else ""


def wish_of(person: Person, posted: Posted) -> MarkWish:
    """What a form without script asks for. Raises SigningRefused."""
    chosen = posted.get("mark")
    kind: MarkKind | None = next((kind for kind in get_args(MarkKind) if kind == chosen), None)
    if chosen in ("sao-y", "sao-luc", "trich-sao"):
        return MarkWish("copy", chosen)
    wish = MarkWish(None if kind == "copy" else kind)
    return wished(person, wish, image=kind == "person" and posted.get("image") == "yes")
