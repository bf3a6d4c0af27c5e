"""Sheets and cards set in type: a picture, and the words on it as a perfect reader would give them."""

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ocr.recognition import Box, Page, Word

FONTS = Path("/usr/share/fonts/truetype/liberation2")
FACES = {
    "": "LiberationSerif-Regular.ttf",
    "b": "LiberationSerif-Bold.ttf",
    "i": "LiberationSerif-Italic.ttf",
    "bi": "LiberationSerif-BoldItalic.ttf",
    "s": "LiberationSans-Regular.ttf",
    "sb": "LiberationSans-Bold.ttf",
    "m": "LiberationMono-Regular.ttf",
}
A4, CARD, BOOKLET = (210.0, 297.0), (85.6, 54.0), (190.0, 265.0)
MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
SUB_MOTTO = "Độc lập - Tự do - Hạnh phúc"


class Form:
    """A sheet of `size` millimetres; `y` is where the next line begins. Values between asterisks are bold."""

    def __init__(
        self, size: tuple[float, float] = A4, points: float = 13, margin: float = 25, dpi: int = 300
    ) -> None:
        self.dpi, self.points, self.margin = dpi, points, margin
        self.width, self.height = size
        self.y = margin * 0.8
        self.image = Image.new("RGB", (self._px(self.width), self._px(self.height)), "white")
        self._draw = ImageDraw.Draw(self.image)
        self._words: list[Word] = []
        self._line = 0
        self.sans = False

    def _px(self, millimetres: float) -> int:
        return round(millimetres / 25.4 * self.dpi)

    def _font(self, style: str, points: float) -> ImageFont.FreeTypeFont:
        if self.sans and style in ("", "b"):
            style = "s" + style
        return ImageFont.truetype(str(FONTS / FACES[style]), max(6, round(points / 72 * self.dpi)))

    def put(self, x: float, text: str, style: str = "", points: float | None = None) -> float:
        """Words from `x` mm on, at the present height; returns where they end."""
        points = points or self.points
        column, bold = self._px(x), False
        top = self._px(self.y)
        for index, part in enumerate(text.split("*")):
            bold = index % 2 == 1
            font = self._font("b" if bold else style, points)
            for word in part.split(" "):
                if word:
                    self._word(column, top, word, font)
                    column += round(font.getlength(word))
                column += round(font.getlength(" "))
            column -= round(font.getlength(" "))
        return column / self.dpi * 25.4

    def _word(self, column: int, top: int, word: str, font: ImageFont.FreeTypeFont) -> None:
        self._draw.text((column, top), word, "black", font)
        x0, y0, x1, y1 = (round(v) for v in font.getbbox(word))
        box = Box(column + x0, top + y0, column + max(x1, x0 + 1), top + max(y1, y0 + 1))
        self._words.append(Word(word, box, 0.97, self._line))

    def box_of(self, text: str) -> Box:
        """Where the first word of this text stands."""
        return next(word.box for word in self._words if word.text == text)

    def length(self, text: str, style: str = "", points: float | None = None) -> float:
        font = self._font(style, points or self.points)
        return font.getlength(text.replace("*", "")) / self.dpi * 25.4

    def step(self, lines: float = 1.0, points: float | None = None) -> None:
        """Down by lines of 1.25 times the type size."""
        self.y += lines * (points or self.points) * 25.4 / 72 * 1.25
        self._line += 1

    def centred(
        self, text: str, style: str = "", points: float | None = None, middle: float | None = None
    ) -> None:
        """A line around `middle` mm (the sheet's own by default), without going down."""
        middle = self.width / 2 if middle is None else middle
        self.put(middle - self.length(text, style, points) / 2, text, style, points)

    def heading(self, *lines: str, points: float | None = None) -> None:
        for text in lines:
            self.centred(text, "b", points or self.points + 2)
            self.step(1.1, points or self.points + 2)

    def say(self, text: str, style: str = "", indent: float = 0.0) -> None:
        """A paragraph from the left margin, wrapped at the right one."""
        x, limit = self.margin + indent, self.width - min(self.margin * 0.7, 18 if self.width > 100 else 2)
        line = ""
        for word in text.split(" "):
            if line and x + self.length(f"{line} {word}", style) > limit:
                self.put(x, line, style)
                self.step()
                x, line = self.margin, word
                continue
            line = f"{line} {word}" if line else word
        self.put(x, line, style)
        self.step()

    def beside(self, *cells: tuple[float, str]) -> None:
        """Cells of one row, each from its own place."""
        for x, text in cells:
            self.put(x, text)
            self._line += 1
        self.step()

    def letterhead(self, issuer: tuple[str, ...], number: str, date: str) -> None:
        """Decree 30/2020 boxes 1 to 4; the last line of the issuer is its own name, in bold."""
        left, right = 0.3 * self.width, 0.7 * self.width
        head = [(MOTTO, "b"), (SUB_MOTTO, "b")]
        for index in range(max(len(issuer), 2)):
            if index < len(issuer):
                last = index == len(issuer) - 1
                self.centred(issuer[index], "b" if last else "", 12, left)
                self._line += 1
            if index < 2:
                self.centred(*head[index], 12, right)
            self.step(1, 12)
        self._rule(left - 12, left + 12)
        self._rule(right - 25, right + 25)
        self.step(0.5)
        if number:
            self.centred(number, "", 13, left)
            self._line += 1
        if date:
            self.centred(date, "i", 13, right)
        self.step(1.6)

    def motto(self) -> None:
        """The motto alone, in the middle."""
        self.centred(MOTTO, "b")
        self.step()
        self.centred(SUB_MOTTO, "b")
        self.step(1.6)

    def _rule(self, start: float, end: float) -> None:
        y = self._px(self.y + 0.6)
        self._draw.line([self._px(start), y, self._px(end), y], "black", max(1, self.dpi // 150))

    def signed(self, titles: tuple[str, ...], name: str, recipients: tuple[str, ...] = ()) -> None:
        """The signature block on the right, `Nơi nhận` on the left."""
        top, middle = self.y + 4, 0.7 * self.width
        if recipients:
            self.y = top
            self.put(self.margin, "Nơi nhận:", "bi", 12)
            for text in recipients:
                self.step(1, 11)
                self.put(self.margin, text, "", 11)
            self._line += 1
        self.y = top
        for text in titles:
            self.centred(text, "b", None, middle)
            self.step()
        self.step(4)
        self.centred(name, "b", None, middle)
        self.step(2)

    def page(self, number: int = 1) -> Page:
        """The words with their true places, as a reader without fault gives them."""
        width, height = self.image.size
        text = " ".join(w.text for w in self._words)
        return Page(number, width, height, float(self.dpi), 0, 0.0, "ocr", "x.png", text, tuple(self._words))

    def scan(self, seed: int = 0) -> Image.Image:
        """As an office scanner gives it: a little turned, grey, uneven, soft, noisy, and packed as JPEG."""
        dice = np.random.default_rng(seed)
        turned = self.image.rotate(
            dice.uniform(-0.9, 0.9), Image.Resampling.BICUBIC, fillcolor=(255, 255, 255)
        )
        pixels = np.asarray(turned.filter(ImageFilter.GaussianBlur(dice.uniform(0.6, 1.0))), np.float32)
        pixels = pixels * 0.85 + 30  # ink is dark grey, not black
        light = np.linspace(1.0, dice.uniform(0.82, 0.95), pixels.shape[0], dtype=np.float32)[:, None, None]
        noise = dice.normal(0, 5, pixels.shape).astype(np.float32)
        image = Image.fromarray(np.clip(pixels * light + noise, 0, 255).astype(np.uint8))
        packed = BytesIO()
        image.save(packed, "JPEG", quality=int(dice.integers(55, 80)), dpi=(self.dpi, self.dpi))
        return Image.open(packed)


#: Draws the sheets of a paper, and gives the values that are printed on them by field.
Drawn = Callable[[], tuple[list[Form], Mapping[str, str]]]
