"""Sets of pages whose text is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from ocr.limits import Limits
from ocr.sources import pages

COLOUR_300 = "colour 300 dpi"
TRUTHS = "*-p*.gt.txt"
SCANS = ("vn-scans", "vn-pages")


@dataclass(frozen=True, slots=True)
class PageSet:
    """Files whose pages, one after the other, have these truths; `scans` says how each was scanned."""

    name: str
    files: tuple[Path, ...]
    truths: tuple[Path, ...]
    scans: tuple[str, ...]

    def one_by_one(self, folder: Path) -> "PageSet":
        """The same pages, each as a file of its own; pictures stay as they are."""
        files: list[Path] = []
        for source in self.files:
            if source.suffix != ".pdf":
                files.append(source)
                continue
            with pikepdf.open(source) as pdf:
                for page in pdf.pages:
                    files.append(folder / f"page-{len(files) + 1:03d}.pdf")
                    with pikepdf.new() as single:
                        single.pages.append(page)
                        single.save(files[-1])
        return PageSet(f"{self.name}, each a file", tuple(files), self.truths, self.scans)

    def alone(self, scan: str) -> "PageSet":
        """The first file of this set whose one page was scanned so, and no other."""
        at = self.scans.index(scan)
        return PageSet(f"one page, {scan}", self.files[at : at + 1], self.truths[at : at + 1], (scan,))


def real_pages(data: Path, folder: Path, truths: Path | None = None) -> PageSet | None:
    """Pages as scanned, without what signing software drew over them; None where there are none.

    A truth NAME-pN.gt.txt, in `truths` or beside the scans, is that of page N of the one file whose name
    begins with NAME. Pages of PDFs are joined into one; of pictures every page must have its truth.
    """
    found = [_placed(data, truth) for truth in sorted((truths or data / "vn-scans" / "gt").glob(TRUTHS))]
    if not found:
        return None
    bound = [page for page in found if page.scan.suffix == ".pdf"]
    loose = [page for page in found if page.scan.suffix != ".pdf"]
    files = tuple(dict.fromkeys(page.scan for page in loose))
    scans = tuple(how_scanned(page.scan, page.number) for page in loose)
    if bound:
        joined = _joined(bound, folder / "real.pdf")
        files = (joined, *files)
        scans = (*(how_scanned(joined, number) for number in range(1, len(bound) + 1)), *scans)
    ordered = tuple(page.truth for page in (*bound, *loose))
    return PageSet(f"{len(ordered)} real pages", files, ordered, scans)


@dataclass(frozen=True, slots=True)
class TruePage:
    """A page of a scan, from 1, and the file that tells what it says."""

    scan: Path
    number: int
    truth: Path


def _placed(data: Path, truth: Path) -> TruePage:
    name, _, number = truth.name.removesuffix(".gt.txt").rpartition("-p")
    near = [file for part in SCANS for file in (data / part).glob(f"{name}*") if file.is_file()]
    (scan,) = near
    return TruePage(scan, int(number), truth)


def _joined(found: Sequence[TruePage], target: Path) -> Path:
    with pikepdf.new() as joined:
        for page in found:
            with pikepdf.open(page.scan) as pdf:
                leaf = pdf.pages[page.number - 1]
                if "/Annots" in leaf:
                    del leaf.Annots
                joined.pages.append(leaf)
        joined.save(target)
    return target


def how_scanned(source: Path, number: int) -> str:
    picture = pages.picture(source, number, Limits())
    if picture.bilevel:
        levels = "bilevel"
    elif picture.pixels.ndim == 2:
        levels = "grey"
    else:
        levels = "colour"
    return f"{levels} {round(picture.dpi / 10) * 10} dpi"


def page_bytes(file: Path) -> list[int]:
    """What each page of a PDF takes: all that is reached from it and from no page before it."""
    with pikepdf.open(file) as pdf:
        seen: set[tuple[int, int]] = set()
        return [_reached(page.obj, seen) for page in pdf.pages]


def _reached(root: pikepdf.Object, seen: set[tuple[int, int]]) -> int:
    total, left = 0, [root]
    while left:
        item = left.pop()
        if item.is_indirect:
            if item.objgen in seen:
                continue
            seen.add(item.objgen)
        if isinstance(item, pikepdf.Stream):
            total += len(item.read_raw_bytes())
        left += _parts(item)
    return total


def _parts(item: pikepdf.Object) -> Sequence[pikepdf.Object]:
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        values = [value for key, value in item.items() if key != "/Parent"]
    elif isinstance(item, pikepdf.Array):
        values = list(item.as_list())
    else:
        values = []
    return [value for value in values if isinstance(value, pikepdf.Object)]
