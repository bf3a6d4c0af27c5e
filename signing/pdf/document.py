"""A PDF as a viewer reaches it from its catalog: pages, form fields, annotations; and whether two are equal.

Nothing here trusts a file: what is not of the shape that ISO 32000-1 demands raises one of PARSE_ERRORS.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DecryptedObjectProxy,
    DictionaryObject,
    EncryptedObjAccess,
    FloatObject,
    IndirectObject,
    NullObject,
    NumberObject,
    StreamObject,
)
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.pdf.versions import Version

Identity = tuple[int, int]  # object number and generation
INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")  # ISO 32000-1, table 30
#: Entries whose values are reals.
REALS = frozenset({"/UserUnit", "/PZ", "/Dur", "/CA", "/ca", "/W", "/LW", "/ML"})
#: Entries whose arrays hold whole numbers: poppler and others show no picture whose palette ends at 1.0.
WHOLE = frozenset(
    {"/ByteRange", "/Differences", "/I", "/Index", "/K", "/Limits", "/Mask", "/Nums", "/Size", "/W", "/W2"}
)
CONTENT = "stream"  # what an object has besides its entries
DEEPEST_FIELD = 50  # levels of fields; real forms have three
UNSHOWN = 0b100010  # annotation flags Hidden and NoView (ISO 32000-1, table 165)
MAXIMUM_NODES = 100_000  # of a page tree or a form
MAXIMUM_STEPS = 5_000_000  # of one comparison; a law of 100 pages takes 60,000


@dataclass(frozen=True, slots=True)
class Geometry:
    """How a page is shown: its visible box in user space, its turning clockwise, and how many points a unit
    of user space is (UserUnit)."""

    box: tuple[float, float, float, float]
    turned: int
    unit: float = 1.0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as shown, in units of user space: points where `unit` is 1."""
        width, height = self.box[2] - self.box[0], self.box[3] - self.box[1]
        return (height, width) if self.turned in (90, 270) else (width, height)

    def shown(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """A rectangle of user space as it is shown: points from the top left corner."""
        (x0, y0), (x1, y1) = self._point(box[0], box[1]), self._point(box[2], box[3])
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def in_user_space(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """The rectangle of user space that is shown as `box`, points from the top left corner."""
        left, bottom, right, top = self.box
        x0, y0, x1, y1 = box
        turned = {
            0: (left + x0, top - y1, left + x1, top - y0),
            90: (left + y0, bottom + x0, left + y1, bottom + x1),
            180: (right - x1, bottom + y0, right - x0, bottom + y1),
            270: (right - y1, top - x1, right - y0, top - x0),
        }
        return turned[self.turned]

    def _point(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self.box
        turned = {
            0: (x - left, top - y),
            90: (y - bottom, x - left),
            180: (right - x, y - bottom),
            270: (top - y, right - x),
        }
        return turned[self.turned]


@dataclass(frozen=True, slots=True)
class Page:
    """`number` counts from 1; `inherited` are the attributes that the page has from its ancestors. `rooted`:
    it and they name the node above as their parent, so that who starts below finds the same ones."""

    number: int
    identity: Identity
    node: DictionaryObject
    inherited: Mapping[str, Any]
    rooted: bool = True

    def attribute(self, name: str) -> Any:
        return self.node.raw_get(name) if name in self.node else self.inherited.get(name)

    def geometry(self) -> Geometry:
        """Raises PARSE_ERRORS where the page has no area."""
        media = rectangle(resolved(self.attribute("/MediaBox")))
        crop = resolved(self.attribute("/CropBox"))
        cut = rectangle(crop) if crop is not None else media
        box = (*map(max, media[:2], cut[:2]), *map(min, media[2:], cut[2:]))
        if box[0] >= box[2] or box[1] >= box[3]:
            box = media  # as viewers do with a crop box beside the page
        turned = int(resolved(self.attribute("/Rotate")) or 0) % 360
        unit = float(resolved(value_of(self.node, "/UserUnit", 1.0)))
        return Geometry((box[0], box[1], box[2], box[3]), turned, unit)

    def annotations(self) -> list[Any]:
        """The entries of /Annots, references not followed."""
        return items(value_of(self.node, "/Annots", ArrayObject()))


@dataclass(frozen=True, slots=True)
class Field:
    """A node of the form's tree. Only a `terminal` one has a value; `widgets` are where it shows. `rooted`:
    it, they and what is above name the node above them as their parent."""

    identity: Identity
    name: str
    kind: str | None  # /FT, inherited
    node: DictionaryObject
    terminal: bool
    widgets: tuple[tuple[Identity | None, DictionaryObject], ...]
    rooted: bool = True

    @property
    def is_signature(self) -> bool:
        return self.kind == "/Sig"

    @property
    def is_signed(self) -> bool:
        return self.is_signature and "/V" in self.node


@dataclass(frozen=True, slots=True)
class Kept:
    """A field of an earlier version that is one of the present document, with the objects that are `inside`
    of it and those of other rules that these name."""

    field: Field
    inside: frozenset[Identity]
    named: frozenset[Identity]


@dataclass(frozen=True, slots=True)
class Document:
    """One version of a document; `kept` are the fields of it that are the present ones."""

    trailer: Any
    catalog: DictionaryObject
    pages: list[Page]
    fields: dict[Identity, Field]
    boundaries: dict[Identity, object]  # what is compared by a rule of its own, and as what it counts
    kept: Mapping[Identity, Kept] = field(default_factory=dict)

    @property
    def form(self) -> Any:
        return value_of(self.catalog, "/AcroForm", {})

    def places(self) -> dict[Identity, int]:
        """The number of the page on which an annotation stands."""
        return {
            found: page.number
            for page in self.pages
            for entry in page.annotations()
            if (found := identity(entry)) is not None
        }


def read(reader: PdfFileReader, present: Callable[[Identity], Kept | None] = lambda _: None) -> Document:
    """The document that the reader shows. `present`: the field of a number in the list of its form, if that
    is known to be the present one. Raises PARSE_ERRORS."""
    catalog, trailer = reader.root, reader.trailer.flatten()
    shown, kept = pages(reader), dict[Identity, Kept]()
    fields = {found.identity: found for found in _fields(value_of(catalog, "/AcroForm", {}), present, kept)}
    boundaries: dict[Identity, object] = {page.identity: page.number for page in shown}
    if (root := identity(trailer.raw_get("/Root"))) is not None:
        boundaries[root] = root  # signatures may name it as what they lock, and it is judged by its own rule
    for page in shown:
        boundaries |= {i: i for entry in page.annotations() if (i := identity(entry)) is not None}
    boundaries |= {i: i for i in fields}
    return Document(trailer, catalog, shown, fields, boundaries, kept)


def pages(reader: PdfFileReader) -> list[Page]:
    """The pages alone."""
    return list(_pages(reader.root.raw_get("/Pages")))


def form_fields(reader: PdfFileReader) -> list[Field]:
    """The fields of the form alone."""
    return list(_fields(value_of(reader.root, "/AcroForm", {}), lambda _: None, {}))


def identity(value: Any) -> Identity | None:
    if not isinstance(value, IndirectObject):
        return None
    said = value.reference
    return said.idnum, said.generation


def resolved(value: Any) -> Any:
    return value.get_object() if isinstance(value, IndirectObject) else value  # type: ignore[no-untyped-call]


def value_of(node: Any, key: str, default: Any = None) -> Any:
    """An entry of a dictionary, its reference followed. Null, and a reference to
    nothing, is as if it were not there (ISO 32000-1, 7.3.9 and 7.3.10)."""
    if key not in node:
        return default
    try:
        found = node[key]
    except KeyError:  # so pyHanko says that it is null
        if isinstance(resolved(node.raw_get(key)), NullObject):
            return default
        raise
    return default if isinstance(found, NullObject) else found


def inherited(node: Any, key: str, default: Any = None) -> Any:
    """An entry of a field, or of the nearest above it that has it (ISO 32000-1, 12.7.3.1)."""
    for _ in range(DEEPEST_FIELD):
        if not isinstance(node, DictionaryObject) or key in node:
            break
        node = value_of(node, "/Parent")
    return value_of(node, key, default) if isinstance(node, DictionaryObject) else default


def is_timestamp(value: Any) -> bool:
    """Is a signature dictionary that of a document timestamp? Its SubFilter says so, since that says what its
    value is (ISO 32000-2, table 255): some makers leave the type out, or write the one of signatures."""
    return bool(value.get("/SubFilter") == "/ETSI.RFC3161")


def within(appearance: Any) -> Iterator[DictionaryObject]:
    """The dictionaries and streams that can be reached from an appearance, pages and fields not entered.
    Raises ValueError where there is no end to them."""
    pending, seen = [appearance], set[Identity]()
    steps = 0
    while pending:
        steps += 1
        if steps > MAXIMUM_NODES:
            raise ValueError("an appearance without an end")
        value = pending.pop()
        if (here := identity(value)) is not None:
            if here in seen:
                continue
            seen.add(here)
            value = resolved(value)
        if isinstance(value, ArrayObject):
            pending += items(value)
        elif isinstance(value, DictionaryObject):
            yield value
            pending += [value.raw_get(key) for key in value if key not in ("/P", "/Parent")]


def rectangle(array: Any) -> tuple[float, float, float, float]:
    """A rectangle with its lower left corner first (ISO 32000-1, 7.9.5)."""
    x0, y0, x1, y1 = (float(resolved(v)) for v in items(array))
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def items(array: Any) -> list[Any]:
    """The entries of an array, references not followed. Raises TypeError where it is none."""
    if not isinstance(array, ArrayObject):
        raise TypeError("an array was expected")
    held = list.__iter__(array)
    return [one.decrypted if isinstance(one, DecryptedObjectProxy) else one for one in held]


def _pages(root: Any) -> Iterator[Page]:
    pending: list[tuple[Any, Mapping[str, Any], Identity | None, bool]] = [(root, {}, None, True)]
    seen: set[Identity] = set()
    number = 0
    while pending:
        entry, inherited, above, rooted = pending.pop()
        here, node = _node(entry, seen)
        rooted = rooted and _names_above(node, above)
        if "/Kids" in node:
            inherited = {**inherited, **{name: node.raw_get(name) for name in INHERITED if name in node}}
            pending += [(kid, inherited, here, rooted) for kid in reversed(items(node["/Kids"]))]
        else:
            number += 1
            yield Page(number, here, node, inherited, rooted)


def _names_above(node: DictionaryObject, above: Identity | None) -> bool:
    """Is the parent that a node names the one that has it? The root has none."""
    return (identity(node.raw_get("/Parent")) if "/Parent" in node else None) == above


def _node(entry: Any, seen: set[Identity]) -> tuple[Identity, DictionaryObject]:
    """A node of a tree that was not `seen` yet. Raises ValueError."""
    here, node = identity(entry), resolved(entry)
    if here is None or not isinstance(node, DictionaryObject):
        raise ValueError("the page tree or the form is no tree")
    _enter(here, seen)
    return here, node


def _enter(here: Identity, seen: set[Identity]) -> None:
    if here in seen or len(seen) > MAXIMUM_NODES:
        raise ValueError("the page tree or the form is no tree")
    seen.add(here)


def _fields(
    form: Any, present: Callable[[Identity], Kept | None], kept: dict[Identity, Kept]
) -> Iterator[Field]:
    """Those of a form; what is `present` is not read again and is noted in `kept`."""
    pending: list[tuple[Any, str, Any, Identity | None, bool]] = []
    pending += [(entry, "", None, None, True) for entry in items(value_of(form, "/Fields", ArrayObject()))]
    seen: set[Identity] = set()
    while pending:
        entry, prefix, kind, above, rooted = pending.pop()
        listed = identity(entry) if above is None else None
        if listed is not None and (known := present(listed)) is not None:
            _enter(listed, seen)
            kept[listed] = known
            yield known.field
            continue
        here, node = _node(entry, seen)
        rooted = rooted and _names_above(node, above)
        name = f"{prefix}.{node['/T']}" if prefix and "/T" in node else str(value_of(node, "/T", prefix))
        kind = value_of(node, "/FT", kind)
        kids = [(kid, resolved(kid)) for kid in items(value_of(node, "/Kids", ArrayObject()))]
        below = [kid for kid, found in kids if "/T" in found]
        widgets = [(identity(kid), found) for kid, found in kids if "/T" not in found]
        pending += [(kid, name, kind, here, rooted) for kid in below]
        rooted_too = rooted and all(_names_above(widget, here) for _, widget in widgets)
        yield Field(here, name, kind, node, not below, tuple(widgets or [(here, node)]), rooted_too)


@dataclass(slots=True)
class Sameness:
    """Compares what two versions of one document hold, to the bytes of every stream."""

    before: Mapping[Identity, object]
    after: Mapping[Identity, object]
    _seen: set[tuple[Identity, Identity]] = field(default_factory=set)
    _steps: int = 0

    def same(self, old: Any, new: Any, *, whole: bool = False) -> bool:
        """Whether all that is reachable from both is equal. Pages, annotations and fields are not entered:
        they count as equal when they are the same one. `whole`: numbers in an array must be written in the
        same way. Raises ValueError when there is no end to it."""
        pending = [(old, new, whole)]
        while pending:
            self._steps += 1
            if self._steps > MAXIMUM_STEPS:
                raise ValueError("too much to compare")
            left, right, whole = pending.pop()
            mine, other = identity(left), identity(right)
            if mine in self.before or other in self.after:
                if mine and other and self.before.get(mine) == self.after.get(other):
                    continue
                return self._differs()
            if mine and other:
                if (mine, other) in self._seen:
                    continue
                self._seen.add((mine, other))
                if (inside := _unchanged_inside(left, right)) is not None:
                    pending += [(one, another, True) for one, another in inside]
                    continue
            whole = whole or mine is not None or other is not None  # who names it may want whole numbers
            if not _matches(resolved(left), resolved(right), pending, whole=whole):
                return self._differs()
        return True

    def agrees_on(self, kept: Kept) -> bool:
        """Is a field that is the same in both versions equal in both, too? What it names must count as the
        same one in both, and nothing inside of it as what has a rule of its own."""
        apart = self.before.keys().isdisjoint(kept.inside) and self.after.keys().isdisjoint(kept.inside)
        return apart and all(self.before.get(one) == self.after.get(one) for one in kept.named)

    def _differs(self) -> bool:
        self._seen.clear()  # it holds pairs whose inside was not looked at to the end
        return False

    def changed(self, old: Any, new: Any) -> set[str]:
        """The keys whose values differ, and CONTENT where the two are streams of other bytes."""
        inside = _unchanged_inside(old, new)
        if inside is not None and all(self.same(*pair) for pair in inside):
            return set()
        found = set() if _stream(old) == _stream(new) else {CONTENT}
        return found | {
            str(key)
            for key in {*old, *new}
            if key not in old
            or key not in new
            or not self._same_entry(key, old.raw_get(key), new.raw_get(key))
        }

    def _same_entry(self, key: str, old: Any, new: Any) -> bool:
        return (key in REALS and _equal(old, new)) or self.same(old, new, whole=key in WHOLE)


def _unchanged_inside(old: Any, new: Any) -> Sequence[tuple[Any, Any]] | None:
    """What is left to be compared of an object that both have at the same bytes; None of any other."""
    where = old.reference if isinstance(old, IndirectObject) else getattr(old, "container_ref", None)
    version = where.get_pdf_handler() if where is not None else None
    return version.unchanged_inside(old, new) if isinstance(version, Version) else None


def _matches(left: Any, right: Any, pending: list[tuple[Any, Any, bool]], *, whole: bool) -> bool:
    """Whether two objects are equal but for what they hold, which is left to be compared. `whole`: numbers in
    an array must be written in the same way."""
    if isinstance(left, DictionaryObject) and isinstance(right, DictionaryObject):
        if set(left) != set(right) or _stream(left) != _stream(right):
            return False
        pairs = ((key, _entry(left, key), _entry(right, key)) for key in left)
        pending += [
            (one, other, key in WHOLE)
            for key, one, other in pairs
            if key not in REALS or not _equal(one, other)
        ]
        return True
    if isinstance(left, ArrayObject) and isinstance(right, ArrayObject):
        if len(left) != len(right):
            return False
        whole = whole or (len(left) > 0 and resolved(left.raw_get(0)) == "/Indexed")
        pairs_of_items = zip(items(left), items(right), strict=True)
        pending += [(one, other, whole) for one, other in pairs_of_items if whole or not _equal(one, other)]
        return True
    return bool(type(left) is type(right) and left == right)


def _equal(one: Any, other: Any) -> bool:
    """Are they one number, whichever way it is written? Programs that write an object anew make 612.0 a 612,
    and what is asked for is a number (ISO 32000-1, 7.3.3); a whole one that is written as a real may be
    refused where it must be whole, so this is asked only of what is a real by its meaning, and of arrays that
    stand in an entry which is not known to want whole ones."""
    numbers = (NumberObject, FloatObject)
    return isinstance(one, numbers) and isinstance(other, numbers) and bool(one == other)


def _entry(node: DictionaryObject, key: str) -> Any:
    """An entry as it is; the value of a signature is not encrypted where all else is (ISO 32000-1, 7.6.1)."""
    plain = key == "/Contents" and "/ByteRange" in node
    return node.raw_get(key, EncryptedObjAccess.RAW if plain else EncryptedObjAccess.TRANSPARENT)


def _stream(value: DictionaryObject) -> Any:
    return value.encoded_data if isinstance(value, StreamObject) else None
