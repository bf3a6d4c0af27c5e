"""Is a certificate of the account that signs, or of the agency whose seal it is?

A certificate counts where it fits the responsibility of the signer (Decree 68/2024/NĐ-CP, Art 31; F3.3), and
each signs with their own and lends it to nobody (F3.10). The service keeps no number of a person or an agency
to compare, so names are: another name is refused, and a namesake is not told apart (docs/decisions/0017).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.folding import Token, tokens
from signing.refusals import SigningRefused

#: What stands beside a name: `Nguyễn Văn Mẫu - Chủ tịch`, `TS. Nguyễn Văn Mẫu`, `… (GIẢ ĐỊNH)`.
_BESIDE = re.compile(r"[^\w\s\u0300-\u036f'’-]|[-–—]+(?=\s)|(?<=\s)[-–—]+|[0-9_]+")
_ABBREVIATIONS = {"ubnd": "uy ban nhan dan", "hdnd": "hoi dong nhan dan", "tp": "thanh pho"}


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
    """`names`: of the agency first, then of those that it was merged with: their certificates stay good
    (F3.11, F4.7). Raises SigningRefused where the certificate is of none of them."""
    if not any(_of_agency(name, holder) for name in names):
        raise _of_another_agency(holder.name, names[0])


def _same_person(name: str, other: str) -> bool:
    """Alike in any order and case; marks count where both are written with marks (Tuân is not Tuấn), and not
    where one of them is written without any (NGUYEN VAN MAU)."""
    return any(_alike(one, another) for one in _names(name) for another in _names(other))


def _names(text: str) -> list[list[Token]]:
    """The whole, and each part of it of two words or more."""
    parts = [tokens(part) for part in _BESIDE.split(text)]
    return [tokens(text), *(part for part in parts if len(part) > 1)]


def _alike(one: Sequence[Token], other: Sequence[Token]) -> bool:
    marked = any(t.marked for t in one) and any(t.marked for t in other)

    def words(name: Iterable[Token]) -> list[str]:
        return sorted(t.written if marked else t.folded for t in name)

    return bool(one) and words(one) == words(other)


def _of_agency(name: str, holder: Holder) -> bool:
    """All words of the agency's name stand in the subject, and half of them in the holder's name: there, the
    certificate of one of its officials has a person."""
    wanted = _words(name)
    in_name = _words(holder.name)
    everywhere = in_name.union(*map(_words, holder.belongs_to))
    return bool(wanted) and wanted <= everywhere and 2 * len(wanted & in_name) >= len(wanted)


def _words(text: str) -> set[str]:
    """Without marks, as many certificates are, and with the common abbreviations written out."""
    return {word for t in tokens(text) for word in _ABBREVIATIONS.get(t.folded, t.folded).split()}


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
        f"Chứng thư của khóa con dấu mang tên «{holder}», không phải của {name} hay cơ quan đã sáp nhập với "
        "nó (Nghị định 68/2024/NĐ-CP, Điều 31). Hãy nhờ quản trị viên gắn đúng khóa, hoặc ghi việc sáp nhập.",
        f"The certificate of the seal's key is of “{holder}”, and not of {name} or an agency that it was "
        "merged with (Decree 68/2024/NĐ-CP, Article 31). Have the administrator attach the right key, or "
        "state the merger.",
    )
