"""Is a certificate of the account that signs, or of the agency whose seal it is?

A certificate counts where it fits the responsibility of the signer (Decree 68/2024/NĐ-CP, Art 31; F3.3), and
each signs with their own and lends it to nobody (F3.10). The service keeps no number of a person or an agency
to compare, so names are: another name is refused, and a namesake is not told apart (docs/decisions/0017).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app import agency_names
from app.folding import Token, tokens
from signing.refusals import SigningRefused

#: What stands beside a name: `Nguyễn Văn Mẫu - Chủ tịch`, `TS. Nguyễn Văn Mẫu`, `… (GIẢ ĐỊNH)`.
_BESIDE = re.compile(r"[^\w\s\u0300-\u036f'’-]|[-–—]+(?=\s)|(?<=\s)[-–—]+|[0-9_]+")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a certificate names, and the organisations and places that stand beside the name."""

    name: str
    belongs_to: tuple[str, ...] = ()


def check_person(name: str, holder: Holder) -> None:
    """Raises SigningRefused where the certificate names somebody else than this person."""
    if not _same_person(name, holder.name):
        raise _of_another(holder.name, name)


def check_agency(names: Sequence[str], holder: Holder) -> None:
    """`names`: of the agency first, then those that it had before and those of the agencies that it was
    merged with: their certificates stay good (F3.11, F4.7). Raises SigningRefused where the certificate is of
    none of them."""
    if not any(agency_names.names(holder.name, holder.belongs_to, name) for name in names):
        raise _of_another_agency(holder.name, names[0])


def _same_person(name: str, other: str) -> bool:
    """Alike in any order and case; marks count where both are written with marks (Tuân is not Tuấn), and not
    where one of them is written without any (NGUYEN VAN MAU). What stands beside a name on both sides, such
    as a position, makes nobody of two people."""
    one, another = _parts(name), _parts(other)
    if len(one) > 1 and len(another) > 1:
        return _alike(tokens(name), tokens(other))
    return any(_alike(a, b) for a in [tokens(name), *one] for b in [tokens(other), *another])


def _parts(text: str) -> list[list[Token]]:
    """Each part of two words or more."""
    parts = [tokens(part) for part in _BESIDE.split(text)]
    return [part for part in parts if len(part) > 1]


def _alike(one: Sequence[Token], other: Sequence[Token]) -> bool:
    marked = any(t.marked for t in one) and any(t.marked for t in other)

    def words(name: Iterable[Token]) -> list[str]:
        return sorted(t.written if marked else t.folded for t in name)

    return bool(one) and words(one) == words(other)


def _of_another(holder: str, name: str) -> SigningRefused:
    return SigningRefused(
        "other-holder",
        f"Chứng thư này mang tên «{holder}», còn tài khoản đang ký là của «{name}». Mỗi người ký bằng chứng "
        "thư của chính mình (Nghị định 68/2024/NĐ-CP, Điều 31): hãy dùng chứng thư của bạn; nếu tên của tài "
        "khoản ghi sai, hãy nhờ quản trị viên sửa.",
        f"This certificate is of “{holder}”, and the account that signs is of “{name}”. Everybody signs with "
        "a certificate of their own (Decree 68/2024/NĐ-CP, Article 31): use yours; where the account's name "
        "is wrong, have the administrator correct it.",
    )


def _of_another_agency(holder: str, name: str) -> SigningRefused:
    return SigningRefused(
        "other-agency",
        f"Chứng thư của khóa con dấu mang tên «{holder}», không phải của {name}, tên cũ của nó hay cơ quan "
        "đã sáp nhập với nó (Nghị định 68/2024/NĐ-CP, Điều 31). Hãy nhờ quản trị viên gắn đúng khóa, hoặc "
        "ghi việc đổi tên, sáp nhập.",
        f"The certificate of the seal's key is of “{holder}”, and not of {name}, a name it had before or an "
        "agency that it was merged with (Decree 68/2024/NĐ-CP, Article 31). Have the administrator attach "
        "the right key, or state the renaming or merger.",
    )
