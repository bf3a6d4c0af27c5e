"""Where marks stand: in their corner as a reader sees the page, and never over what it has."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.checks.codes import codes_of
from signing.marks.appearance import Appearance, MarkImpossible, MarkKind, ReadingCode
from signing.marks.ink import Ink
from signing.marks.placing import place_text
from signing.pades import SigningRefused
from signing.validation import validate
from tests import judges
from tests.signing import documents, marked
from tests.signing.conftest import NOW, SignFile
from tests.signing.test_appearance import CODE

AGENCY = Appearance("agency", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU")
COPY = Appearance("copy", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU", form="sao-y")
DIGITISER = Appearance("digitiser", "Nguyễn Thị Ẩn Đường", code=CODE)
LINK = "https://banchinh.example/lookup?code=7K3Q-9M2X-T8VD-4HZC"
LINKED = replace(DIGITISER, lookup="7K3Q-9M2X-T8VD-4HZC", link=LINK)
SIGNATURE = Appearance("person", marked.NAME.upper(), image=marked.signature_image())
SEAL = Appearance("agency", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU", image=marked.seal_image())
Edit = Callable[[pikepdf.Page], None]


def as_it_is(_: pikepdf.Page) -> None:
    pass


PAGES: dict[str, Edit] = {
    "plain": as_it_is,
    "turned by 90": marked.turned(90),
    "turned by 180": marked.turned(180),
    "turned by 270": marked.turned(270),
    "cropped, origin elsewhere": marked.cropped,
    "units of two points": marked.in_half_units,
}


def signed_on(data: bytes, sign_file: SignFile, tmp_path: Path, appearance: Appearance) -> tuple[Path, Path]:
    """The document, written down, and the signed one."""
    before = tmp_path / "before.pdf"
    before.write_bytes(data)
    return before, sign_file(before, appearance=appearance)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("appearance", [AGENCY, DIGITISER], ids=["right", "left"])
def test_a_mark_stands_upright_in_its_corner_and_covers_nothing(
    appearance: Appearance, name: str, sign_file: SignFile, tmp_path: Path
) -> None:
    data = marked.edited(marked.decision(), PAGES[name])
    before, signed = signed_on(data, sign_file, tmp_path, appearance)
    ink = marked.new_ink(before, signed)
    rows, columns = np.nonzero(ink[:, :, 0])
    assert len(rows) > 500
    assert ink[:, :, 1].sum() == 0, "what was dark is as it was"
    height, width = ink.shape[:2]
    assert rows.max() < height / 2
    assert columns.min() > width / 2 if appearance is AGENCY else columns.max() < width * 0.6
    if appearance is DIGITISER:
        read = zxingcpp.read_barcodes(marked.picture(signed, dpi=300 * (2 if "units" in name else 1)))
        assert [found.text for found in read] == [CODE.text()]


@pytest.mark.parametrize("size", [(420, 297), (297, 420), (148, 210), (105, 74)])
def test_pages_of_other_sizes(size: tuple[float, float], sign_file: SignFile, tmp_path: Path) -> None:
    data = documents.turned(0, (size[0] * 72 / 25.4, size[1] * 72 / 25.4))
    before, signed = signed_on(data, sign_file, tmp_path, AGENCY)
    ink = marked.new_ink(before, signed)
    assert ink[:, :, 0].any()
    assert not ink[:, :, 1].any()


def test_the_marks_of_many_stand_beside_each_other(sign_file: SignFile, trust: Path) -> None:
    signed: bytes | Path = marked.decision()
    names = ("Nguyễn Văn Mẫu", "Trần Thị Mẫu", "Lê Văn Ví Dụ", "Phạm Thị Ví Dụ", "Võ Văn Mẫu")
    for name in names:
        signed = sign_file(signed, appearance=Appearance("person", name))
    assert isinstance(signed, Path)
    boxes = marked.boxes(signed)
    assert len(boxes) == len(names)
    for one, other in combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)
    assert validate(signed, anchors=[trust]).verdict == "valid"


def test_a_scan_with_dust_a_dark_edge_and_a_stamp(sign_file: SignFile, tmp_path: Path) -> None:
    before, signed = signed_on(marked.scan(), sign_file, tmp_path, DIGITISER)
    ink = marked.new_ink(before, signed)
    assert ink[:, :, 0].sum() > 500
    assert ink[:, :, 1].sum() == 0
    left = marked.boxes(signed)[0][0]
    assert left * 25.4 / 72 > marked.DARK_EDGE
    assert zxingcpp.read_barcodes(marked.picture(signed, dpi=300))[0].text == CODE.text()


inked = st.lists(
    st.tuples(st.integers(0, 800), st.integers(0, 1100), st.integers(1, 300), st.integers(1, 200)),
    max_size=12,
)


@given(inked, st.sampled_from([AGENCY, COPY, DIGITISER, LINKED, Appearance("person", "X", at=(90, 100))]))
@settings(max_examples=60, deadline=None)
def test_wherever_ink_is_no_mark_stands_on_it(
    rectangles: list[tuple[int, int, int, int]], appearance: Appearance
) -> None:
    mask = np.zeros((1169, 827), bool)
    for left, top, width, height in rectangles:
        mask[top : top + height, left : left + width] = True
    try:
        placed = place_text(appearance, NOW, Ink.of(mask, 100 / 72))
    except MarkImpossible as impossible:
        if impossible.code != "no-room":
            raise
        return
    left, top, right, bottom = (round(side * 100 / 72) for side in placed.box)
    assert 0 <= left < right <= 827
    assert 0 <= top < bottom <= 1169
    assert placed.mark.text is not None
    across, down = (round(side * 100 / 72) for side in placed.mark.text.size)
    words = (
        mask[top : top + down, right - across : right]
        if appearance in (AGENCY, COPY)
        else mask[top : top + down, left : left + across]
    )
    assert words.mean() < 0.001
    for code, beside, above in placed.mark.codes():
        side = round(code.side * 100 / 72)
        foot, start = bottom - round(above * 100 / 72), left + round(beside * 100 / 72)
        assert mask[foot - side : foot, start : start + side].mean() < 0.001


def test_a_page_without_room_is_refused_and_says_what_to_do(sign_file: SignFile) -> None:
    for appearance in (AGENCY, DIGITISER, SEAL):
        with pytest.raises(SigningRefused) as refused:
            sign_file(marked.covered_all_over(), appearance=appearance)
        assert refused.value.code == "no-room"
        assert "Hãy chọn trang khác" in refused.value.vi


@pytest.mark.parametrize(
    "appearance",
    [LINKED, replace(LINKED, code=None), replace(AGENCY, lookup="7K3Q-9M2X-T8VD-4HZC", link=LINK)],
    ids=["beside the reading code", "alone", "at the right"],
)
def test_a_telephone_reads_where_the_paper_is_looked_up(
    appearance: Appearance, sign_file: SignFile, tmp_path: Path
) -> None:
    before, signed = signed_on(marked.decision(), sign_file, tmp_path, appearance)
    assert not marked.new_ink(before, signed)[:, :, 1].any(), "what was dark is as it was"
    for dpi in (150, 300):
        marked.picture(signed, dpi=dpi).save(tmp_path / "page.png")
        read = set(codes_of(tmp_path / "page.png"))
        assert read == {LINK, *([CODE.text()] if appearance.code else [])}, dpi


def test_where_there_is_no_room_for_the_link_the_words_have_its_code() -> None:
    small = Ink.of(np.zeros((80, 400), bool), 100 / 72)
    wanted = replace(AGENCY, lookup="7K3Q-9M2X-T8VD-4HZC", link=LINK, at=(2, 2))
    placed = place_text(wanted, NOW, small)
    assert placed.mark.link is None
    assert placed.mark.text is not None
    assert "7K3Q-9M2X-T8VD-4HZC" in "".join(placed.mark.text.lines)
    page = Ink.of(np.zeros((1169, 827), bool), 100 / 72)
    long = place_text(replace(AGENCY, link=LINK + "x" * 400), NOW, page)
    assert long.mark.link is None, "too long to be read from paper"


def test_the_reading_code_is_sharp_enough_for_print(sign_file: SignFile) -> None:
    signed = sign_file(marked.decision(), appearance=Appearance("code", "", code=CODE))
    read = zxingcpp.read_barcodes(marked.picture(signed, dpi=300))[0]
    assert read.text == CODE.text()
    assert read.ec_level == "M"
    side = (read.position.top_right.x - read.position.top_left.x) / 300 * 25.4
    modules = segno.make_qr(CODE.text(), error="M", boost_error=False).symbol_size(border=0)[0]
    assert side / modules == pytest.approx(0.5, abs=0.01)
    _, y0, x1, _ = marked.boxes(signed)[0]
    assert x1 < 595 / 2
    assert y0 > 842 / 2


def test_a_code_that_print_would_not_carry(sign_file: SignFile) -> None:
    long = ReadingCode("1", "2", "3", "Giấy chứng nhận " * 30)
    with pytest.raises(SigningRefused) as refused:
        sign_file(appearance=Appearance("code", "", code=long))
    assert refused.value.code == "code-too-long"


def test_digitiser_copy_signature_and_seal_stand_together(
    sign_file: SignFile, trust: Path, tmp_path: Path
) -> None:
    files = [tmp_path / "before.pdf"]
    files[0].write_bytes(marked.decision())
    for appearance in (LINKED, COPY, SIGNATURE, SEAL):
        files.append(sign_file(files[-1], appearance=appearance))
    assert judges.pdfa(files) == [{"compliant": True, "failed": []}] * len(files)
    report = validate(files[-1], anchors=[trust])
    assert report.verdict == "valid"
    assert not report.changed_after_signing
    assert [s["intact"] for s in judges.pdfsig(files[-1])] == [True] * 4
    left, right = marked.boxes(files[-1])
    assert left[2] < right[0], "the marks of the first page lie apart"
    signature, seal = marked.boxes(files[-1], 1)
    assert seal[0] < signature[0] < seal[2] < signature[2]
    over = (seal[2] - signature[0]) / (signature[2] - signature[0])
    assert over == pytest.approx(1 / 3, abs=0.03)
    assert seal[2] - seal[0] == pytest.approx(36 * 72 / 25.4, abs=1.5), "true size"
    for before, after in pairwise(files):  # nothing that was dark is lighter now
        old, new = (np.asarray(marked.picture(file, 1)).min(axis=2).astype(int) for file in (before, after))
        assert (new - old).max() < 60


def test_a_signature_stands_between_title_and_name(sign_file: SignFile, tmp_path: Path) -> None:
    for gap, width in ((30, 50), (16, 50), (10, 22)):
        before, signed = signed_on(marked.decision(gap=gap), sign_file, tmp_path, SIGNATURE)
        assert marked.boxes(signed, 0) == []
        assert not marked.new_ink(before, signed, 1)[:, :, 1].any()
        x0, y0, x1, y1 = (side * 25.4 / 72 for side in marked.boxes(signed, 1)[0])
        assert (x0 + x1) / 2 == pytest.approx(210 - 95 + 40, abs=3), "centred over the name"
        assert 297 / 2 + 12 - 3 < 297 - y1 < 297 - y0 < 297 / 2 + 12 + gap + 3
        assert x1 - x0 >= width


@pytest.mark.parametrize("name", [name for name in PAGES if name != "plain"])
def test_the_name_is_found_however_the_page_lies(name: str, sign_file: SignFile, tmp_path: Path) -> None:
    page = marked.edited(marked.decision(), PAGES[name])
    before, signed = signed_on(page, sign_file, tmp_path, SIGNATURE)
    assert len(marked.boxes(signed, 1)) == 1
    assert not marked.new_ink(before, signed, 1)[:, :, 1].any()


def test_without_a_name_an_image_stands_at_its_stated_place(sign_file: SignFile, tmp_path: Path) -> None:
    _, signed = signed_on(marked.decision(name="Người Khác"), sign_file, tmp_path, SIGNATURE)
    x0, y0, x1, y1 = (side * 25.4 / 72 for side in marked.boxes(signed, 1)[0])
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == (pytest.approx(210 - 60, abs=1), pytest.approx(75, abs=1))


@pytest.mark.parametrize("kind", ["agency", "digitiser", "person"])
def test_a_caller_says_where(kind: MarkKind, sign_file: SignFile) -> None:
    signed = sign_file(marked.decision(), appearance=Appearance(kind, "PHƯỜNG MẪU", at=(40, 150)))
    x0, _, _, y1 = (side * 25.4 / 72 for side in marked.boxes(signed)[0])
    assert (x0, 297 - y1) == (pytest.approx(40, abs=0.5), pytest.approx(150, abs=0.5))


def test_a_mark_that_is_wanted_over_text_moves_beside_it(sign_file: SignFile, tmp_path: Path) -> None:
    wanted = Appearance("agency", "PHƯỜNG MẪU", at=(40, 72))
    before, signed = signed_on(marked.decision(), sign_file, tmp_path, wanted)
    assert not marked.new_ink(before, signed)[:, :, 1].any()
    with pytest.raises(SigningRefused) as refused:
        sign_file(marked.decision(), appearance=Appearance("agency", "PHƯỜNG MẪU", at=(40, 55, 120, 62)))
    assert refused.value.code == "no-room"


def test_an_image_within_a_box(sign_file: SignFile) -> None:
    appearance = Appearance("person", "X", image=marked.signature_image(), at=(100, 200, 140, 220), page=1)
    x0, y0, x1, y1 = (side * 25.4 / 72 for side in marked.boxes(sign_file(appearance=appearance))[0])
    assert 99.5 < x0 < x1 < 140.5
    assert 199.5 < 297 - y1 < 297 - y0 < 220.5


def test_a_long_name_is_broken_and_a_longer_one_smaller(sign_file: SignFile, tmp_path: Path) -> None:
    name = "ỦY BAN NHÂN DÂN PHƯỜNG CÓ TÊN RẤT DÀI CỦA MỘT THÀNH PHỐ VÍ DỤ TRỰC THUỘC MỘT TỈNH CŨNG VÍ DỤ"
    before, signed = signed_on(marked.decision(), sign_file, tmp_path, Appearance("agency", name))
    assert not marked.new_ink(before, signed)[:, :, 1].any()
    assert marked.boxes(signed)[0][2] <= 595


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (b"no picture", "not a PNG"),
        (marked.opaque_image(), "transparent ground"),
        (marked.signature_image("#202020"), "not blue"),
        (marked.seal_image(), "not blue"),
        (marked.signature_image(dpi=72), "true size"),
    ],
)
def test_images_that_are_not_as_the_decree_says(image: bytes, words: str, sign_file: SignFile) -> None:
    with pytest.raises(SigningRefused) as refused:
        sign_file(appearance=Appearance("person", marked.NAME, image=image))
    assert refused.value.code == "image-unfit"
    assert words in refused.value.en


def test_copies_show_no_image(sign_file: SignFile) -> None:
    copy = Appearance("copy", "PHƯỜNG MẪU", form="sao-y", image=marked.seal_image())
    with pytest.raises(SigningRefused) as refused:
        sign_file(appearance=copy)
    assert refused.value.code == "image-not-shown"


def test_an_archival_document_that_allows_no_transparency(sign_file: SignFile) -> None:
    data = marked.decision().replace(b"<pdfaid:part>2<", b"<pdfaid:part>1<")
    assert b"<pdfaid:part>1<" in data
    with pytest.raises(SigningRefused) as refused:
        sign_file(data, appearance=SIGNATURE)
    assert refused.value.code == "image-breaks-archival"
