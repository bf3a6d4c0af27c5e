"""Fictional papers with what is true of each: drawn anew at every call, the same bytes for the same seed.

    for paper in all_papers():
        scan = as_scan(paper.pdf_bytes)      # from app.sample.scans

The people, places and numbers exist nowhere: Phường Mẫu of Thành phố Ví Dụ, personal numbers of the province
099, which there is not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.sample import administrative_papers, civil_papers
from app.sample.drawing import Sheet
from app.sample.typeface import trimmed

_DRAWERS: tuple[tuple[str, str, Callable[[Sheet], Mapping[str, str | None]]], ...] = (
    ("quyet-dinh", "QĐ", administrative_papers.decision),
    ("cong-van", "CV", administrative_papers.letter),
    ("to-trinh", "TTr", administrative_papers.submission),
    ("thong-bao", "TB", administrative_papers.notice),
    ("bao-cao", "BC", administrative_papers.report),
    ("chi-thi", "CT", administrative_papers.directive),
    ("ke-hoach", "KH", administrative_papers.plan),
    ("giay-moi", "GM", administrative_papers.invitation),
    ("giay-khai-sinh", "giay-khai-sinh", civil_papers.birth),
    ("giay-chung-nhan-ket-hon", "giay-chung-nhan-ket-hon", civil_papers.marriage),
    ("trich-luc-khai-tu", "trich-luc-khai-tu", civil_papers.death),
    (
        "giay-xac-nhan-tinh-trang-hon-nhan",
        "giay-xac-nhan-tinh-trang-hon-nhan",
        civil_papers.marital_status,
    ),
    ("giay-phep-xay-dung", "giay-phep-xay-dung", civil_papers.building_permit),
    ("to-khai-khai-tu", "to-khai", civil_papers.declaration),
)


@dataclass(frozen=True, slots=True)
class SamplePaper:
    """A paper as a born-digital PDF. `truth` has the fields of the contract; None where the paper leaves one
    open or has it in handwriting that only a person reads. `kind` is the code of its kind."""

    name: str
    pdf_bytes: bytes
    truth: Mapping[str, str | None]
    kind: str


def all_papers(seed: int = 0) -> list[SamplePaper]:
    """Every paper. Raises TypefaceMissing where no font has the Vietnamese letters."""
    with trimmed() as faces:
        return [_drawn(Sheet(faces, seed), *entry) for entry in _DRAWERS]


def paper(name: str, seed: int = 0) -> SamplePaper:
    """One paper by its name, such as `quyet-dinh`. Raises KeyError."""
    for entry in _DRAWERS:
        if entry[0] == name:
            with trimmed() as faces:
                return _drawn(Sheet(faces, seed), *entry)
    raise KeyError(name)


def _drawn(
    sheet: Sheet, name: str, kind: str, draw: Callable[[Sheet], Mapping[str, str | None]]
) -> SamplePaper:
    truth = draw(sheet)
    return SamplePaper(f"{name}.pdf", sheet.bytes(), truth, kind)
