"""Provinces and communes by edition: 63 provinces until 30 June 2025, since then 34 and 3,321 communes.

`places.tsv` is made by `ocr/language/make_places.py`, which names its source.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources

from ocr.language.writing import fold_letters

#: Resolution 202/2025/QH15 and the end of the district level.
MERGED = date(2025, 7, 1)


_UNIT = re.compile(r"^(?:Phường|Xã|Đặc khu) ")


@cache
def _rows() -> tuple[tuple[str, str, str, tuple[str, ...]], ...]:
    text = resources.files(__package__).joinpath("places.tsv").read_text(encoding="utf-8")
    cells = (line.split("\t") for line in text.splitlines())
    return tuple((edition, code, name, tuple(filter(None, c.split(";")))) for edition, code, name, c in cells)


@cache
def birth_provinces() -> Mapping[str, str]:
    """The provinces by the three digits that begin a personal number; those keep the codes of the 63."""
    return {f"0{code}": name for edition, code, name, _ in _rows() if edition == "2008"}


@cache
def provinces(edition: str) -> Mapping[str, str]:
    """Names without `tỉnh` or `thành phố` by their folded letters."""
    names = (_bare(name) for e, _, name, _ in _rows() if e == edition)
    return {fold_letters(name): name for name in names}


@cache
def communes() -> frozenset[str]:
    """The folded names of the communes of 2025 with their kind: `phuongbadinh`, `xatratap`."""
    return frozenset(fold_letters(name) for _, _, _, names in _rows() for name in names)


@cache
def communes_of(province: str) -> frozenset[str]:
    """The folded bare names of the communes of a province of 2025, given by its folded letters."""
    return frozenset(
        fold_letters(_UNIT.sub("", name))
        for edition, _, own, names in _rows()
        if edition == "2025" and fold_letters(_bare(own)) == province
        for name in names
    )


@cache
def parts_of_names() -> frozenset[str]:
    """The folded words of all names of provinces and communes: `krong`, `dak`."""
    names = (name for _, _, province, own in _rows() for name in (province, *own))
    return frozenset(fold_letters(word) for name in names for word in name.split())


@cache
def spellings() -> Mapping[str, frozenset[str]]:
    """Bare names of all provinces and communes, in small letters, by their folded letters."""
    found: dict[str, set[str]] = {}
    for _, _, province, names in _rows():
        for name in (_bare(province), *(_UNIT.sub("", each) for each in names)):
            found.setdefault(fold_letters(name), set()).add(name.casefold())
    return {letters: frozenset(names) for letters, names in found.items()}


def _bare(name: str) -> str:
    for kind in ("Thành phố ", "Tỉnh "):
        name = name.removeprefix(kind)
    return name
