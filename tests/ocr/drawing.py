"""Draws fictional Vietnamese papers, as a scanner would give them."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from fpdf import FPDF
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = Path("/usr/share/fonts/truetype/liberation2")
SERIF = FONTS / "LiberationSerif-Regular.ttf"
BOLD = FONTS / "LiberationSerif-Bold.ttf"
A4 = (8.27, 11.69)

# An agency, a place and people that do not exist.
PARAGRAPHS = (
    "Thực hiện Kế hoạch của Ủy ban nhân dân tỉnh Mẫu Đơn về việc số hóa hồ sơ lưu trữ,",
    "Văn phòng yêu cầu các phòng chuyên môn rà soát toàn bộ sổ sách đã lập trước năm",
    "học vừa qua, phân loại theo từng nhóm thủ tục và gửi về bộ phận tiếp nhận trước",
    "ngày quy định. Các đơn vị chịu trách nhiệm về tính chính xác của những tài liệu",
    "đã gửi; trường hợp phát hiện sai sót phải báo cáo ngay để kịp thời xử lý. Giao",
    "Phòng Hành chính theo dõi, đôn đốc việc thực hiện và tổng hợp kết quả hằng tuần.",
)
HEADER = (
    ("ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ("TỈNH MẪU ĐƠN", "Độc lập - Tự do - Hạnh phúc"),
)
NUMBER = ("Số: 12/TB-UBND", "Mẫu Đơn, ngày 05 tháng 3 năm 2024")
TITLE = ("THÔNG BÁO", "Về việc số hóa hồ sơ lưu trữ của các phòng chuyên môn")


def text_lines() -> list[str]:
    """Every line of `page`, each column of the header on its own."""
    columns = [cell for row in (*HEADER, NUMBER) for cell in row]
    return [*columns, *TITLE, *PARAGRAPHS * 2]


def page(dpi: int = 300, seal: bool = False) -> Image.Image:
    """A notice on A4, in colour, at `dpi`."""
    image = Image.new("RGB", (round(A4[0] * dpi), round(A4[1] * dpi)), "white")
    draw = ImageDraw.Draw(image)
    plain, bold = (ImageFont.truetype(str(path), round(13 / 72 * dpi)) for path in (SERIF, BOLD))
    inch = float(dpi)
    y = 0.8 * inch
    for left, right in (*HEADER, NUMBER):
        draw.text((2.1 * inch, y), left, "black", bold, anchor="ma")
        draw.text((5.6 * inch, y), right, "black", bold, anchor="ma")
        y += 0.27 * inch
    y += 0.3 * inch
    for line in TITLE:
        draw.text((A4[0] / 2 * inch, y), line, "black", bold, anchor="ma")
        y += 0.27 * inch
    y += 0.2 * inch
    for line in PARAGRAPHS * 2:
        draw.text((1.0 * inch, y), line, "black", plain)
        y += 0.27 * inch
    if seal:
        red = Image.new("RGB", image.size, "white")
        place = [2.5 * inch, 3.4 * inch, 4.0 * inch, 4.9 * inch]
        ImageDraw.Draw(red).ellipse(place, outline=(215, 40, 40), width=round(0.06 * inch))
        ImageDraw.Draw(red).text((3.25 * inch, 4.15 * inch), "CON DẤU", (215, 40, 40), bold, anchor="mm")
        image = Image.fromarray(np.minimum(np.asarray(image), np.asarray(red)))
    return image


def scanned(image: Image.Image, skew: float = 0.0, seed: int = 7) -> Image.Image:
    """As a scanner gives it: turned clockwise by `skew`, grey paper, uneven light, blur and noise."""
    turned = image.rotate(-skew, Image.Resampling.BICUBIC, fillcolor="white")
    pixels = np.array(turned.filter(ImageFilter.GaussianBlur(0.8)), dtype=np.float32)
    pixels *= np.linspace(0.97, 0.82, pixels.shape[0], dtype=np.float32)[:, None, None]
    pixels += _noise(seed, 5, pixels.shape, np.float32)
    return Image.fromarray(np.clip(pixels, 0, 255, out=pixels).astype(np.uint8))


@lru_cache(maxsize=2)  # of a page at 300 dpi it takes 100 MB, and longer to make than all else of a scan
def _noise(
    seed: int, strength: float, shape: tuple[int, ...], kind: type[np.floating[Any]]
) -> NDArray[np.floating[Any]]:
    made = np.random.default_rng(seed).normal(0, strength, shape).astype(kind, copy=False)
    made.flags.writeable = False
    return made


def photographed(
    image: Image.Image, corners: np.ndarray, size: tuple[int, int], table: int = 90, shade: float = 1.0
) -> Image.Image:
    """The page on a table, its corners clockwise from the top left at these pixels; the right half shaded."""
    width, height = image.size
    own = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32) - 0.5
    way = cv2.getPerspectiveTransform(own, np.asarray(corners - 0.5, np.float32))
    page_, cover = np.asarray(image, np.float32), np.ones((height, width, 1), np.float32)
    seen, cover = (cv2.warpPerspective(p, way, size, flags=cv2.INTER_AREA) for p in (page_, cover))
    scene = seen * 0.9 + (1 - cover[:, :, None]) * (table, table * 0.85, table * 0.7)
    scene[:, size[0] // 2 :] *= shade
    noise = _noise(7, 3, scene.shape, np.float64)
    return Image.fromarray(np.clip(cv2.GaussianBlur(scene, (0, 0), 0.7) + noise, 0, 255).astype(np.uint8))


def blank_back(dpi: int = 150) -> Image.Image:
    """A back on which the seal of the front shines through, with a black scanner edge."""
    image = Image.new("RGB", (round(A4[0] * dpi), round(A4[1] * dpi)), (250, 249, 246))
    draw = ImageDraw.Draw(image)
    place = [2.5 * dpi, 7.4 * dpi, 4.0 * dpi, 8.9 * dpi]
    draw.ellipse(place, outline=(245, 222, 222), width=round(0.06 * dpi))
    draw.rectangle([0, 0, 0.08 * dpi, image.height], fill=(20, 20, 20))
    return scanned(image)


def table(dpi: int = 300) -> tuple[Image.Image, list[str]]:
    """A ruled table on landscape A4 whose cells hold lines at different heights, and its lines of text."""
    image = Image.new("RGB", (round(A4[1] * dpi), round(A4[0] * dpi)), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(SERIF), round(13 / 72 * dpi))
    edges = [round(x * dpi) for x in (0.8, 4.6, 7.3, 10.6)]
    rows = [
        (("Nhiệm vụ được giao", "của từng phòng"), ("Đơn vị chủ trì",), ("Thời hạn hoàn thành",)),
        (
            ("Cập nhật kịp thời danh mục", "hồ sơ lưu trữ và gửi về", "bộ phận tiếp nhận"),
            ("Phòng Hành chính",),
            ("Hằng tuần",),
        ),
        (
            ("Kiểm tra chất lượng bản quét", "trước khi ký số"),
            ("Văn phòng và các", "phòng chuyên môn"),
            ("Trước ngày quy định",),
        ),
    ]
    y, lines = round(1.2 * dpi), []
    step = round(0.25 * dpi)
    for row in rows:
        height = round(0.2 * dpi) + step * max(len(cell) for cell in row)
        for left, right, cell in zip(edges, edges[1:], row, strict=False):
            draw.rectangle([left, y, right, y + height], outline="black", width=max(1, dpi // 100))
            top = y + (height - step * len(cell)) // 2  # centred, so lines of neighbours do not meet
            for index, line in enumerate(cell):
                draw.text((left + 0.12 * dpi, top + index * step), line, "black", font)
                lines.append(line)
        y += height
    return image, lines


def image_pdf(images: list[Image.Image], dpi: int, quality: int = 85) -> bytes:
    """A PDF of pictures, each filling its page: what an office scanner makes."""
    out = BytesIO()
    first, *others = images
    first.save(out, "PDF", save_all=True, append_images=others, resolution=dpi, quality=quality)
    return out.getvalue()


def born_digital(pages: int = 1) -> bytes:
    """A PDF that was never paper: fonts, and text that can be selected."""
    pdf = FPDF(format="A4", unit="pt")
    pdf.add_font("Serif", fname=str(SERIF))
    for _ in range(pages):
        pdf.add_page()
        pdf.set_font("Serif", size=13)
        for row, (left, right) in enumerate((*HEADER, NUMBER)):
            pdf.text(70, 70 + row * 20, left)
            pdf.text(300, 70 + row * 20, right)
        for row, line in enumerate((*TITLE, *PARAGRAPHS * 2)):
            pdf.text(70, 150 + row * 20, line)
    return bytes(pdf.output())
