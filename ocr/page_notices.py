"""What is said of single pages: at the page, and at its paper once for all of its kind."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ocr.recognition import Notice, Page

TURN_UNKNOWN = Notice(
    "turn-unknown",
    "Không biết trang này có bị xoay hay không, vì máy chủ thiếu Tesseract. Nếu trang nằm ngang hoặc lộn "
    "ngược, hãy xoay lại khi quét, hoặc nhờ quản trị viên chạy `banchinh doctor`.",
    "Whether this page is turned is not known, because the server lacks Tesseract. If it lies on its side or "
    "upside down, scan it upright, or ask the administrator to run `banchinh doctor`.",
)
PALE = Notice(
    "pale",
    "Chữ trên trang này rất nhạt; máy đã tăng độ đậm để đọc. Hãy đối chiếu với bản giấy, hoặc quét lại cho "
    "đậm hơn.",
    "The print of this page is very pale and was strengthened to be read. Compare it with the paper, or scan "
    "it again, darker.",
)
SIZE = Notice(
    "page-size",
    "Bản để xem của trang này khác khổ tệp gốc, vì PDF/A không cho cạnh trang ngắn hơn 3 point (1,06 mm), vì "
    "ảnh của trang quá thô, hoặc vì tệp ghi một khổ lớn hơn mọi tờ giấy. Tệp gốc giữ nguyên khổ.",
    "The viewing copy of this page has another size than the received file, as PDF/A allows no side shorter "
    "than 3 points (1.06 mm), as the picture of it is too coarse, or as the file tells a size that no sheet "
    "has. The received file keeps its size.",
)
WORDLESS = Notice(
    "no-words",
    "Không đọc được chữ nào trên trang này, dù trang không trắng. Hãy xem bản để xem; nếu trên đó có chữ, "
    "hãy quét lại rõ hơn hoặc gõ các giá trị bằng tay.",
    "No word could be read on this page, though it is not blank. Look at the viewing copy; if there is text "
    "on it, scan it again more clearly, or type the values.",
)
DIRTY = Notice(
    "dirty",
    "Có nhiều vết bẩn trên trang này; máy không ghi chúng thành chữ, ảnh của trang giữ nguyên. Hãy đối chiếu "
    "với bản giấy, hoặc lau kính máy quét và quét lại.",
    "There is dirt all over this page; it was not written down as letters, and the picture is as it was. "
    "Compare it with the paper, or clean the scanner's glass and scan it again.",
)
LIGHT_PRINT = Notice(
    "light-print",
    "Trên trang này có chữ sáng trên nền tối mà máy không đọc được, nên không có trong văn bản. Hãy xem ảnh "
    "của trang và gõ thêm nếu cần, hoặc quét lại với độ phân giải cao hơn.",
    "There is light print on a dark ground on this page that could not be read, so it is not in the text. "
    "Look at the picture of the page and type what is needed, or scan it again at a higher resolution.",
)
SEVERAL_SHEETS = Notice(
    "several-sheets",
    "Ảnh trang này chụp nhiều tờ giấy cùng lúc; chữ của từng tờ được ghi lần lượt. Nếu chúng là các giấy tờ "
    "khác nhau, hãy chụp riêng từng tờ.",
    "Several sheets were photographed together on this page; the text of each follows that of the other. If "
    "they are different papers, photograph each by itself.",
)
FEWER_READERS = Notice(
    "readers-missing",
    "Khi đọc trang này, máy chủ thiếu một bộ đọc: có thể sai nhiều chữ hơn, và số, ngày viết tay có thể "
    "không được đề nghị. Hãy nhờ quản trị viên chạy `banchinh doctor`.",
    "A reader was missing on the server when it read this page: more words may be wrong, and handwritten "
    "numbers and days may not be proposed. Ask the administrator to run `banchinh doctor`.",
)
CUT_SHORT = Notice(
    "picture-cut",
    "Dữ liệu ảnh của trang này bị đứt giữa chừng: phần còn lại đã mất, không chỉ là không đọc được. Hãy đối "
    "chiếu với bản giấy, rồi quét lại hoặc xin lại tệp gốc.",
    "The picture of this page breaks off: the rest of it is lost, not just unread. Compare it with the "
    "paper, then scan it again or ask for the original file.",
)
ODD = Notice(
    "picture-odd",
    "Dữ liệu ảnh của trang này không khớp với kích thước hoặc hệ màu ghi trong tệp, nên ảnh và chữ đọc được "
    "có thể sai hẳn. Hãy xem bản để xem; nếu ảnh hỏng, hãy quét lại hoặc xin lại tệp gốc.",
    "The picture of this page does not fit the size or colours that the file tells, so that it and the words "
    "read may be all wrong. Look at the viewing copy; if it is spoilt, scan it again or ask for the original "
    "file.",
)


def _doubts(code: str, vi: str, en: str, do_vi: str, do_en: str) -> Notice:
    return Notice(
        code,
        f"Nhiều chữ trên trang này máy đọc không chắc{vi}. Hãy {do_vi}; nếu không quét lại được, hãy đối "
        "chiếu từng chữ được đánh dấu với bản giấy.",
        f"Many words of this page could not be read surely{en}. {do_en}; where that cannot be done, compare "
        "each marked word with the paper.",
    )


DOUBTS_COARSE = _doubts(
    "doubts-coarse",
    ", vì ảnh có độ phân giải quá thấp",
    ", as its resolution is too low",
    "quét lại ở 300 dpi",
    "Scan it again at 300 dpi",
)
DOUBTS_DARK = _doubts(
    "doubts-dark",
    ", vì ảnh quá tối",
    ", as its picture is too dark",
    "quét lại cho sáng hơn",
    "Scan it again, lighter",
)
DOUBTS_BLURRED = _doubts(
    "doubts-blurred",
    ", vì ảnh bị nhòe",
    ", as its picture is blurred",
    "lau kính máy quét, đặt giấy phẳng rồi quét lại",
    "Clean the scanner's glass, lay the sheet flat and scan it again",
)
DOUBTS_MANY = _doubts(
    "doubts-many",
    "",
    "",
    "quét lại cho rõ hơn, nếu giấy không viết bằng chữ của tiếng khác",
    "Scan it again, more clearly, unless it is written in another script",
)
GATHERED = (
    CUT_SHORT,
    ODD,
    TURN_UNKNOWN,
    PALE,
    SIZE,
    WORDLESS,
    DIRTY,
    LIGHT_PRINT,
    DOUBTS_COARSE,
    DOUBTS_DARK,
    DOUBTS_BLURRED,
    DOUBTS_MANY,
    SEVERAL_SHEETS,
    FEWER_READERS,
)


def with_wordless(page: Page) -> Page:
    """The page with the notice that nothing was read of it, where it is not blank."""
    if page.blank or page.words or page.handwriting:
        return page
    return replace(page, warnings=(*page.warnings, WORDLESS))


def with_picture_faults(page: Page, *, cut_short: bool, odd: bool) -> Page:
    """The page with the notices that its picture ends too early, or is not what the file tells."""
    told = [notice for found, notice in ((cut_short, CUT_SHORT), (odd, ODD)) if found]
    return replace(page, warnings=(*page.warnings, *told))


def with_fewer_readers(page: Page) -> Page:
    """The page with the notice that not all readers were there, where its words were read."""
    if page.origin == "text-layer" or page.blank:
        return page
    return replace(page, warnings=(*page.warnings, FEWER_READERS))


def of_pages(pages: Sequence[Page]) -> tuple[Notice, ...]:
    """The notices of pages as those of their paper: these ones once, with the numbers of their pages."""
    codes = [notice.code for notice in GATHERED]
    others = tuple(n for page in pages for n in page.warnings if n.code not in codes)
    return (*others, *(n for notice in GATHERED for n in _once(notice, pages)))


def _once(notice: Notice, pages: Sequence[Page]) -> list[Notice]:
    numbers = [page.number for page in pages if any(n.code == notice.code for n in page.warnings)]
    if not numbers:
        return []
    named = ", ".join(_spans(numbers))
    en = notice.en.replace("this page", f"page {named}")
    if len(numbers) > 1:
        en = notice.en.replace("this page", f"each of the pages {named}").replace("If it", "If one")
    return [replace(notice, vi=notice.vi.replace("trang này", f"trang {named}"), en=en)]


def _spans(numbers: Iterable[int]) -> list[str]:
    """1, 2, 3 and 7 as "1–3" and "7"."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return [str(first) if first == last else f"{first}–{last}" for first, last in spans]
