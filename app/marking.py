"""The mark before it is signed, and the images that marks may show.

An image is a picture and no proof (F2.12). It is taken from what a person sent by a confined child, kept as
an object, and named by its digest; that it changed is told.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from app.access import Right, require
from app.administration import Deed, Done
from app.marks import DocumentMark, MarkWish, SigningRole
from app.ordering import order_of, seal_over
from app.people import Person
from app.ports import Services
from app.recognising import put, workplace
from app.signable import RIGHTS, check
from app.signatures import pdf_of, twice
from app.workflow import known
from signing.refusals import SigningRefused


def preview(
    services: Services,
    person: Person,
    record_id: str,
    version: int,
    *,
    role: SigningRole,
    wish: MarkWish,
    own: DocumentMark,
    seal: bool,
) -> Mapping[str, Any]:
    """Where the mark would stand, were the record signed so now: `signing.marks.preview.Preview` in JSON.
    Raises RecordNotFound, SigningRefused."""
    record = known(services, person, record_id)
    check(person, record, version, role, seal=seal)
    order = order_of(services, person, record, role=role, wish=wish, own=own, seal=seal)
    if order.mark is None:
        raise SigningRefused(
            "no-mark",
            "Chữ ký này không có dấu hiệu nhìn thấy nên không có gì để xem trước. Hãy chọn loại dấu hiệu.",
            "This signature shows no mark, so that there is nothing to see. Choose a kind of mark.",
        )
    over = seal_over(services, services.agencies.get(record.agency), order) if seal else None
    with services.copies.of(services.objects, pdf_of(record)) as source:
        return twice(lambda: services.signer.preview(source, order, services.now(), over))


@contextmanager
def page_to_sign(
    services: Services, person: Person, record_id: str, number: int, role: SigningRole
) -> Iterator[IO[bytes]]:
    """A JPEG of the page as it is to be signed. Raises RecordNotFound, Forbidden, SigningRefused."""
    record = known(services, person, record_id)
    require(person, RIGHTS[role], record)
    with services.copies.of(services.objects, pdf_of(record)) as source, workplace() as folder:
        made = folder / "page.jpg"
        twice(lambda: services.signer.draw_page(source, number, made))
        with made.open("rb") as stream:
            yield stream


#: Millimetres; what a signature and a seal may measure is narrower (signing/marks/appearance.toml).
_NARROWEST, _WIDEST = 5.0, 200.0

Keep = Callable[[IO[bytes], float | None], object]


class NoImage(LookupError):
    """There is no image of this signature or seal."""


@contextmanager
def image(services: Services, digest: str | None) -> Iterator[IO[bytes]]:
    """The image of this digest. Raises NoImage."""
    if digest is None:
        raise NoImage
    with services.objects.open(digest) as stored:
        yield stored


def width_of(typed: str) -> float | None:
    """The width of ink that a person typed, in millimetres; None for nothing. Raises SigningRefused."""
    if not typed.strip():
        return None
    try:
        width = float(typed.strip().replace(",", "."))
    except ValueError:
        width = 0.0
    if not _NARROWEST <= width <= _WIDEST:
        raise SigningRefused(
            "bad-width",
            "Chiều rộng của nét chữ hoặc con dấu tính bằng milimét, ví dụ 36.",
            "The width of the ink is in millimetres, such as 36.",
        )
    return width


def set_image(services: Services, person: Person, source: IO[bytes], width: float | None) -> None:
    """Keep the image of a person's own signature. Raises Forbidden, PersonNotFound, SigningRefused."""
    require(person, Right.SIGN)
    digest = _kept(services, source, "person", width)
    require(services.people.get(person.username), Right.SIGN)  # sending and looking take a while
    done = _done(services, person, f"person:{person.username}", Deed.IMAGE_SET)
    services.people.set_image(person.username, digest, [done])


def remove_image(services: Services, person: Person) -> None:
    """Show no image any more. Raises Forbidden."""
    require(person, Right.SIGN)
    done = _done(services, person, f"person:{person.username}", Deed.IMAGE_REMOVED)
    services.people.set_image(person.username, None, [done])


def set_seal_image(
    services: Services, admin: Person, code: str, source: IO[bytes], width: float | None
) -> None:
    """Keep the image of an agency's seal. Raises Forbidden, AgencyNotFound, SigningRefused."""
    require(admin, Right.ADMINISTER)
    services.agencies.get(code)
    digest = _kept(services, source, "agency", width)
    require(services.people.get(admin.username), Right.ADMINISTER)
    done = _done(services, admin, f"agency:{code}", Deed.SEAL_IMAGE_SET)
    services.agencies.set_image(code, digest, [done])


def remove_seal_image(services: Services, admin: Person, code: str) -> None:
    """Raises Forbidden, AgencyNotFound."""
    require(admin, Right.ADMINISTER)
    done = _done(services, admin, f"agency:{code}", Deed.SEAL_IMAGE_REMOVED)
    services.agencies.set_image(code, None, [done])


def _kept(services: Services, source: IO[bytes], kind: str, width: float | None) -> str:
    """The digest of the ink that the picture shows. Raises SigningRefused."""
    with workplace() as folder:
        came, made = folder / "came", folder / "made.png"
        with came.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        twice(_inking(services, came, made, kind, width))
        return put(services, made).digest


def _inking(services: Services, came: Path, made: Path, kind: str, width: float | None) -> Callable[[], None]:
    return lambda: services.signer.ink(came, made, kind, width)


def _done(services: Services, actor: Person, subject: str, deed: Deed) -> Done:
    return Done(subject, deed, actor.username, services.now())
