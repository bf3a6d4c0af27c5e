"""Draws a paper as Decree 30/2020 lays it out: letterhead, title, text, recipients and signature."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from fpdf import FPDF
from fpdf.enums import XPos, YPos

#: On every written page, so that nobody can take a sample for a paper.
MARK = "VĂN BẢN MẪU – KHÔNG CÓ GIÁ TRỊ"
MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
SUB_MOTTO = "Độc lập - Tự do - Hạnh phúc"
AGENCY = ("ỦY BAN NHÂN DÂN", "PHƯỜNG MẪU")
PARENT = "THÀNH PHỐ VÍ DỤ"
PLACE = "Phường Mẫu"

_LEFT, _RIGHT, _TOP, _BOTTOM = 30.0, 15.0, 20.0, 20.0  # Decree 30/2020 Annex I, in mm
_MADE = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_LINE = 6.2


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands above the text. `number` and `day` None are left open and scribbled in by hand."""

    symbol: str
    number: str | None
    day: str | None
    month: str
    year: str = "2026"
    about: str | None = None
    agency: tuple[str, ...] = AGENCY


class Sheet(FPDF):
    """A4 sheets with the sample mark at the foot of every written page."""

    def __init__(self, faces: Mapping[str, Path], seed: int = 0) -> None:
        super().__init__(format="A4")
        for style, file in faces.items():
            self.add_font("serif", style, file)
        self._blank = False
        self.set_margins(_LEFT, _TOP, _RIGHT)
        self.set_auto_page_break(True, _BOTTOM + 6)
        self.set_creation_date(_MADE)
        self.set_title("Văn bản mẫu")
        self.set_lang("vi-VN")
        self._random = Random(seed)  # noqa: S311 - strokes of a pen, no secret
        self.add_page()

    def footer(self) -> None:
        if self._blank:
            return
        self.set_y(-15)
        self.face("BI", 10)
        self.cell(0, 6, MARK, align="C")

    def face(self, style: str = "", size: float = 13.5) -> None:
        self.set_font("serif", style, size)

    def blank_page(self) -> None:
        """The empty back of the sheet before."""
        self.add_page(orientation="landscape" if self.w > self.h else "portrait")
        self._blank = True

    def bytes(self) -> bytes:
        return bytes(self.output())

    def letterhead(self, head: Letterhead) -> None:
        """Issuer and number on the left, motto, place and date on the right (boxes 1 to 5b)."""
        left, width = 22.0, 70.0
        top = self.get_y()
        self.face("B", 12.5)
        for row, line in enumerate(head.agency):
            self._centred(line, left, top + 6 * row, width)
        self.line(left + 24, top + 6 * len(head.agency) + 1, left + 46, top + 6 * len(head.agency) + 1)
        self._centred(MOTTO, 98, top, 98)
        self.face("B", 13.5)
        self._centred(SUB_MOTTO, 98, top + 6, 98)
        self.line(116, top + 13, 178, top + 13)
        under: float = top + 6 * len(head.agency) + 4
        self._number(head, left, under, width)
        self._date(head, under)
        end = under + 8
        if head.about:
            self.face("", 12)
            self.set_xy(left, end - 1)
            self.multi_cell(width, 5.4, head.about, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            end = self.get_y()
        self.set_xy(_LEFT, end + 5)

    def _number(self, head: Letterhead, left: float, row: float, width: float) -> None:
        self.face("", 13)
        if head.number is not None:
            self._centred(f"Số: {head.number}/{head.symbol}", left, row, width)
            return
        self.text(left + 8, row + 4.5, "Số:")
        self._scribble(left + 18, row + 3, 9)
        self.text(left + 30, row + 4.5, f"/{head.symbol}")

    def _date(self, head: Letterhead, row: float) -> None:
        self.face("I", 13.5)
        if head.day is not None:
            text = f"{PLACE}, ngày {head.day} tháng {head.month} năm {head.year}"
            self._centred(text, 98, row, 98)
            return
        start = 104.0
        self.text(start, row + 4.5, f"{PLACE}, ngày")
        gap = start + self.get_string_width(f"{PLACE}, ngày")
        self._scribble(gap + 2, row + 3, 8)
        self.text(gap + 13, row + 4.5, f"tháng {head.month} năm {head.year}")

    def _centred(self, text: str, left: float, top: float, width: float) -> None:
        self.set_xy(left, top)
        self.cell(width, 6, text, align="C")

    def heading(self, name: str, about: Sequence[str] = ()) -> None:
        """The type and its trích yếu, line by line (box 5a)."""
        self.ln(3)
        self.face("B", 14)
        self.cell(0, 7, name, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        for line in about:
            self.cell(0, 6.5, line, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        middle = self.w / 2 + (_LEFT - _RIGHT) / 2
        self.line(middle - 18, self.get_y() + 1.5, middle + 18, self.get_y() + 1.5)
        self.ln(6)

    def addressee(self, names: Sequence[str]) -> None:
        """`Kính gửi`, one name or a list (box 9a)."""
        self.face("", 13.5)
        if len(names) == 1:
            self.cell(0, 7, f"Kính gửi: {names[0]}", align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        else:
            self.set_x(62)
            self.cell(20, 7, "Kính gửi:")
            for index, name in enumerate(names):
                self.set_xy(84, self.get_y() if index == 0 else self.get_y() + 6.5)
                self.cell(0, 7, f"- {name}{';' if index + 1 < len(names) else '.'}")
            self.ln(7)
        self.ln(4)

    def paragraphs(self, text: str, style: str = "") -> None:
        """Running text, justified, the first line of each paragraph drawn in; a blank line parts two."""
        self.face(style)
        for paragraph in re.split(r"\n\s*\n", text.strip()):
            self.set_x(_LEFT)
            words = " ".join(paragraph.split())
            self.multi_cell(0, _LINE, f"          {words}", align="J", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            self.ln(1.6)

    def closing(self, recipients: Sequence[str], titles: Sequence[str], name: str) -> None:
        """Recipients on the left, signature on the right (boxes 7 and 9b)."""
        if self.get_y() > self.h - 85:
            self.add_page()
        self.ln(5)
        top = self.get_y()
        self.face("BI", 12)
        self.text(_LEFT, top + 4, "Nơi nhận:")
        self.face("", 11)
        for row, line in enumerate(recipients):
            self.text(_LEFT, top + 9 + 4.6 * row, f"- {line}")
        self.face("B", 13.5)
        for row, line in enumerate(titles):
            self._centred(line, 108, top + 6 * row, 82)
        low = top + 6 * len(titles) + 24
        self._pen(138, low - 11)
        self._centred(name, 108, low, 82)
        self.set_xy(_LEFT, low + 8)

    def row(self, *pairs: tuple[str, str | None]) -> None:
        """Labels with their values on one line of a form; None leaves dotted leaders."""
        self.face("", 13)
        width = (self.w - _LEFT - _RIGHT) / len(pairs)
        top = self.get_y()
        low: float = top
        for index, (label, value) in enumerate(pairs):
            self.set_xy(_LEFT + index * width, top)
            text = f"{label}: {value}" if value is not None else f"{label}: {'.' * int(width / 1.9)}"
            self.multi_cell(width - 2, 7.4, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            low = max(low, self.get_y())
        self.set_xy(_LEFT, low)

    def grid(self, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        """A ruled table."""
        for index, cells in enumerate([heads, *rows]):
            self.face("B" if index == 0 else "", 11.5)
            for cell, width in zip(cells, widths, strict=True):
                self.cell(width, 9, cell, border=1, align="C")
            self.ln(9)

    def _scribble(self, x: float, y: float, width: float) -> None:
        """Two digits as a hand writes them: strokes that no reader can be sure of."""
        self.set_draw_color(25, 45, 140)
        self.set_line_width(0.45)
        for start in (x, x + width / 2):
            points = [
                (start + self._random.uniform(-0.4, 3.2), y + self._random.uniform(-3.6, 2.6))
                for _ in range(6)
            ]
            self.polyline(points)
        self._black()

    def _pen(self, x: float, y: float) -> None:
        """A signature in blue ink."""
        self.set_draw_color(25, 45, 140)
        self.set_line_width(0.5)
        points = [
            (x + 2.2 * step + self._random.uniform(-1.5, 1.5), y + self._random.uniform(-5, 6))
            for step in range(12)
        ]
        self.polyline(points)
        self._black()

    def _black(self) -> None:
        self.set_draw_color(0, 0, 0)
        self.set_line_width(0.2)
