"""Lines of generated pages, whose true places are known."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.cleaning import cleanup
from ocr.engine import Pixels
from ocr.layout import page_ink, text_lines
from ocr.layout.text_lines import TextLine
from ocr.recognition import Box
from tests.ocr import drawing

Placed = tuple[str, Box]


def sheet(dpi: int = 300, landscape: bool = False) -> Image.Image:
    width, height = drawing.A4[::-1] if landscape else drawing.A4
    return Image.new("L", (round(width * dpi), round(height * dpi)), 255)


def write(image: Image.Image, at: tuple[float, float], text: str, style: tuple[float, bool, int]) -> Placed:
    """Writes at inches from the left and of the baseline from the top; returns the place of the ink."""
    points, bold, dpi = style
    face = drawing.BOLD if bold else drawing.SERIF
    font = ImageFont.truetype(str(face), round(points / 72 * dpi))
    x, y = round(at[0] * dpi), round(at[1] * dpi)
    ImageDraw.Draw(image).text((x, y), text, 0, font, anchor="ls")
    return text, Box(*(round(v) for v in font.getbbox(text, anchor="ls") + np.array([x, y, x, y])))


def found(image: Image.Image, dpi: int = 300) -> tuple[TextLine, ...]:
    return text_lines.find(np.asarray(image), dpi)


def overlap(one: Box, other: Box) -> float:
    """Shared area over the area of both."""
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    shared = max(0, wide) * max(0, high)
    area = sum((b.x1 - b.x0) * (b.y1 - b.y0) for b in (one, other))
    return shared / (area - shared)


def assert_found(lines: Sequence[TextLine], placed: Sequence[Placed], least: float = 0.72) -> None:
    """Each line is found once, in the order given, and nothing else."""
    assert len(lines) == len(placed), [line.box for line in lines]
    for line, (text, box) in zip(lines, placed, strict=True):
        assert overlap(line.box, box) > least, (text, line.box, box)


CAPITALS = ("ỨNG DỤNG Ổ TRỤC, KỂ CẢ Ễ, Ậ, Ỹ", "ẬP Ổ DỄ NGHỆ, Ỗ ĐẶT HẸN", "quy định gọng ghép ỵ, ạ, ự, ợ, ộ")


@pytest.mark.parametrize("points", [8, 10, 13, 20, 28])
@pytest.mark.parametrize("dpi", [150, 300])
def test_single_spaced_lines_keep_their_own_marks(points: int, dpi: int) -> None:
    image, placed = sheet(dpi), []
    for row in range(9):
        at = (1.0, 1.5 + row * points * 1.12 / 72)
        placed.append(write(image, at, CAPITALS[row % 3], (points, False, dpi)))
    assert_found(found(image, dpi), placed, 0.6 if points * dpi < 2000 else 0.72)


def test_crop_shows_one_line_and_no_ink_of_its_neighbours() -> None:
    alone, crowd = sheet(), sheet()
    step = 13 * 1.05 / 72
    for row in range(3):
        at = (1.0, 2.0 + row * step)
        write(crowd, at, CAPITALS[row], (13, False, 300))
        if row == 1:
            write(alone, at, CAPITALS[row], (13, False, 300))
    one, among = found(alone)[0], found(crowd)[1]
    expected = text_lines.crop(np.asarray(alone), one, 64)
    seen = text_lines.crop(np.asarray(crowd), among, 64)
    seen = cv2.resize(seen, expected.shape[::-1])
    assert np.mean(np.abs(expected.astype(int) - seen)) < 6


@pytest.mark.parametrize(("dpi", "points", "pitch"), [(100, 10, 1.2), (200, 11, 1.05), (300, 11, 1.0)])
def test_the_dash_of_an_item_stays_with_its_line(dpi: int, points: int, pitch: float) -> None:
    image = sheet(dpi)
    items = ("- Tổng cục (b/cáo);", "- Thường trực (b/cáo);", "- Như trên;")
    placed = [
        write(image, (1.0, 1.5 + i * points * pitch / 72), item, (points, False, dpi))
        for i, item in enumerate(items)
    ]
    lines = found(image, dpi)
    assert_found(lines, placed, 0.6)
    for line, (text, box) in zip(lines, placed, strict=True):
        assert line.box.x0 == pytest.approx(box.x0, abs=0.03 * dpi), text


def test_the_dash_of_a_stretched_line_stays_with_it() -> None:
    image, x = sheet(), 1.0
    for word in ("-", "Thông", "báo", "kết", "quả"):
        x = write(image, (x, 1.5), word, (13, False, 300))[1].x1 / 300 + 0.18
    (line,) = found(image)
    assert line.box.x0 == pytest.approx(300, abs=6)


def test_a_dash_behind_a_stretched_line_is_not_of_it() -> None:
    image, x = sheet(), 1.0
    for word in ("Thông", "báo", "kết", "quả"):
        x = write(image, (x, 1.5), word, (13, False, 300))[1].x1 / 300 + 0.2
    end = round((x - 0.2) * 300)
    write(image, (x + 0.04, 1.5), "-", (13, False, 300))
    assert max(line.box.x1 for line in found(image) if line.box.x0 < 310) <= end + 6


@pytest.mark.parametrize("end", [2.24, 2.26, 2.28])
def test_a_pen_stroke_takes_no_marks_from_the_name_below_it(end: float) -> None:
    image = sheet()
    _, box = write(image, (4.7, 2.4), "Hà Thị Lê Vân", (13, True, 300))
    stroke = [(1395, round(end * 300)), (1650, round(end * 300) - 66), (1920, round(end * 300) - 114)]
    ImageDraw.Draw(image).line(stroke, 0, 4)
    name = found(image)[-1]
    assert overlap(name.box, box) > 0.85, (name.box, box)


@pytest.mark.parametrize("shift", [0, 1])
def test_the_smallest_dot_below_a_letter_is_no_dirt(shift: int) -> None:
    image = sheet()
    _, box = write(image, (1.0, 1.5), "mot con duong", (13, False, 300))
    x, y = box.x0 + 60, 459 + shift
    ImageDraw.Draw(image).rectangle([x, y, x + 3, y + 1], 0)
    (line,) = found(image)
    shown = text_lines.window(line)
    scale = 64 / (shown.y1 - shown.y0)
    row, column = round((y - shown.y0) * scale), round((x - shown.x0) * scale)
    seen = text_lines.crop(np.asarray(image), line, 64)
    assert seen[row - 1 : row + 3, column - 1 : column + 4].min() < 128


def test_a_dirty_page_has_no_marks_as_small_as_that() -> None:
    clean = drawing.page().convert("L")
    dirty = np.array(clean)
    places = np.random.default_rng(3).integers(0, np.array(dirty.shape) // 4, (6000, 2)) * 4
    for y, x in places.tolist():
        dirty[y : y + 2, x : x + 4] = 0
    marks = page_ink.find(dirty, 300).marks
    assert len(marks) < 1.2 * len(page_ink.find(np.asarray(clean), 300).marks)


def test_letterhead_is_two_columns() -> None:
    image, style = sheet(), (13.0, True, 300)
    left = [
        write(image, (0.9, 1.0), "ỦY BAN NHÂN DÂN", style),
        write(image, (1.0, 1.25), "TỈNH MẪU ĐƠN", style),
    ]
    left.append(write(image, (1.0, 1.7), "Số: 12/TB-UBND", (13, False, 300)))
    right = [write(image, (3.5, 1.0), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", style)]
    right.append(write(image, (4.4, 1.25), "Độc lập - Tự do - Hạnh phúc", style))
    right.append(write(image, (4.2, 1.7), "Mẫu Đơn, ngày 05 tháng 3 năm 2024", (13, False, 300)))
    title = write(image, (3.4, 2.4), "THÔNG BÁO", style)
    ImageDraw.Draw(image).line([(1300, 395), (2000, 395)], 0, 4)  # under the motto
    lines = found(image)
    assert_found(lines, [*left, *right, title])
    assert lines[0].block != lines[3].block


def test_list_and_signature_stand_side_by_side() -> None:
    image, small, bold = sheet(), (11.0, False, 300), (13.0, True, 300)
    left = [
        write(image, (1.0, 1.0 + 0.19 * i), text, small)
        for i, text in enumerate(("Nơi nhận:", "- Như trên;", "- Văn phòng (b/cáo);", "- Lưu: VT, HC."))
    ]
    right = [write(image, (4.9, 1.02), "KT. CHỦ TỊCH", bold), write(image, (4.8, 1.25), "PHÓ CHỦ TỊCH", bold)]
    name = write(image, (4.7, 2.4), "Nguyễn Thị Mẫu", bold)
    assert_found(found(image), [*left, *right, name])


def test_sizes_of_type_on_one_page_and_a_lone_page_number() -> None:
    image, placed, y = sheet(), [], 1.0
    placed.append(write(image, (4.1, 0.7), "2", (13, False, 300)))
    for points in (28, 8, 20, 10, 14):
        y += points / 72 * 1.5
        placed.append(write(image, (1.0, y), "Sổ đăng ký kết hôn, quyển số 4", (points, False, 300)))
    lines = found(image)
    assert_found(lines, placed, 0.7)
    for line, points in zip(lines[1:], (28, 8, 20, 10, 14), strict=True):
        assert line.x_height == pytest.approx(0.46 * points / 72 * 300, rel=0.15)


def test_cells_of_a_table_are_read_one_by_one() -> None:
    image, texts = drawing.table()
    lines = text_lines.find(np.asarray(image.convert("L")), 300)
    assert len(lines) == len(texts)
    assert len({line.block for line in lines}) == 9
    tops = [line.box.x0 for line in lines[:4]]
    assert tops[1] < tops[2] < tops[3]


def test_lone_digits_in_cells_and_wide_justified_words() -> None:
    image, placed = sheet(), []
    draw = ImageDraw.Draw(image)
    for row in range(4):
        for column, (x, text) in enumerate(((300, "1234"[row]), (520, "Hồ sơ"), (1200, "7"), (1500, "12"))):
            right = (520, 1200, 1500, 1800)[column]
            draw.rectangle([x, 600 + 90 * row, right, 690 + 90 * row], outline=0, width=3)
            at = ((x + 40) / 300, (660 + 90 * row) / 300)
            placed.append(write(image, at, text, (12, False, 300)))
    assert_found(found(image), placed, 0.5)


def test_a_line_stretched_between_others_is_one_line() -> None:
    image, style = sheet(), (13.0, False, 300)
    above = write(
        image, (1.0, 2.0), "Căn cứ Nghị định số 15 của Chính phủ quy định chi tiết một số điều,", style
    )
    words = [
        write(image, (1.0 + 0.8 * i, 2.25), word, style)[1]
        for i, word in enumerate(["thi", "hành", "Thông", "tư", "số"])
    ]
    below = write(
        image, (1.0, 2.5), "của Bộ trưởng về việc hướng dẫn thực hiện công tác văn thư, lưu trữ", style
    )
    stretched = Box(words[0].x0, min(w.y0 for w in words), words[-1].x1, max(w.y1 for w in words))
    assert_found(found(image), [above, ("", stretched), below])


def test_the_same_words_without_lines_around_them_are_columns() -> None:
    image, style = sheet(), (13.0, False, 300)
    placed = [
        write(image, (1.0 + 0.8 * i, 2.25), w, style) for i, w in enumerate(["STT", "Họ", "Tên", "Tổ", "Xã"])
    ]
    assert_found(found(image), placed, 0.6)


@pytest.mark.parametrize("points", [8, 10, 12])
@pytest.mark.parametrize("gap", [1.3, 1.45, 1.6])
def test_no_line_of_a_table_without_rules_runs_over_the_words_of_another(points: int, gap: float) -> None:
    image, placed, size = sheet(), [], points / 72
    for row in range(20):
        x = 1.0
        for wide, value in ((1.0, str(row)), (4.0, f"{row:08b}"), (1.5, f"{row:03o}"), (1.4, f"{row:02X}")):
            style = (points, False, 300)
            placed.append(write(image, (x, 1.5 + 1.7 * size * row), value, style)[1])
            x += (wide + gap) * size
    lines = [line.box for line in found(image)]
    for box in placed:
        assert sum(_shares(line, box) > 0.5 for line in lines) == 1, box


def _shares(line: Box, box: Box) -> float:
    wide, high = min(line.x1, box.x1) - max(line.x0, box.x0), min(line.y1, box.y1) - max(line.y0, box.y0)
    return max(0, wide) * max(0, high) / ((box.x1 - box.x0) * (box.y1 - box.y0))


def test_leaders_of_a_form_part_its_pieces() -> None:
    image = sheet()
    write(image, (1.0, 2.0), "Họ và tên: " + "." * 60 + " Giới tính: ", (13, False, 300))
    lines = found(image)
    assert [line.box.x1 - line.box.x0 < 800 for line in lines] == [True] * len(lines)
    assert len(lines) == 2


@pytest.mark.parametrize("degrees", [-0.5, 0.5])
def test_slope_that_levelling_left_is_taken_out_of_the_crop(degrees: float) -> None:
    level = drawing.page(seal=False).convert("L")
    sloped = level.rotate(-degrees, Image.Resampling.BICUBIC, fillcolor=255)
    lines = text_lines.find(np.asarray(sloped), 300)
    assert len(lines) == len(text_lines.find(np.asarray(level), 300)) == len(drawing.text_lines())
    long = [line for line in lines if line.box.x1 - line.box.x0 > 1500]
    slopes = [line.base(line.box.x1) - line.base(line.box.x0) for line in long]
    expected = [np.tan(np.radians(degrees)) * (line.box.x1 - line.box.x0) for line in long]
    assert np.allclose(slopes, expected, atol=2.5)
    assert all(_core_rows(text_lines.crop(np.asarray(sloped), line, 64)) < 34 for line in long)


def _core_rows(picture: Pixels) -> int:
    """Rows that hold most of the ink: few, where the line is straight."""
    rows = np.sort((255 - picture.astype(int)).sum(axis=1))[::-1]
    return int(np.searchsorted(np.cumsum(rows), 0.8 * rows.sum()))


def test_curved_lines_stay_whole() -> None:
    flat = np.asarray(drawing.page().convert("L"))
    height, width = flat.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bent = cv2.remap(flat, x, y + 14 * np.sin(x / width * np.pi), cv2.INTER_LINEAR, borderValue=255)
    lines = text_lines.find(np.asarray(bent, np.uint8), 300)
    assert len(lines) == len(drawing.text_lines())


def test_scanned_page_at_every_dpi() -> None:
    for dpi in (100, 150, 200, 300):
        page = drawing.scanned(drawing.page(dpi))
        grey = cleanup.flat(np.ascontiguousarray(np.asarray(page)[:, :, ::-1]), dpi)
        assert len(text_lines.find(grey, dpi)) == len(drawing.text_lines()), dpi


def test_empty_page_has_no_lines() -> None:
    assert found(sheet()) == ()


@pytest.mark.parametrize(
    ("printed", "strokes"),
    [
        ("Hà Thị Lê Ổi", ([1540, 2560, 2060, 2640], [1600, 2500, 1640, 2640], [1700, 2480, 1660, 2645])),
        ("Vũ Hà", ([1538, 2540, 1580, 2653], [1587, 2538, 1560, 2631], [1633, 2554, 1693, 2672])),
        ("Võ Tá", ([1536, 2536, 1577, 2622], [1576, 2546, 1594, 2643], [1630, 2545, 1684, 2668])),
    ],
)
def test_the_stroke_of_a_signature_leaves_a_name_its_marks(
    printed: str, strokes: tuple[list[int], ...]
) -> None:
    image = sheet()
    name, box = write(image, (5.0, 9.0), printed, (14, True, 300))
    draw = ImageDraw.Draw(image)
    for ends in strokes:
        draw.line(ends, 0, 7)
    (line,) = (one for one in found(image) if overlap(one.box, box) > 0.5)
    shown, window = text_lines.crop(np.asarray(image), line, 64), text_lines.window(line)
    alone = sheet()
    write(alone, (5.0, 9.0), name, (14, True, 300))
    wanted = np.asarray(alone)[window.y0 : window.y1, window.x0 : window.x1]
    wanted = cv2.resize(wanted, shown.shape[::-1], interpolation=cv2.INTER_AREA)
    lost = (wanted < 100) & (shown > 200)
    assert np.count_nonzero(lost) < 0.01 * np.count_nonzero(wanted < 100)


def test_a_line_as_long_as_a_scrolled_screen_has_a_picture() -> None:
    """Wider than what OpenCV bends, it was an error that refused the whole file."""
    grey = np.full((60, 18_000), 255, np.uint8)
    line = TextLine(
        Box(0, 20, 18_000, 40), 8, (34, 0.0005, 0), ((0, 18_000),), 0, np.zeros((20, 18_000), np.uint8)
    )
    picture = text_lines.crop(grey, line, 64)
    assert picture.shape[0] == 64
    assert picture.shape[1] == 32_000
