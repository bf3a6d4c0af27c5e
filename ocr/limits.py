"""How much of an untrusted file is taken on, and how a file over a limit is refused."""

import math
from dataclasses import dataclass

_MEGABYTE = 1024 * 1024  # as file managers count, and as limits are set


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one file; each default has its reason in docs/operations.md."""

    file_bytes: int = 200 * _MEGABYTE
    pages: int = 500
    page_megapixels: float = 120.0


class Refusal(Exception):
    """A file that cannot be taken, for a cause that lies in the file. Says what is wrong and what to do."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} — {en}")
        self.code = code
        self.vi = vi
        self.en = en


def megabytes(size: int) -> int:
    """A number of bytes as people are told it: rounded up, so that what is over a limit looks like it."""
    return math.ceil(size / _MEGABYTE)


def empty() -> Refusal:
    return Refusal(
        "empty",
        "Tệp rỗng (0 byte). Hãy quét hoặc tải lại tệp rồi gửi lần nữa.",
        "The file is empty (0 bytes). Scan or download it again and send it once more.",
    )


def too_large(actual: int, limit: int) -> Refusal:
    return Refusal(
        "too-large",
        f"Tệp nặng {megabytes(actual)} MB, quá giới hạn {megabytes(limit)} MB. "
        "Hãy tách tệp hoặc quét ở 300 dpi.",
        f"The file has {megabytes(actual)} MB, over the limit of {megabytes(limit)} MB. "
        "Split it or scan at 300 dpi.",
    )


def too_many_pages(actual: int, limit: int) -> Refusal:
    return Refusal(
        "too-many-pages",
        f"Tệp có {actual} trang, quá giới hạn {limit} trang. Hãy tách thành nhiều tệp.",
        f"The file has {actual} pages, over the limit of {limit}. Split it into several files.",
    )


def page_too_large(number: int, megapixels: float, limit: float) -> Refusal:
    return Refusal(
        "page-too-large",
        f"Trang {number} có {megapixels:.0f} triệu điểm ảnh, quá giới hạn {limit:.0f}. "
        "Hãy quét lại ở 300 dpi.",
        f"Page {number} has {megapixels:.0f} megapixels, over the limit of {limit:.0f}. "
        "Scan it again at 300 dpi.",
    )


def encrypted() -> Refusal:
    return Refusal(
        "encrypted",
        "Tệp có mật khẩu nên không đọc được. Hãy gỡ mật khẩu hoặc xin bản không khóa rồi gửi lại.",
        "The file is protected by a password and cannot be read. Remove the password, "
        "or ask for an unlocked copy, and send it again.",
    )


def damaged(detail: str = "") -> Refusal:
    tail = f" ({detail})" if detail else ""
    return Refusal(
        "damaged",
        f"Tệp bị hỏng, không đọc được trang nào{tail}. Hãy quét lại hoặc xin lại tệp gốc.",
        f"The file is damaged and no page can be read{tail}. Scan it again or ask for the original file.",
    )


def not_a_document(detail: str = "") -> Refusal:
    tail = f" ({detail})" if detail else ""
    return Refusal(
        "not-a-document",
        f"Tệp này không phải PDF hay ảnh{tail}. Hãy gửi PDF, JPEG, PNG, TIFF hoặc WebP.",
        f"This file is neither a PDF nor a picture{tail}. Send PDF, JPEG, PNG, TIFF or WebP.",
    )


def not_taken(what: str, instead_vi: str, instead_en: str) -> Refusal:
    """A document or picture of a kind that is known, and not read; says what to make of it."""
    return Refusal(
        "not-a-document",
        f"Đây là tệp {what}, hệ thống chưa đọc được kiểu tệp này. {instead_vi}",
        f"This is a file of {what}, a kind that is not read. {instead_en}",
    )


def too_costly(what_vi: str, what_en: str) -> Refusal:
    """The child process that read the file went over its time or memory."""
    return Refusal(
        "too-costly",
        f"Đọc tệp này vượt giới hạn {what_vi}, nên đã dừng lại. Hãy quét lại thành tệp đơn giản hơn.",
        f"Reading this file went over the limit of {what_en} and was stopped. "
        "Scan it again as a simpler file.",
    )
