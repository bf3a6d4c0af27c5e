"""Radio buttons that a program wrote anew under other numbers, and what uses that to show something else.

iText 7 and later do so when they open a form whose buttons say their own type; each file is written by hand.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from signing.keys.references import SigningKey
from tests.signing import handwritten as by_hand
from tests.signing.attacks.tables import last
from tests.signing.handwritten import Objects, Written
from tests.signing.test_other_makers import Judge, judge
from tests.signing.test_saved_anew import FILLING

__all__ = ["judge"]  # a fixture

GROUP, NOTE = 50, 57
NAM, NU, NEW_NAM, NEW_NU, SECOND = 51, 52, 61, 62, 80
ON, OFF, ON_TOO = 53, 54, 55
PLACES = {
    NAM: b"72 500 92 520",
    NU: b"110 500 130 520",
    NEW_NAM: b"72 500 92 520",
    NEW_NU: b"110 500 130 520",
}
STATES = {NAM: b"nam", NU: b"nu", NEW_NAM: b"nam", NEW_NU: b"nu"}
PICTURE = b"/Type/XObject/Subtype/Form/BBox[0 0 20 20]"


def group(buttons: tuple[int, ...], value: bytes = b"nam", flags: int = 49152, more: bytes = b"") -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in buttons)
    return b"<</FT/Btn/Ff %d/T(gioi)/V/%s/Kids[%s]%s>>" % (flags, value, kids, more)


def button(number: int, state: bytes = b"", more: bytes = b"", on: int = ON, off: int = OFF) -> bytes:
    mine = STATES[number]
    return (
        b"<</Type/Annot/Subtype/Widget%s/Parent %d 0 R/F 4/P 3 0 R/Rect[%s]/MK<</CA(l)>>/AS/%s"
        b"/AP<</N<</%s %d 0 R/Off %d 0 R>>>>>>"
        % (more, GROUP, PLACES[number], state or (b"nam" if mine == b"nam" else b"Off"), mine, on, off)
    )


def signed_form(
    key: SigningKey, value: bytes, flags: int = 49152, catalog: bytes = b"", on_page: str = "all"
) -> Written:
    """A signed document with two radio buttons that say their type; one of them is chosen."""
    held = by_hand.base(catalog) | {
        GROUP: group((NAM, NU), flags=flags),
        NAM: button(NAM, more=b"/FT/Btn"),
        NU: button(NU, more=b"/FT/Btn"),
        NOTE: b"<</Type/Annot/Subtype/Text/Rect[500 700 520 720]/F 4/P 3 0 R/Contents(Da xem)>>",
        ON: by_hand.stream(b"4 4 12 12 re f", PICTURE),
        OFF: by_hand.stream(b"0 0 20 20 re S", PICTURE),
        ON_TOO: by_hand.stream(b"0 0 20 20 re f", PICTURE),
    }
    document = by_hand.updated(Written(by_hand.HEAD), held)
    size = document.size
    shown = b"%d 0 R %d 0 R " % (NAM, NU) if on_page == "all" else b"%d 0 R " % NU
    objects = by_hand.signing(size, held, value=value)
    objects[1] = objects[1].replace(b"/Fields[", b"/Fields[%d 0 R " % GROUP)
    objects[3] = objects[3].replace(b"/Annots[", b"/Annots[%s%d 0 R " % (shown, NOTE))
    return by_hand.signed(key, by_hand.updated(document, objects))


def anew(once: Written, value: bytes = b"nam") -> dict[int, bytes]:
    """What the program writes: the new buttons in the places of the old, which become something else."""
    held = {
        GROUP: group((NEW_NAM, NEW_NU), value),
        NEW_NAM: button(NEW_NAM, b"nam" if value == b"nam" else b"Off"),
        NEW_NU: button(NEW_NU, b"nu" if value == b"nu" else b"Off"),
        NAM: b"<</FT/Btn/Kids[%d 0 R %d 0 R]>>" % (NEW_NAM, NEW_NU),
        NU: b"<</FT/Btn/Kids[%d 0 R]/Parent %d 0 R>>" % (NEW_NU, GROUP),
    }
    page = last(once.data, 3)
    for old, new in ((NAM, NEW_NAM), (NU, NEW_NU)):
        page = page.replace(b"%d 0 R " % old, b"%d 0 R " % new)
    return held | {3: page}


@pytest.mark.parametrize(
    ("certified", "value", "verdict", "code"),
    [
        (FILLING, b"nam", "valid", "nothing-visible"),
        (FILLING, b"nu", "valid", "form-filled"),
        (b"", b"nam", "valid", "nothing-visible"),
        (b"", b"nu", "invalid", "form-values"),
    ],
    ids=["saved", "filled", "saved, not certified", "filled, not certified"],
)
def test_buttons_under_other_numbers(
    certified: bytes, value: bytes, verdict: str, code: str, key: SigningKey, judge: Judge
) -> None:
    once = signed_form(key, certified)
    found, codes = judge(by_hand.updated(once, anew(once, value)).data)
    assert (found, code in codes) == (verdict, True), codes


def test_buttons_under_other_numbers_beside_a_later_signature(key: SigningKey, judge: Judge) -> None:
    once = signed_form(key, b"")
    objects = anew(once)
    place = SECOND
    objects[1] = last(once.data, 1).replace(b"/Fields[", b"/Fields[%d 0 R " % place)
    objects[3] = objects[3].replace(b"/Annots[", b"/Annots[%d 0 R " % place)
    objects |= {place: by_hand.field_of(place + 1, "Signature2"), place + 1: by_hand.signature()}
    found, codes = judge(by_hand.signed(key, by_hand.updated(once, objects)).data)
    assert (found, "later-signature" in codes) == ("valid", True), codes


Change = Callable[[dict[int, bytes]], Objects]


def exchanged(number: int, old: bytes, new: bytes, **more: bytes) -> Change:
    """The update with other words in one object, and with further objects (`o70`)."""

    def change(held: dict[int, bytes]) -> Objects:
        assert old in held[number]
        return held | {number: held[number].replace(old, new)} | {int(n[1:]): b for n, b in more.items()}

    return change


@dataclass(frozen=True)
class Attack:
    change: Change
    code: str
    certified: bytes = FILLING
    before: dict[str, object] = field(default_factory=dict)


ATTACKS = {
    "another place": Attack(exchanged(NEW_NU, b"[110 500 130 520]", b"[72 690 300 720]"), "field-changed"),
    "another picture": Attack(
        exchanged(NEW_NAM, b"nam 53 0 R", b"nam 70 0 R", o70=by_hand.stream(b"0 0 m 20 20 l S", PICTURE)),
        "field-changed",
    ),
    "a picture of another thing": Attack(
        exchanged(NEW_NAM, b"nam 53 0 R", b"nam 70 0 R", o70=by_hand.appearance(b"KHONG")), "field-changed"
    ),
    "pictures of states exchanged": Attack(
        lambda held: held | {NEW_NAM: button(NEW_NAM, b"nam", on=OFF, off=ON)}, "field-changed"
    ),
    "a picture that another object has": Attack(
        lambda held: held | {NEW_NAM: button(NEW_NAM, b"nam", on=ON_TOO)}, "field-changed"
    ),
    "the stream of a picture repainted": Attack(
        lambda held: held | {ON: by_hand.stream(b"0 0 20 20 re f", PICTURE)}, "field-changed"
    ),
    "a picture under the pointer": Attack(
        exchanged(NEW_NAM, b"/AP<<", b"/AP<</R %d 0 R" % ON), "field-changed"
    ),
    "an action": Attack(
        exchanged(NEW_NAM, b"/MK", b"/A<</S/URI/URI(http://mau.example/)>>/MK"), "field-changed"
    ),
    "another type": Attack(exchanged(NEW_NAM, b"/Parent", b"/FT/Tx/Parent"), "field-changed"),
    "a name of its own": Attack(exchanged(NEW_NAM, b"/Parent", b"/T(khac)/Parent"), "field-changed"),
    "fields below it": Attack(
        exchanged(NEW_NAM, b"/Parent", b"/Kids[70 0 R]/Parent", o70=b"<<>>"), "field-changed"
    ),
    "hidden": Attack(exchanged(NEW_NAM, b"/F 4", b"/F 6"), "field-changed"),
    "another caption": Attack(exchanged(NEW_NAM, b"/CA(l)", b"/CA(8)"), "field-changed"),
    "another parent": Attack(
        exchanged(NEW_NAM, b"/Parent 50 0 R", b"/Parent 70 0 R", o70=b"<</FT/Btn>>"), "field-changed"
    ),
    "one more": Attack(exchanged(GROUP, b"62 0 R]", b"62 0 R 70 0 R]", o70=button(NEW_NU)), "field-changed"),
    "one less": Attack(exchanged(GROUP, b" 62 0 R]", b"]"), "field-changed"),
    "in another order": Attack(exchanged(GROUP, b"61 0 R 62 0 R", b"62 0 R 61 0 R"), "field-changed"),
    "in another order on the page": Attack(
        exchanged(3, b"61 0 R 62 0 R", b"62 0 R 61 0 R"), "annotation-removed"
    ),
    "the old one beside it": Attack(
        lambda held: (
            held | {3: held[3].replace(b"61 0 R", b"51 0 R 61 0 R"), NAM: button(NAM, more=b"/FT/Btn")}
        ),
        "field-changed",
    ),
    "twice on the page": Attack(exchanged(3, b"61 0 R", b"61 0 R 61 0 R"), "annotation-changed"),
    "not on the page": Attack(exchanged(3, b"61 0 R ", b""), "annotation-removed"),
    "on the page for the first time": Attack(
        exchanged(3, b"[62 0 R", b"[61 0 R 62 0 R"), "annotation-changed", before={"on_page": "one"}
    ),
    "in the place of a note": Attack(
        lambda held: {
            **held,
            GROUP: group((NOTE, NEW_NU)),
            NOTE: held[NEW_NAM],
            3: held[3].replace(b"61 0 R", b"57 0 R", 1).replace(b" 57 0 R]", b"]"),
        },
        "field-changed",
    ),
    "named by a new field too": Attack(
        lambda held: (
            held
            | {
                1: held[1].replace(b"/Fields[", b"/Fields[70 0 R "),
                70: b"<</FT/Btn/T(khac)/Kids[61 0 R]>>",
            }
        ),
        "change-unreadable",
    ),
    "a push button": Attack(
        lambda held: held | {GROUP: group((NEW_NAM, NEW_NU), flags=1 << 16)},
        "field-changed",
        before={"flags": 1 << 16},
    ),
    "of what an action hides": Attack(
        lambda held: held,
        "document-part",
        before={"catalog": b"/OpenAction<</S/Hide/T %d 0 R>>" % NAM},
    ),
    "another value, where none is permitted": Attack(
        lambda held: held | {GROUP: group((NEW_NAM, NEW_NU), b"nu")}, "form-values", b""
    ),
    "another state, where none is permitted": Attack(
        lambda held: held | {NEW_NAM: button(NEW_NAM, b"Off")}, "form-values", b""
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_uses_the_exchange(attack: str, key: SigningKey, judge: Judge) -> None:
    made = ATTACKS[attack]
    once = signed_form(key, made.certified, **made.before)  # type: ignore[arg-type]
    assert judge(once.data)[0] == "valid"
    held = anew(once) | {1: last(once.data, 1)}
    found, codes = judge(by_hand.updated(once, made.change(held)).data)
    assert (found, made.code in codes) == ("invalid", True), codes
