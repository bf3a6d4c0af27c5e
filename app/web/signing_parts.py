"""What the pages share where people sign."""

from typing import get_args

from app.front.middleware import CONTENT_POLICY
from app.marks import DocumentMark, MarkKind, MarkWish, Place
from app.ordering import wished
from app.people import Person
from app.ports import Services
from app.web.forms import Posted
from signing.refusals import SigningRefused

#: VGCA Sign Service listens there, and nowhere else (domain F3.12).
_AGENT = "wss://127.0.0.1:8987"
#: Millimetres, and pages; papers are smaller, and the service says which page there is none of.
_FARTHEST = 5000.0
#: Headers of a page that may reach, beside the service, the signing program of the person's own machine.
REACHING_THE_AGENT = {
    "Content-Security-Policy": CONTENT_POLICY.replace("connect-src 'self'", f"connect-src 'self' {_AGENT}")
}


def sealing_agency(services: Services, person: Person) -> str:
    """The name of the person's agency where its seal can follow; nothing where it has no key for one."""
    agency = services.agencies.get(person.agency)
    return agency.name if agency.seal_key else ""


class BadPlace(SigningRefused):
    """A place that cannot be meant. `fields`: those to mend, of page, left and top."""

    def __init__(self, fields: frozenset[str]) -> None:
        super().__init__(
            "bad-place",
            "Chỗ đặt dấu hiệu gồm số trang (1, 2, …) và khoảng cách bằng milimét đến mép trái và mép trên, "
            "ví dụ 120 và 30. Hãy sửa, hoặc để trống cả hai khoảng cách.",
            "The place of the mark is a page (1, 2, …) and millimetres from the left and the top edge, such "
            "as 120 and 30. Mend it, or leave both distances empty.",
        )
        self.fields = fields


def place_of(posted: Posted) -> DocumentMark:
    """Where a form without script wants the mark: a page, and millimetres from its top left corner, or
    neither. Raises BadPlace."""
    typed = {name: posted.get(f"place-{name}").strip() for name in ("page", "left", "top")}
    numbers = {name: _number(value) for name, value in typed.items() if value}
    page, left, top = (numbers.get(name) for name in ("page", "left", "top"))
    bad = {name for name, number in numbers.items() if number is None}
    bad |= {"page"} if page is not None and (page < 1 or page != int(page)) else set()
    bad |= {"left", "top"} - set(numbers) if typed["left"] or typed["top"] else set()
    if bad:
        raise BadPlace(frozenset(bad))
    at = (left, top) if left is not None and top is not None else None
    return DocumentMark(Place(None if page is None else int(page), at))


def _number(typed: str) -> float | None:
    """None where it is none, or one that no paper has."""
    try:
        number = float(typed.replace(",", "."))
    except ValueError:
        return None
    return number if 0 <= number <= _FARTHEST else None


def wish_of(person: Person, posted: Posted) -> MarkWish:
    """What a form without script asks for. Raises SigningRefused."""
    chosen = posted.get("mark")
    kind: MarkKind | None = next((kind for kind in get_args(MarkKind) if kind == chosen), None)
    if chosen in ("sao-y", "sao-luc", "trich-sao"):
        return MarkWish("copy", chosen)
    wish = MarkWish(None if kind == "copy" else kind)
    return wished(person, wish, image=kind == "person" and posted.get("image") == "yes")
