"""A page of which only the title was read."""

import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify, said
from tests.ocr.typed import At, page


@pytest.mark.parametrize("title", ["THÔNG BÁO", "GIẤY PHÉP LÁI XE"])
def test_a_page_with_a_title_and_nothing_else_is_understood(title: str) -> None:
    """Where no line stood under a title, the extraction of fields failed."""
    one = page(At(900, 300, title))
    for kind in (classify([one]), said("TB")):
        assert not [name for name, field in extract([one], kind).items() if name == "subject" and field.value]
