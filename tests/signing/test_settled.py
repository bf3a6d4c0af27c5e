"""Many signatures in one document: what stayed is not looked at anew, and no change is missed."""

import cProfile
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from signing.keys.references import SigningKey
from signing.validation import validate
from tests.signing import handwritten as by_hand
from tests.signing.handwritten import Objects, Table, Written

COUNT = 4
DRAWN = b"BT /F1 12 Tf 4 4 Td (Da ky) Tj ET "
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F1 5 0 R>>>>"
LENGTH = 900  # the object that says how long the mark of the first signature is


def field(number: int) -> int:
    """The object of a signature field (from 1); its value and its mark follow."""
    return 10 * number


def mark(drawn: bytes = DRAWN, length: bytes | None = None) -> bytes:
    said = length or b"%d" % len(drawn)
    return b"<<%s/Length %s>>\nstream\n%s\nendstream" % (FORM, said, drawn)


def signed_often(
    key: SigningKey,
    count: int,
    beside: Mapping[int, Objects] | None = None,
    table: Table = by_hand.classic,
    pack: frozenset[int] = frozenset(),
) -> Written:
    """A document that was signed so often, each time with a mark. `beside`: what the update of a signature
    holds besides; `table`, `pack`: how updates are written."""
    last = by_hand.document()
    for number in range(1, count + 1):
        here = field(number)
        earlier = [field(one) for one in range(1, number)]
        place = b"/Rect[300 %d 400 %d]/AP<</N %d 0 R>>" % (25 * number, 25 * number + 20, here + 2)
        objects = by_hand.signing(here, by_hand.base(), earlier, place)
        objects[here] = objects[here].replace(b"/Rect[0 0 0 0]", b"", 1)
        objects |= {here + 2: mark(), **(beside or {}).get(number, {})}
        packed = pack | {here} if pack else pack
        last = by_hand.signed(key, by_hand.updated(last, objects, table, pack=packed))
    return last


Judge = Callable[[Written], tuple[str, list[bool], set[str]]]


@pytest.fixture
def judge(trust: Path, tmp_path: Path) -> Judge:
    """The verdict, which signatures passed from the first one on, and the codes of all changes."""

    def judged(document: Written) -> tuple[str, list[bool], set[str]]:
        (tmp_path / "many.pdf").write_bytes(document.data)
        report = validate(tmp_path / "many.pdf", anchors=[trust])
        codes = {change.code for change in report.changes}
        return report.verdict, [s.indication == "TOTAL-PASSED" for s in report.signatures], codes

    return judged


@pytest.mark.parametrize(
    ("table", "pack"),
    [(by_hand.classic, frozenset()), (by_hand.table_stream, frozenset({1, 3}))],
    ids=["tables", "object streams"],
)
def test_each_signature_is_followed_by_others(
    table: Table, pack: frozenset[int], key: SigningKey, judge: Judge
) -> None:
    verdict, passed, codes = judge(signed_often(key, COUNT, table=table, pack=pack))
    assert (verdict, passed, codes) == ("valid", [True] * COUNT, {"later-signature"})


OTHER = mark(DRAWN.replace(b"Da", b"Ko"))
BY_LENGTH = {1: {field(1) + 2: mark(length=b"%d 0 R" % LENGTH), LENGTH: b"%d" % len(DRAWN)}}


@pytest.mark.parametrize(
    ("beside", "later"),
    [
        ({}, {field(1) + 2: OTHER}),
        (BY_LENGTH, {LENGTH: b"8"}),
    ],
    ids=["another picture", "a shorter one"],
)
def test_what_a_mark_is_made_of_changes_at_last(
    beside: Mapping[int, Objects], later: Objects, key: SigningKey, judge: Judge
) -> None:
    """Its field stays as it is to the byte. All signatures show the first mark, and none stands."""
    once = signed_often(key, COUNT, beside)
    assert judge(once)[0] == "valid"
    verdict, passed, codes = judge(by_hand.updated(once, later))
    assert (verdict, passed) == ("invalid", [False] * COUNT)
    assert codes & {"signature-altered", "change-unreadable"}


def test_what_a_mark_is_made_of_changed_between(key: SigningKey, judge: Judge) -> None:
    """Two signatures were there before, and those after it signed the other mark."""
    verdict, passed, _ = judge(signed_often(key, COUNT, {**BY_LENGTH, 3: {field(1) + 2: OTHER}}))
    assert (verdict, passed) == ("invalid", [False, False, True, True])


def test_what_it_costs_grows_with_their_number(key: SigningKey, trust: Path, tmp_path: Path) -> None:
    """Counted in calls, of which no machine makes more than another: the second ten cost as the first."""
    data, calls = signed_often(key, 22).data, list[int]()
    ends = [found.end() for found in re.finditer(b"%%EOF\n", data)]  # the first one of the bare document
    for count in (2, 12, 22):
        (tmp_path / "many.pdf").write_bytes(data[: ends[count]])
        counted = cProfile.Profile()
        counted.runcall(validate, tmp_path / "many.pdf", anchors=[trust])
        calls.append(sum(entry.callcount for entry in counted.getstats()))
    assert calls[2] - calls[1] < 1.25 * (calls[1] - calls[0])
