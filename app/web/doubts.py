"""What a person should look at before they confirm: fields that may have been misread."""

from collections.abc import Sequence

from app.asked_again import words_in
from app.records import FieldValue
from ocr.confidence import GUESSED
from ocr.recognition import Page, Word

FIELD_THRESHOLD = 0.95
#: A wrong digit here sends a paper to another person or another year, so these are looked at sooner.
STRICT_THRESHOLD = 0.97
_STRICT = frozenset({"number", "symbol", "date", "personal_id", "serial", "registry_number", "company_id"})
#: What a pen wrote or covered; `unread` is ink that is in no word.
_PEN = frozenset({"handwriting", "signature", "unread"})


def doubtful_field(field: FieldValue) -> bool:
    """A field that no person has confirmed, and that was read weakly or is handwritten."""
    if field.confirmed_at is not None or field.state == "absent":
        return False
    if field.state == "handwritten":
        return True
    return field.read.confidence < (STRICT_THRESHOLD if is_strict(field.name) else FIELD_THRESHOLD)


def is_strict(name: str) -> bool:
    """Whether a field is figures, of which one that is wrong looks as good as one that is right."""
    return name in _STRICT or "date" in name or name.endswith(("_id", "_on", "_until"))


def to_compare(field: FieldValue) -> bool:
    """Whether what the form offers is not a reading: a guess at handwriting, the print around it, or nothing
    where something stands on the paper."""
    return field.confirmed_at is None and field.state == "handwritten"


def print_in(field: FieldValue, page: Page) -> tuple[Word, ...]:
    """The words in the place of a value that the reader left open although they are print: it may be another
    value than it seems (docs/decisions/0023). None where a pen wrote there, or the words were guessed."""
    if field.state != "handwritten" or field.read.value is not None or field.box is None:
        return ()
    words = tuple(words_in(page, field.box))
    pen = [region.box for region in page.regions if region.kind in _PEN]
    pen += [seen.box for seen in page.handwriting if not seen.printed]
    guessed = any(word.confidence < GUESSED for word in words)
    return () if guessed or any(field.box.shared(box) for box in pen) else words


def as_read(field: FieldValue, words: Sequence[Word]) -> str:
    """What a person may fill in with one key of a value that was left open although it is print (`print_in`);
    of figures nothing, with a unit or a letter beside them (`300 m²`, `CH 01234`) or not: typing them
    compares them."""
    if field.confirmed_at is not None or is_strict(field.name):
        return ""
    text = " ".join(word.text for word in words)
    return text if sum(map(str.isalpha, text)) > sum(map(str.isdigit, text)) else ""
