"""What is said of pages of which nobody knows how they are turned: at the page, and at its paper."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ocr.recognition import Notice, Page

OF_PAGE = Notice(
    "turn-unknown",
    "Không biết trang này có bị xoay hay không, vì máy chủ thiếu Tesseract. Nếu trang nằm ngang hoặc lộn "
    "ngược, hãy xoay lại khi quét, hoặc nhờ quản trị viên chạy `banchinh doctor`.",
    "Whether this page is turned is not known, because the server lacks Tesseract. If it lies on its side or "
    "upside down, scan it upright, or ask the administrator to run `banchinh doctor`.",
)


def of_pages(pages: Sequence[Page]) -> tuple[Notice, ...]:
    """The notices of pages as those of their paper: this one once, with the numbers of its pages."""
    numbers = [page.number for page in pages if OF_PAGE in page.warnings]
    others = tuple(notice for page in pages for notice in page.warnings if notice != OF_PAGE)
    if not numbers:
        return others
    named = ", ".join(_spans(numbers))
    en = OF_PAGE.en.replace("this page is", f"page {named} is")
    if len(numbers) > 1:
        en = OF_PAGE.en.replace("this page is", f"each of the pages {named} is").replace("If it", "If one")
    return (*others, replace(OF_PAGE, vi=OF_PAGE.vi.replace("trang này", f"trang {named}"), en=en))


def _spans(numbers: Iterable[int]) -> list[str]:
    """1, 2, 3 and 7 as "1–3" and "7"."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return [str(first) if first == last else f"{first}–{last}" for first, last in spans]
