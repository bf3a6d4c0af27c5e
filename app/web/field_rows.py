"""The fields of a record as the form shows them: value, doubt, place, picture, and what contradicts them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app import numbering
from app.asked_again import words_in
from app.records import AT_REST, FieldValue, Record
from app.review import as_written
from app.web.doubts import as_read, doubtful_field, print_in, to_compare
from ocr.kinds.catalogue import ADMINISTRATIVE_FIELDS, ASKED_OF_ALL
from ocr.recognition import Box, Field, Notice, Page

_LONG_FIELDS = frozenset({"subject", "addressee", "address", "residence", "cause", "purpose"})
_ONE_LINE = 25  # letters that a screen 360 pixels wide shows side by side; of more the end would be hidden
_NOT_READ = Field(None, 0.0, None, None, "absent")
#: Warnings of what counts now, whoever said it; all others are of what was read.
_OF_WHAT_COUNTS = frozenset({numbering.ORDER, numbering.REPEATED})
#: What a warning of `ocr/checks/crosschecks.py` or `app/numbering.py` speaks of; those of codes and lines for
#: machines are named after the field itself.
_PEOPLE = ("personal_id", "wife_personal_id", "husband_personal_id")
_SPEAKS_OF: Mapping[str, tuple[str, ...]] = {
    "date-words": ("date_of_birth_in_words",),
    **{f"personal-id-{what}": _PEOPLE for what in ("province", "birth-year", "sex")},
    **{f"issuer-{what}": ("issuer",) for what in ("place", "district", "commune", "province")},
    **dict.fromkeys((numbering.ORDER, numbering.REPEATED), ("number",)),
    **{code: (name,) for name, code in numbering.WITHHELD.items()},
    **{f"symbol-{what}": ("symbol",) for what in ("kind", "issuer", "year")},
}
#: Around a place that is cut out of the page, in heights of the place: enough to see what stands beside it.
_BESIDE, _ABOVE = 2.5, 0.5
_FLAT = 5  # a picture that is wider than this many of its heights needs the whole row


@dataclass(frozen=True, slots=True)
class Cutout:
    """A part of a page image: the part, and the size of the whole."""

    page: int
    part: Box
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field as the form shows it. `typed` is what a refused form held, `compared` and `taken` whether that
    was ticked; `stands` are the words in the place of a value that is asked again, `as_read` those of one
    that was left open although they are print (`printed`)."""

    field: FieldValue
    typed: str | None = None
    compared: bool = False
    notices: tuple[Notice, ...] = ()
    cutout: Cutout | None = None
    stands: str = ""
    printed: bool = False
    as_read: str = ""
    taken: bool = False

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def doubtful(self) -> bool:
        if self.field.asked_again:
            return True
        return doubtful_field(self.field) or (bool(self.notices) and self.field.confirmed_at is None)

    @property
    def weakly_read(self) -> bool:
        return self.field.state == "read" and doubtful_field(self.field)

    @property
    def to_compare(self) -> bool:
        return to_compare(self.field)

    @property
    def withheld(self) -> bool:
        """Whether there is a guess that is not offered: what is typed is the person's own."""
        return any(notice.code == numbering.WITHHELD.get(self.name) for notice in self.notices)

    @property
    def value(self) -> str:
        return self.typed if self.typed is not None else self.offered

    @property
    def offered(self) -> str:
        return as_written(self.name, self.field.offered)

    @property
    def was_confirmed(self) -> str:
        return as_written(self.name, self.field.confirmed)

    @property
    def anew(self) -> str:
        """What a value that is asked again reads now, where it reads as something else."""
        again = self.field.asked_again and self.field.read.value != self.field.confirmed
        return self.was_read if again else ""

    @property
    def was_read(self) -> str:
        return as_written(self.name, self.field.read.value)

    @property
    def long(self) -> bool:
        return self.name in _LONG_FIELDS or len(self.value) > _ONE_LINE

    @property
    def wide(self) -> bool:
        if self.field.asked_again:
            return True
        part = self.cutout.part if self.cutout else None
        flat = part is not None and part.x1 - part.x0 > _FLAT * (part.y1 - part.y0)
        return self.long or flat or len(self.value) > 22

    @property
    def place(self) -> str:
        """Where it stands, as `x0,y0,x1,y1`."""
        box = self.field.box
        return ",".join(str(side) for side in box.to_json()) if box else ""


def field_rows(
    fields: Mapping[str, FieldValue],
    record: Record,
    pages: Iterable[Page],
    notices: Iterable[Notice],
    posted: Mapping[str, str],
) -> list[FieldRow]:
    """Fields in the order of the paper; of an administrative document also those that were not found."""
    administrative = any(name in fields for name in ("symbol", "subject")) or not fields
    if record.status in AT_REST and administrative:
        asked = (*ADMINISTRATIVE_FIELDS, *ASKED_OF_ALL)
        names = [*asked, *(name for name in fields if name not in asked)]
    else:
        names = list(fields)
    found = [fields.get(name) or FieldValue(name, _NOT_READ) for name in names]
    by_number = {page.number: page for page in pages}
    said = list(notices)
    return [_row(field, names, by_number, said, posted) for field in found]


def _row(
    field: FieldValue,
    names: Collection[str],
    pages: Mapping[int, Page],
    said: Iterable[Notice],
    posted: Mapping[str, str],
) -> FieldRow:
    page = pages.get(field.read.page or 0)
    printed = print_in(field, page) if page else ()
    return FieldRow(
        field,
        posted.get(f"field-{field.name}"),
        f"compared-{field.name}" in posted,
        tuple(n for n in said if _stands(field, n) and spoken_of(n, names) == field.name),
        _cutout(field, page),
        _stands_there(field, page),
        bool(printed),
        as_read(field, printed),
        f"take-{field.name}" in posted,
    )


def spoken_of(notice: Notice, names: Collection[str]) -> str | None:
    """The one field of these that a warning speaks of, or None: it speaks of the paper, or of several."""
    whose, _, rest = notice.code.partition("-")
    if whose in ("qr", "mrz"):
        candidates: Sequence[str] = (rest.replace("-", "_"),)
    else:
        candidates = _SPEAKS_OF.get(notice.code, ())
    shown = [name for name in candidates if name in names]
    return shown[0] if len(shown) == 1 else None


def _stands(field: FieldValue, notice: Notice) -> bool:
    """Whether a warning still counts: one about what was read, as long as that does."""
    return notice.code in _OF_WHAT_COUNTS or field.confirmed_at is None or field.confirmed == field.read.value


def _stands_there(field: FieldValue, page: Page | None) -> str:
    if not field.asked_again or field.box is None or page is None:
        return ""
    return " ".join(word.text for word in words_in(page, field.box))


def _cutout(field: FieldValue, page: Page | None) -> Cutout | None:
    """The picture of what was left open; of a date to the end of its line, as the month may be a pen's."""
    box = field.box
    if field.state != "handwritten" or box is None or page is None:
        return None
    ends = [seen.box.x1 for seen in page.handwriting if seen.part == "date" == field.name]
    tall = box.y1 - box.y0
    part = Box(
        max(0, round(box.x0 - _BESIDE * tall)),
        max(0, round(box.y0 - _ABOVE * tall)),
        min(page.width, max([round(box.x1 + _BESIDE * tall), *ends])),
        min(page.height, round(box.y1 + _ABOVE * tall)),
    )
    return Cutout(page.number, part, page.width, page.height)
