"""A person says of what kind a paper is, and its fields are taken anew."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from app.access import Right, require
from app.audit import Action
from app.people import Person
from app.ports import Services
from app.recognising import an_event
from app.records import FieldValue, IllegalTransition, Record, RecordChanged, Status
from app.review import BadFieldValue
from app.workflow import ask_for_reading, known
from ocr.kinds.catalogue import UNKNOWN, catalogue, fields_of


@dataclass(frozen=True, slots=True)
class Consequence:
    """What another kind does to values that a person confirmed, by the names of their fields: `kept` are to
    be confirmed again, `left` are no fields of that kind; the history keeps them."""

    kept: tuple[str, ...]
    left: tuple[str, ...]


class ConsequenceUnsaid(ValueError):
    """Values were confirmed, and the person has not agreed to what becomes of them."""

    def __init__(self, code: str, consequence: Consequence) -> None:
        self.vi = (
            f"Hồ sơ có {len(consequence.kept) + len(consequence.left)} giá trị đã xác nhận. Đổi loại thì "
            f"{len(consequence.kept)} giá trị được giữ và phải xác nhận lại, {len(consequence.left)} giá trị "
            "không thuộc loại mới, chỉ còn trong lịch sử."
        )
        self.en = (
            f"The record has {len(consequence.kept) + len(consequence.left)} confirmed values. With another "
            f"kind {len(consequence.kept)} are kept and have to be confirmed again, {len(consequence.left)} "
            "are no fields of that kind and stay in the history alone."
        )
        super().__init__(f"{self.vi} — {self.en}")
        self.code = code
        self.consequence = consequence


class KindFixed(ValueError):
    """A signature stands on what the record is."""

    def __init__(self) -> None:
        self.vi = "Bản số hóa đã được ký nên không đổi loại giấy tờ được nữa."
        self.en = "The copy has been signed, so its kind can no longer be changed."
        super().__init__(f"{self.vi} — {self.en}")


def changeable(record: Record) -> bool:
    """Whether a person may still say of what kind it is: it was read, and nothing of it is signed."""
    read = record.status in (Status.AWAITING_REVIEW, Status.CONFIRMED)
    return read and record.digitised is None and record.signed is None


def consequence(fields: Mapping[str, FieldValue], code: str) -> Consequence:
    """What the kind of this code would do to these fields. A field that a person left empty is no value."""
    confirmed = [field.name for field in fields.values() if field.confirmed_at and field.confirmed]
    names = fields_of(code)
    return Consequence(
        tuple(name for name in confirmed if name in names),
        tuple(name for name in confirmed if name not in names),
    )


def say_kind(
    services: Services,
    person: Person,
    record_id: str,
    version: int,
    code: str,
    *,
    left: Collection[str] | None = None,
) -> Record:
    """The record, to be understood as a paper of this kind in a new attempt that begins with the pages of
    the last; nothing is read anew. It then awaits review. `left`: the fields of whose confirmed values the
    person knows that they are left behind. Raises RecordNotFound, Forbidden, RecordChanged, KindFixed,
    IllegalTransition (it is not read), BadFieldValue, ConsequenceUnsaid."""
    record = known(services, person, record_id)
    require(person, Right.CONFIRM, record)
    if record.version != version:
        raise RecordChanged(f"version {record.version}, not {version}")
    if record.status in (Status.CONFIRMED, Status.SIGNED) and not changeable(record):
        raise KindFixed
    if not changeable(record):
        raise IllegalTransition(record.status, Status.RECOGNISING)
    if code not in catalogue() or code == UNKNOWN:  # which nobody needs to say
        raise BadFieldValue(
            "kind", f"Không có loại giấy tờ “{code}”.", f"There is no kind of paper “{code}”."
        )
    follows = consequence(services.parts.fields(record_id), code)
    if follows != Consequence((), ()) and (left is None or set(left) != set(follows.left)):
        raise ConsequenceUnsaid(code, follows)
    anew = replace(record.moved(Status.RECOGNISING), attempt=record.attempt + 1, said_kind=code)
    former = record.kind.code if record.kind else UNKNOWN
    event = an_event(services, record.id, Action.KIND_SAID, person.username, kind=code, former_kind=former)
    saved = services.records.save(anew, [event], pages_of=record.attempt)
    ask_for_reading(services, saved)
    return saved
