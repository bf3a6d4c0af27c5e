"""Real scans and hostile files that lie beside the repository; skipped where they do not."""

import csv
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from ocr.fields.extraction import extract
from ocr.kinds.classification import classify
from ocr.language.writing import fold
from ocr.limits import Limits, Refusal
from ocr.reading import inspect, read_page
from ocr.recognition import Field
from tests.ocr import scoring
from tests.ocr.readers import silent

DATA = Path(__file__).parents[2] / ".." / "shared" / "data"
LIMITS = Limits()

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="real pages are not beside the repository")


def rows(path: str) -> list[dict[str, str]]:
    table = DATA / path
    if not table.exists():
        return []
    with table.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.parametrize("row", rows("vn-pages/pages.tsv"), ids=lambda row: row["file"])
def test_turns_and_blanks_of_real_pages(row: dict[str, str], tmp_path: Path) -> None:
    page = read_page(DATA / "vn-pages" / row["file"], 1, tmp_path, LIMITS)
    assert page.rotation == int(row["rotate_clockwise_to_upright"])
    assert page.blank == row["kind"].endswith("blank")


def test_a_back_with_the_rest_of_a_seal_is_blank_however_it_lies(tmp_path: Path) -> None:
    with pdfium.PdfDocument(DATA / "vn-scans" / "1eef26c4-24-TTr-UBND.pdf") as pdf:
        back = pdf[1].render(scale=300 / 72).to_pil()
    back.rotate(90, expand=True).save(tmp_path / "turned.png", dpi=(300, 300))
    assert read_page(tmp_path / "turned.png", 1, tmp_path, LIMITS).blank


@pytest.mark.parametrize("name", ["05dc7aad-p1.jpg", "1eef26c4-p1.jpg", "8caac2cd-p1.jpg", "c0df41cb-p1.png"])
def test_real_scans_are_read_well(name: str, tmp_path: Path) -> None:
    page = read_page(DATA / "vn-scans" / "gt" / name, 1, tmp_path, LIMITS)
    truth = (DATA / "vn-scans" / "gt" / name).with_suffix(".gt.txt").read_text(encoding="utf-8")
    lines = [
        line.replace("«", "").replace("»", "")
        for block in truth.split("#block ")
        if "not-scored" not in block.split("\n", 1)[0]
        for line in block.splitlines()[1:]
        if line.strip()
    ]
    assert scoring.errors_of_lines(lines, page.text) < 0.025


PAPERS = rows("vn-scans/fields.tsv")
Read = tuple[dict[str, str], dict[str, Field]]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> list[Read]:
    """What is known of each real paper, and what its first page is said to have."""
    if not PAPERS:
        pytest.skip("real papers are not beside the repository")
    folder, found = tmp_path_factory.mktemp("papers"), []
    for row in PAPERS:
        page = read_page(DATA / "vn-scans" / row["file"], 1, folder, LIMITS)
        found.append((row, extract([page], classify([page]))))
    return found


def test_what_a_pen_wrote_is_proposed_rightly_or_not_at_all(papers: list[Read]) -> None:
    places = [place for row, found in papers for place in numbers_and_dates(row, found)]
    assert [(said, true) for said, true in places if said not in (None, true)] == []
    assert sum(said is not None for said, _ in places) >= 18  # of 22


def numbers_and_dates(row: dict[str, str], found: dict[str, Field]) -> list[tuple[str | None, str]]:
    """What the first page of a paper is said to have as number and as whole date, and what it has."""
    number, day = found["number"].value, found["date"].value
    month_only = day == row["date"][:7]  # the printed part of a date
    return [(number, row["number"].split("/")[0]), (None if month_only else day, row["date"])]


def test_every_kind_and_symbol_is_right_and_nothing_handwritten_stated_as_read(papers: list[Read]) -> None:
    wrong: list[tuple[str, str, str | None, str]] = []
    for row, found in papers:
        number, symbol = row["number"].split("/", 1)
        truth = {"symbol": symbol, "type": row["doc_type"], "issuer": row["issuer"]}
        wrong += [
            (row["file"], name, found[name].value, value)
            for name, value in truth.items()
            if fold(found[name].value or "") != fold(value)
        ]
        for name, value in (("number", number), ("date", row["date"])):
            field = found[name]
            if field.state == "read" and field.value != value:
                wrong.append((row["file"], name, field.value, value))
            if field.state == "handwritten" and not value.startswith(field.value or ""):
                wrong.append((row["file"], name, field.value, value))
    assert wrong == []


HOSTILE = [row for row in rows("MANIFEST.tsv") if row["file"].startswith("hostile/")]


@pytest.mark.parametrize("row", HOSTILE, ids=lambda row: row["file"])
def test_hostile_files_give_pages_or_a_refusal(row: dict[str, str], tmp_path: Path) -> None:
    expected = row["expectation"]
    code = outcome(DATA / row["file"], tmp_path)
    if "needs a password" in expected:
        assert code == "encrypted"
    elif expected.startswith("not a page format"):
        assert code == "not-a-document"
    elif code is not None:
        assert "REFUSE" in expected or (code == "page-too-large" and "limit" in expected.lower())


def outcome(source: Path, folder: Path) -> str | None:
    """The code of the refusal, or None where the first pages could be had."""
    try:
        found = inspect(source, LIMITS)
        for number in range(1, min(found.pages, 3) + 1):
            read_page(source, number, folder, LIMITS, readers=silent())
    except Refusal as refusal:
        return refusal.code
    return None
