"""What may be signed, by whom, and as what."""

from app.access import Forbidden, Right, may, require
from app.marks import SigningRole
from app.people import Person
from app.records import IllegalTransition, Record, RecordChanged, Status
from app.signatures import changed_meanwhile
from signing.refusals import SigningRefused

RIGHTS = {SigningRole.OFFICIAL: Right.SIGN, SigningRole.DIGITISER: Right.DIGITISE}


def require_any(person: Person) -> None:
    """Raises Forbidden unless the person may sign at all, in whatever role."""
    if not any(may(person, right) for right in RIGHTS.values()):
        raise Forbidden(Right.SIGN)


def require_role(person: Person, role: SigningRole, record: Record | None = None, *, seal: bool) -> None:
    """Raises Forbidden unless the person may sign so; after an official the seal follows by law, after a
    digitiser it needs the right of its own."""
    require(person, RIGHTS[role], record)
    if seal and role is SigningRole.DIGITISER:
        require(person, Right.SEAL, record)


def require_signable(person: Person, record: Record, version: int, role: SigningRole, *, seal: bool) -> None:
    """The record is as it was shown, and may be signed by this person so. Raises Forbidden,
    IllegalTransition, SigningRefused, RecordChanged."""
    require_role(person, role, record, seal=seal)
    record.moved(Status.SIGNED)
    if role is SigningRole.DIGITISER:
        check_digitisable(record)
    if record.version != version:
        raise RecordChanged(f"version {record.version}, not {version}")


def check(person: Person, record: Record, version: int, role: SigningRole, *, seal: bool) -> None:
    """The same for one of many, which says all of it in words. Raises SigningRefused."""
    try:
        require_signable(person, record, version, role, seal=seal)
    except Forbidden as error:
        raise SigningRefused(
            "forbidden",
            "Vai trò của bạn không được ký hồ sơ này. Hãy nhờ người có quyền.",
            "Your role may not sign this record. Ask somebody who may.",
        ) from error
    except IllegalTransition as error:
        raise SigningRefused(
            "not-to-be-signed",
            "Hồ sơ không ở trạng thái chờ ký: chưa được xác nhận, hoặc đã ký rồi. Hãy mở lại hồ sơ.",
            "The record does not wait for a signature: it is not confirmed yet, or signed already. "
            "Open it again.",
        ) from error
    except RecordChanged as error:
        raise changed_meanwhile() from error


def check_digitisable(record: Record) -> None:
    """Of a confirmed record: it is a copy of paper that nobody signed as its digitiser. Raises
    SigningRefused."""
    if record.digitally_signed:
        raise SigningRefused(
            "came-signed",
            "Tệp này đến đã có chữ ký số, không phải bản quét từ giấy, nên không ký số hóa. Hãy bỏ khỏi lô.",
            "This file came with a digital signature and is no scan of paper, so nobody signs it as its "
            "digitiser. Leave it out.",
        )
    if record.digitised is not None:
        raise SigningRefused(
            "digitised-before",
            "Bản số hóa này đã có chữ ký của người số hóa. Hãy mở lại hồ sơ để xem.",
            "Somebody has signed this copy as its digitiser already. Open the record again to see.",
        )
