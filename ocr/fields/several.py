"""Parts of a form that name more than one person where a field has room for one, as an enterprise may have
several legal representatives (Law on Enterprises 2020, Art 12.2): whose each value is, a person says."""

import re
from collections.abc import Mapping, Sequence

from ocr.fields.evidence import handwritten
from ocr.fields.labels import Label, is_item
from ocr.kinds.catalogue import PaperKind
from ocr.language.writing import fold_letters
from ocr.recognition import Field
from ocr.structure.lines import Line, same_row

#: Over the numbers of a table, each row of which is another person's.
_NUMBERS = ("stt", "tt", "sott")
_ITEM = re.compile(r"\d{1,2}[.)]$")


def without_several(
    found: Mapping[str, Field], parts: Sequence[tuple[Sequence[Line], Sequence[Label]]], kind: PaperKind
) -> dict[str, Field]:
    """The fields without the values of a part in which more than one name is asked for, or a table of names
    stands: the first person's beside what only the second has would be nobody's. Kinds that always print
    several people part them themselves. `parts`: of each page its lines and the labels on them."""
    kept = dict(found)
    groups = {spec.near for spec in kind.fields.values() if spec.near and not kind.people}
    for every, labels in parts:
        for near in groups:
            if _names_several(kind, near, every, labels):
                kept |= {
                    name: handwritten(field.page, field.box)
                    for name, field in kept.items()
                    if kind.fields[name].near == near
                    if field.state == "read" and field.page and field.box
                }
    return kept


def _names_several(
    kind: PaperKind, near: Sequence[str], every: Sequence[Line], labels: Sequence[Label]
) -> bool:
    own = {fold_letters(text) for text in near}
    others = {fold_letters(text) for spec in kind.fields.values() for text in spec.near} - own
    anchor = next((x for x in labels if x.letters in own), None)
    if anchor is None:
        return False
    ends = [x.row for x in labels if x.row > anchor.row and x.letters in others]
    if is_item(every[anchor.row]):
        below = range(anchor.row + 1, len(every))
        ends += [row for row in below if _ITEM.match(every[row].words[0].text)]
    named = {
        fold_letters(text)
        for spec in kind.fields.values()
        for text in spec.labels
        if spec.near == near and spec.form == "name"
    }
    part = range(anchor.row, min(ends, default=len(every)))
    rows = {x.row for x in labels if x.letters in named and x.row in part}
    return len(rows) > 1 or any(_heads_table(every[row], every) for row in rows)


def _heads_table(row: Line, every: Sequence[Line]) -> bool:
    """Whether the numbers of a table stand on the row: `STT | Họ và tên | Chức danh`."""
    level = [x for x in every if x is row or same_row(x, row)]
    return any({x.letters, fold_letters(x.words[0].text)} & {*_NUMBERS} for x in level)
