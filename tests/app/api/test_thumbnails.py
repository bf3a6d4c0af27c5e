"""Small images of pages that were read before there were any, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from PIL import Image

from app import thumbnails
from app.audit import Action, Event
from app.records import ReadPage, Record, RecordNotFound
from tests.app.database.examples import a_page
from tests.app.front import Desk
from tests.app.workers import STRANGER


def _read_long_ago(desk: Desk, picture: bytes) -> Record:
    """A record with one page, its image in the store and no small one."""
    record = desk.receive()
    image = desk.services.objects.put(BytesIO(picture)).digest
    event = Event(record.id, Action.PAGE_READ, "x", desk.services.now())
    desk.services.parts.keep_page(record.id, 1, ReadPage(a_page(1).page, image), event)
    return record


@pytest.mark.parametrize(("mode", "form"), [("1", "PNG"), ("L", "JPEG"), ("RGB", "JPEG")])
def test_they_are_made_when_first_asked_for_and_kept(desk: Desk, mode: str, form: str) -> None:
    picture = BytesIO()
    Image.new(mode, (1654, 2339), 1 if mode == "1" else "white").save(picture, form)
    record = _read_long_ago(desk, picture.getvalue())
    clerk, address = desk.program("clerk"), f"/api/v1/records/{record.id}/pages/1/image"
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: clerk.get(address, params={"small": "yes"}), range(4)))
    assert {answer.status_code for answer in answers} == {200}
    with Image.open(BytesIO(answers[0].content)) as small:
        assert (small.format, small.width) == ("JPEG", 200)
    page = desk.services.parts.page(record.id, 1)
    assert page is not None
    assert page.thumbnail is not None
    with desk.services.objects.open(page.thumbnail) as kept:
        assert kept.read() == answers[0].content
    assert clerk.get(address).content == picture.getvalue(), "the page image stays"


def test_where_one_cannot_be_made_the_whole_image_is_given(lite_desk: Desk) -> None:
    broken = b"\x89PNG\r\n\x1a\n and no more"
    record = _read_long_ago(lite_desk, broken)
    clerk, address = lite_desk.program("clerk"), f"/api/v1/records/{record.id}/pages"
    assert clerk.get(f"{address}/1/image?small=yes").content == broken
    page = lite_desk.services.parts.page(record.id, 1)
    assert page is not None
    assert page.thumbnail is None
    assert clerk.get(f"{address}/2/image?small=yes").status_code == 404
    with pytest.raises(RecordNotFound):
        thumbnails.make(lite_desk.services, STRANGER, record.id, 1)
