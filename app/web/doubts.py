"""What a person should look at before they confirm: words and fields that may have been misread."""

from app.records import FieldValue
from ocr.recognition import Word

#: Words below this are underlined. Of two readings that agree, about one in a thousand is wrong; of a single
#: reading below this, about one in four.
WORD_THRESHOLD = 0.80
FIELD_THRESHOLD = 0.80
#: A wrong digit here sends a paper to another person or another year, so these are looked at sooner.
STRICT_THRESHOLD = 0.93
_STRICT = frozenset({"number", "symbol", "date", "personal_id", "serial", "registry_number", "company_id"})


def doubtful_word(word: Word) -> bool:
    return word.confidence < WORD_THRESHOLD


def doubtful_field(field: FieldValue) -> bool:
    """A field that no person has confirmed, and that was read weakly or is handwritten."""
    if field.confirmed_at is not None or field.state == "absent":
        return False
    if field.state == "handwritten":
        return True
    strict = field.name in _STRICT or "date" in field.name or field.name.endswith("_id")
    return field.read.confidence < (STRICT_THRESHOLD if strict else FIELD_THRESHOLD)
