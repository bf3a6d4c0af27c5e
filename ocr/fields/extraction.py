"""Every field of a paper, by its kind: what each part found, and what is too doubtful to be said."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from ocr.fields import administrative, unheaded
from ocr.fields.addressee import addressee
from ocr.fields.administrative import OF_UNIT
from ocr.fields.certification import without_certification
from ocr.fields.class_table import classes, without_classes
from ocr.fields.closing import closing_date, closing_line
from ocr.fields.doubts import only_marks_differ
from ocr.fields.evidence import ABSENT, handwritten, if_all_read, if_sure
from ocr.fields.labelled import labelled
from ocr.fields.signatory import Block, signatory, signing_block
from ocr.fields.spelling import is_whole_position
from ocr.fields.subject import subject
from ocr.fields.validity import scope, validity
from ocr.kinds.catalogue import LETTERHEAD_FIELDS, PaperKind, asked_of, fields_of, form_of, unlisted
from ocr.language.places import MERGED
from ocr.language.writing import distance, fold_letters
from ocr.recognition import Field, Kind, Page
from ocr.structure.letterhead import letterhead
from ocr.structure.shared_sheet import first_paper

#: Below this the reason of a kind itself asks to check it: a symbol alone, or one that says otherwise.
LEAST_SURE_KIND = 0.7
#: How far over the first title of who signs its place and date may stand, in heights of a line.
OVER = 3.0
#: Found by the shape of their place, or one of a few words.
BY_SHAPE = frozenset(("type", "urgency"))
#: Different people, of whom any two may be called the same but for marks.
FAMILY = frozenset(("full_name", "mother_name", "father_name", "wife_name", "husband_name"))


def extract(pages: Sequence[Page], kind: Kind) -> dict[str, Field]:
    """Every field of the kind, those that were not found as absent."""
    found = _extracted(pages, kind)
    return {n: f if _is_by_shape(n, f) else if_all_read(f, pages) for n, f in found.items()}


def _is_by_shape(name: str, field: Field) -> bool:
    """Whether a few words are all that can stand there, so that ink over one of them changes nothing."""
    return name in BY_SHAPE or (name == "position" and is_whole_position(field.value or ""))


def _extracted(pages: Sequence[Page], kind: Kind) -> dict[str, Field]:
    known = form_of(kind)
    code = known.code if known else kind.code
    written = [first_paper(page) for page in pages if page.words and not page.blank]
    if known is None or not known.certifies:
        written = [page for page in map(without_certification, written) if page.words]
    backs: dict[str, Field] = {}
    if known is not None and known.class_table:
        backs = classes(written)
        written = [page for page in map(without_classes, written) if page.words]
    if known is None or known.group != "civil":
        every = _administrative(written, kind, signing_block(written)) if written else {}
        return {name: every.get(name, ABSENT) for name in fields_of(code)} | _asked(written, kind, code)
    found: dict[str, Field] = dict(backs)
    if written:
        printed = labelled(written, known)
        if written[0].origin == "ocr":
            printed = _not_at_odds(printed)
        found |= _letterhead_fields(written, known, kind)
        # A day of registration is none of issue where one stands over the signature.
        kept = {"issued_on"} & set(found)
        found |= {n: f for n, f in printed.items() if n not in kept and (f.state == "read" or n not in found)}
    names = [n for n in fields_of(code) if n in found or n not in unlisted(code)]
    return {name: found.get(name, ABSENT) for name in names} | _asked(written, kind, code)


def _asked(pages: Sequence[Page], kind: Kind, code: str) -> dict[str, Field]:
    """What the metadata of F1.5 ask of every paper; whose paper it is, only a person knows where no field
    of the kind says it."""
    said = {"holder_id": ABSENT, "validity": validity(pages, kind.name), "scope": scope(pages, kind.name)}
    return {name: said[name] for name in asked_of(code)}


def _administrative(pages: Sequence[Page], kind: Kind, block: Block | None) -> dict[str, Field]:
    """The fields that Decree 30/2020 lays out; `block` is that of who signed."""
    head = letterhead(pages[0])
    place, date = _over_signature(pages, block) if head.date is None else administrative.place_and_date(head)
    signer, position = signatory(block, pages)
    found = {
        "number": administrative.number(head),
        "symbol": administrative.symbol(head),
        "date": date,
        "place": place,
        "issuer": administrative.issuer(head),
        "subject": subject(head, kind),
        "addressee": addressee(head),
        "signer": signer,
        "position": position,
    }
    # The type is as sure as the kind is, and an urgency is one of four whose letters all fit.
    known = {
        "type": if_sure(administrative.type_of(kind), LEAST_SURE_KIND),
        "urgency": administrative.urgency(head),
    }
    if pages[0].origin == "ocr":
        if _misspells_kind(found["symbol"].value or "", kind):
            found["symbol"] = _place_only(found["symbol"])
        found = _not_at_odds(found, administrative.units_of(head.issuer))
        if administrative.is_cut_commune(found["issuer"].value or "", place.value or ""):
            found["issuer"] = _place_only(found["issuer"])
        if administrative.is_cut_place(found["issuer"].value or "", place.value or ""):
            found["place"] = _place_only(found["place"])
    return {**{name: if_sure(field) for name, field in found.items()}, **known}


def _over_signature(pages: Sequence[Page], block: Block | None) -> tuple[Field, Field]:
    """Place and date where they stand right over who signs, as before Decree 30/2020 and in contracts."""
    page = next((page for page in pages if block and page.number == block.page), None)
    line = closing_line(page) if page is not None else None
    if page is None or line is None or block is None or not block.titles:
        return ABSENT, ABSENT
    first = block.titles[0]
    over = 0 <= first.box.y0 - line.box.y1 < OVER * first.height
    if not over or min(first.box.x1, line.box.x1) <= max(first.box.x0, line.box.x0):
        return ABSENT, ABSENT
    return administrative.place_and_date(replace(letterhead(page), date=line))[0], closing_date([page])


def _misspells_kind(symbol: str, kind: Kind) -> bool:
    """Whether a symbol begins with the kind's but for its marks or a lost letter: `CD-UBND` of a `CĐ`."""
    first = re.split(r"[-/]", symbol)[0]
    a, b = fold_letters(first), fold_letters(kind.code)
    lost = len(a) + 1 == len(b) and distance(a, b, 1) == 1
    return first.casefold() != kind.code.casefold() and (a == b or lost)


def _not_at_odds(found: Mapping[str, Field], besides: Sequence[str] = ()) -> dict[str, Field]:
    """The fields without the values of which another, or what stands besides, has the same letters and other
    marks: who issues and where (`XÃ CAM LÝ`, `Cẩm Lý`), or one person twice; not those of a family."""
    parts = {n: _name_in(n, f.value) for n, f in found.items() if f.state == "read" and f.value}
    odd = {name for name, one in parts.items() for other in besides if only_marks_differ(one, other)}
    for name, other in combinations(parts, 2):
        if only_marks_differ(parts[name], parts[other]) and not {name, other} <= FAMILY:
            odd |= {name, other}
    return {n: _place_only(f) if n in odd else f for n, f in found.items()}


def _name_in(field: str, value: str) -> str:
    """What of a value may stand in another: of an issuer the name of its unit."""
    return OF_UNIT.split(value)[-1] if field == "issuer" else value


def _place_only(field: Field) -> Field:
    return handwritten(field.page, field.box) if field.page and field.box else field


def _letterhead_fields(pages: Sequence[Page], kind: PaperKind, found: Kind) -> dict[str, Field]:
    """What numbers, dates and signs a paper that is no administrative document, where it has that."""
    block = signing_block(pages)
    every = _administrative(pages, found, block)
    closing = closing_date(pages)
    headed = kind.letterhead and every["date"].state != "absent"
    every["issued_on"] = every["date"] if headed else closing
    if not kind.letterhead:
        every["issuer"] = if_sure(unheaded.headed_by(pages, every["position"]))
    elif every["issuer"].state == "absent":
        current = (closing.value or "") >= MERGED.isoformat()[:7]
        every["issuer"] = if_sure(unheaded.signed_for(block, pages, current=current))
    names = LETTERHEAD_FIELDS if kind.letterhead else ("issuer", "signer", "position", "issued_on")
    return {name: every[name] for name in names if every[name].state != "absent"}
