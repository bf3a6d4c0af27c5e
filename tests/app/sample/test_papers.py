"""The fictional papers: visibly fictional, laid out as the law says, the same at every drawing."""

import io

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from app.sample.drawing import MARK
from app.sample.papers import all_papers, paper
from app.sample.scans import as_scan
from ocr.kinds.catalogue import ADMINISTRATIVE_FIELDS, LETTERHEAD_FIELDS, catalogue


def pages_of(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def test_papers_are_the_same_at_every_drawing() -> None:
    assert all_papers() == all_papers()
    assert paper("quyet-dinh") == all_papers()[0]
    assert paper("chi-thi", seed=1).pdf_bytes != paper("chi-thi", seed=2).pdf_bytes


def test_every_written_page_says_that_it_is_a_sample() -> None:
    for sample in all_papers():
        for text in pages_of(sample.pdf_bytes):
            assert not text.strip() or MARK in text, sample.name


def test_truth_is_printed_on_the_paper() -> None:
    for sample in all_papers():
        text = " ".join(" ".join(pages_of(sample.pdf_bytes)).split())
        for name in ("subject", "signer", "position", "full_name", "personal_id", "symbol"):
            value = sample.truth.get(name)
            assert value is None or value in text, (sample.name, name)


def test_truth_speaks_of_the_fields_of_its_kind() -> None:
    for sample in all_papers():
        kind = catalogue()[sample.kind]
        known = {*kind.fields, *LETTERHEAD_FIELDS} if kind.group == "civil" else {*ADMINISTRATIVE_FIELDS}
        assert set(sample.truth) <= known, sample.name


def test_an_unknown_paper_is_an_error() -> None:
    with pytest.raises(KeyError):
        paper("không có")


def test_the_report_has_a_landscape_table_and_a_blank_back() -> None:
    document = pypdfium2.PdfDocument(paper("bao-cao").pdf_bytes)
    sizes = [document.get_page_size(index) for index in range(len(document))]
    document.close()
    assert [width > height for width, height in sizes] == [False, True, True]
    assert pages_of(paper("bao-cao").pdf_bytes)[2].strip() == ""


@pytest.mark.parametrize("form", ["pdf", "tiff", "jpeg"])
def test_scans_are_the_same_for_the_same_seed(form: str) -> None:
    drawn = paper("thong-bao").pdf_bytes
    scans = [as_scan(drawn, to=form, dpi=100, seed=seed) for seed in (1, 1, 2)]  # type: ignore[arg-type]
    assert scans[0] == scans[1]
    assert scans[0] != scans[2]


def test_a_scan_has_no_text_and_every_page() -> None:
    scan = as_scan(paper("bao-cao").pdf_bytes, dpi=100)
    assert [text.strip() for text in pages_of(scan)] == ["", "", ""]


def test_a_tiff_scan_holds_its_pages_and_resolution() -> None:
    with Image.open(io.BytesIO(as_scan(paper("bao-cao").pdf_bytes, to="tiff", dpi=100))) as image:
        assert getattr(image, "n_frames", 1) == 3
        assert round(float(image.info["dpi"][0])) == 100


def test_a_scan_carries_a_red_seal() -> None:
    data = as_scan(paper("quyet-dinh").pdf_bytes, to="jpeg", dpi=100, skew=0)
    with Image.open(io.BytesIO(data)) as image:
        red, green, blue = (np.asarray(band, dtype=int) for band in image.convert("RGB").split())
    assert ((red - green > 60) & (red - blue > 60)).sum() > 300
