"""Small images of pages that were read before there were any: made when first asked for, then kept."""

from app.people import Person
from app.ports import Services
from app.recognising import put, workplace
from app.workflow import known


def lacks_one(services: Services, person: Person, record_id: str, number: int) -> bool:
    """Whether that page is there without a small image. Raises RecordNotFound."""
    page = services.parts.page(known(services, person, record_id).id, number)
    return page is not None and page.thumbnail is None


def make(services: Services, person: Person, record_id: str, number: int) -> None:
    """Make the small image of a page and keep it; once, whoever else asks meanwhile. Raises RecordNotFound,
    ReadingFailed."""
    page = services.parts.page(known(services, person, record_id).id, number)
    if page is None or page.thumbnail is not None:
        return
    with services.copies.of(services.objects, page.image) as picture, workplace() as folder:
        services.pictures.shrink(picture, folder / "small.jpg")
        small = put(services, folder / "small.jpg")
    services.parts.keep_thumbnail(record_id, number, page.image, small.digest)
