"""Sets of pages whose text is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from ocr import pages
from ocr.limits import Limits

COLOUR_300 = "colour 300 dpi"


@dataclass(frozen=True, slots=True)
class PageSet:
    """Files whose pages, one after the other, have these truths; `scans` says how each was scanned."""

    name: str
    files: tuple[Path, ...]
    truths: tuple[Path, ...]
    scans: tuple[str, ...]

    def one_by_one(self, folder: Path) -> "PageSet":
        """The same pages, each as a file of its own."""
        files: list[Path] = []
        for source in self.files:
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


def real_pages(data: Path, folder: Path) -> PageSet | None:
    """First pages as scanned, without what signing software drew over them; None where there are none."""
    truths = sorted((data / "vn-scans" / "gt").glob("*-p1.gt.txt"))
    target = folder / "real.pdf"
    with pikepdf.new() as joined:
        for truth in truths:
            (scan,) = (data / "vn-scans").glob(truth.name.split("-")[0] + "-*.pdf")
            with pikepdf.open(scan) as pdf:
                page = pdf.pages[0]
                if "/Annots" in page:
                    del page.Annots
                joined.pages.append(page)
        joined.save(target)
    scans = tuple(how_scanned(target, number) for number in range(1, len(truths) + 1))
    return PageSet(f"{len(truths)} real pages", (target,), tuple(truths), scans) if truths else None


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
