"""What a person should look at before they confirm: fields that may have been misread."""

from app.records import FieldValue

FIELD_THRESHOLD = 0.95
#: A wrong digit here sends a paper to another person or another year, so these are looked at sooner.
STRICT_THRESHOLD = 0.97
_STRICT = frozenset({"number", "symbol", "date", "personal_id", "serial", "registry_number", "company_id"})


def doubtful_field(field: FieldValue) -> bool:
    """A field that no person has confirmed, and that was read weakly or is handwritten."""
    if field.confirmed_at is not None or field.state == "absent":
        return False
    if field.state == "handwritten":
        return True
    strict = field.name in _STRICT or "date" in field.name or field.name.endswith("_id")
    return field.read.confidence < (STRICT_THRESHOLD if strict else FIELD_THRESHOLD)


def to_compare(field: FieldValue) -> bool:
    """Whether what the form offers is not a reading: a guess at handwriting, or the print around it."""
    return field.confirmed_at is None and field.state == "handwritten" and field.read.value is not None
