"""Pages as a reader gives them, typed into a test: each word gets the box that print would have."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.sample.papers import SamplePaper
from ocr import reading_order
from ocr.limits import Limits
from ocr.recognition import Box, Origin, Page, Word
from ocr.sources.pages import inspect, picture

WIDTH, HEIGHT = 2480, 3508
SIZE = 40  # height of capitals and numerals, in pixels at 300 dpi


@dataclass(frozen=True, slots=True)
class At:
    """A line of text: where it begins, how tall and how sure; `gap` widens the spaces between its words."""

    x: int
    y: int
    text: str
    tall: int = SIZE
    sure: float = 0.96
    gap: int = 14


def page(
    *lines: At, number: int = 1, origin: Origin = "ocr", width: int = WIDTH, height: int = HEIGHT
) -> Page:
    """A page with these lines, in the order in which they are given."""
    words = tuple(word for index, line in enumerate(lines) for word in words_of(line, index))
    text = "\n".join(line.text for line in lines)
    return Page(number, width, height, 300.0, 0, 0.0, origin, "x.png", text, words)


def words_of(line: At, index: int) -> list[Word]:
    found = []
    x = line.x
    for text in line.text.split():
        end = x + max(6, int(len(text) * line.tall * 0.6))
        found.append(Word(text, Box(x, line.y, end, line.y + line.tall), line.sure, index))
        x = end + line.gap
    return found


def letterhead(
    number: str = "15/QĐ-UBND",
    date: str = "Phường Mẫu, ngày 05 tháng 3 năm 2026",
    issuer: Sequence[str] = ("ỦY BAN NHÂN DÂN", "PHƯỜNG MẪU"),
) -> list[At]:
    """The head of a paper, the two columns line by line."""
    lines = [
        At(400, 200, issuer[0]),
        At(1100, 200, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        *(At(430, 270 + 70 * i, text) for i, text in enumerate(issuer[1:])),
        At(1300, 270, "Độc lập - Tự do - Hạnh phúc"),
    ]
    below = 270 + 70 * len(issuer)
    return [*lines, At(450, below, f"Số: {number}"), At(1250, below, date)]


BODY = [
    At(480, 1300, "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;"),
    At(380, 1370, "theo đề nghị của Trưởng phòng Nội vụ tại Tờ trình số 12/TTr-NV ngày hôm"),
    At(380, 1440, "nay, Ủy ban nhân dân phường quyết định những việc sau đây để thực hiện"),
]


def centred(y: int, text: str, tall: int = SIZE) -> At:
    """A line in the middle of the running text."""
    line = At(0, y, text, tall)
    ends = [words_of(each, 0)[-1].box.x1 for each in (BODY[1], line)]
    return replace(line, x=(BODY[1].x + ends[0] - ends[1]) // 2)


def born_digital(paper: SamplePaper, folder: Path) -> list[Page]:
    """The pages of a drawn paper by the text that its PDF holds."""
    file = folder / paper.name
    file.write_bytes(paper.pdf_bytes)
    limits = Limits()
    return [_by_layer(file, number, limits) for number in range(1, inspect(file, limits).pages + 1)]


def _by_layer(file: Path, number: int, limits: Limits) -> Page:
    drawn = picture(file, number, limits)
    words = reading_order.in_lines(drawn.layer)
    width, height = drawn.size
    text = reading_order.text_of(words)
    return Page(number, width, height, drawn.dpi, 0, 0.0, "text-layer", "x.png", text, words, blank=not words)
