"""What a signature is to say and to show, of a record and of what a person chose."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.agencies import Agency
from app.audit import Event
from app.marks import NO_WISH, NOTHING_OF_ITS_OWN, DocumentMark, MarkWish, SigningRole
from app.people import Person
from app.ports import Services, SigningOrder
from app.records import Record
from signing.marks.appearance import Appearance
from signing.refusals import SigningRefused


def order_of(
    services: Services,
    person: Person,
    record: Record,
    *,
    role: SigningRole = SigningRole.OFFICIAL,
    wish: MarkWish = NO_WISH,
    own: DocumentMark = NOTHING_OF_ITS_OWN,
    reason: str = "",
    seal: bool = False,
) -> SigningOrder:
    """How the signature of a person looks. Where the person chose no kind of mark, it is the person's own
    where the agency's seal follows, and else the agency's; of who digitised, always that of F1.2."""
    mark = _mark(services, person, record, wish, own, role, seal=seal)
    if mark is None:
        return SigningOrder("none", reason=reason, followed=seal)
    return SigningOrder(mark.kind, reason=reason, mark=mark.to_json(), followed=seal)


def _mark(
    services: Services,
    person: Person,
    record: Record,
    wish: MarkWish,
    own: DocumentMark,
    role: SigningRole,
    *,
    seal: bool,
) -> Appearance | None:
    stands: dict[str, Any] = {
        "page": own.place.page,
        "at": own.place.at,
        "elsewhere": wish.elsewhere and own.place.page is None and own.place.at is None,
    }
    if role is SigningRole.DIGITISER:  # the time is that of scanning, or rather of when the scan came (F1.2)
        return Appearance(
            "digitiser",
            person.name,
            code=own.code,
            time=record.received_at,
            lookup=record.code,
            link=_link(services, record.code),
            **stands,
        )
    kind = wish.kind or ("person" if seal else "agency")
    if kind == "none":
        return None
    name = person.name if kind == "person" else services.agencies.get(person.agency).name
    image = _image(services, wish.image) if kind == "person" and wish.image else None
    lookup = "" if image or _told(services, record) else record.code
    link = _link(services, lookup)
    return Appearance(kind, name, form=wish.form, image=image, lookup=lookup, link=link, **stands)


def order_of_seal(
    services: Services, record: Record, agency: Agency, *, visible: bool = True
) -> SigningOrder:
    """How the agency's seal looks: its image over a signature that shows one (F2.12), on the page where that
    was seen to stand; else its words. Nobody watches, so a page without room gives way to the next."""
    if not visible:
        return SigningOrder("none")
    shown = [event.details for event in _signings(services, record) if event.details.get("image")]
    image = _image(services, agency.seal_image) if shown and agency.seal_image else None
    page = shown[-1].get("page") if image else None
    lookup = "" if image or _told(services, record) else record.code
    mark = Appearance(
        "agency",
        agency.name,
        page=page if isinstance(page, int) else None,
        image=image,
        lookup=lookup,
        link=_link(services, lookup),
        elsewhere=image is None,
    )
    return SigningOrder("agency", mark=mark.to_json())


def seal_over(services: Services, agency: Agency, order: SigningOrder) -> Mapping[str, Any] | None:
    """The image of the agency's seal that will lie over the mark of an order, which shows one; else
    nothing."""
    if not agency.seal_image or not order.mark or not order.mark.get("image"):
        return None
    return Appearance("agency", agency.name, image=_image(services, agency.seal_image)).to_json()


def _link(services: Services, code: str) -> str:
    """Where anybody with a telephone looks the paper up: the public page and the code, and nothing else."""
    return f"{services.public_url}/lookup?code={code}" if services.public_url and code else ""


def _told(services: Services, record: Record) -> bool:
    """Whether a mark on the document says its look-up code already: once is enough."""
    return any(event.details.get("lookup") for event in _signings(services, record))


def _signings(services: Services, record: Record) -> Iterator[Event]:
    """What was told as the files that the record has were signed."""
    files = {digest for digest in (record.digitised, record.signed) if digest}
    return (event for event in services.history.of(record.id) if event.details.get("sha256") in files)


def _image(services: Services, digest: str) -> bytes:
    with services.objects.open(digest) as stored:
        return stored.read()


def wished(person: Person, wish: MarkWish, *, image: bool) -> MarkWish:
    """The wish with the digest of the person's own image. Raises SigningRefused."""
    if not image:
        return wish
    if person.signature_image is None:
        raise SigningRefused(
            "no-image",
            "Tài khoản của bạn chưa có ảnh chữ ký. Hãy tải ảnh lên, hoặc ký không kèm ảnh.",
            "Your account has no image of a signature. Send one, or sign without an image.",
        )
    return MarkWish(wish.kind or "person", wish.form, person.signature_image, wish.elsewhere)
