"""Check boxes and radio buttons that a program draws anew when it fills a form, and what passes for that.

The pictures are those of iText 5 and 8 (fresh) and of ReportLab (signed), written by hand.
"""

from dataclasses import dataclass

import pytest

from signing.keys.references import SigningKey
from tests.signing import handwritten as by_hand
from tests.signing.handwritten import Written
from tests.signing.test_other_makers import Judge, judge
from tests.signing.test_saved_anew import FILLING, signed_form

__all__ = ["judge"]  # a fixture

ON, OFF, FONT = 8, 9, 10
FRESH_ON, FRESH_OFF, FRESH_FONT = 30, 31, 32
BG, BC = b"/BG[.8 .843 1]", b"/BC[.1 .1 .1]"
BOX = b"q\n1 g 1 G .8 .843 1 rg 0 0 20 20 re f\n.1 .1 .1 RG 1 w 0.5 0.5 19 19 re s\nQ\n"
TICK = b"\nq .1 .1 .1 rg .1 .1 .1 RG\n4 10 m 8 4 l 17 18 l 8 7 l 6 9 7 11 4 10 c f\nQ"
CIRCLE = (
    b"20 10 m 20 15.52 15.52 20 10 20 c 4.48 20 0 15.52 0 10 c 0 4.48 4.48 0 10 0 c 15.52 0 20 4.48 20 10 c"
)
RING = b"0.8 0.84314 1 rg %s f 1 w 0.10196 0.10196 0.10196 RG %s S " % (CIRCLE, CIRCLE)
DISC = (
    b"0 g 14.75 10 m 14.75 12.62 12.62 14.75 10 14.75 c 7.38 14.75 5.25 12.62 5.25 10 c "
    b"5.25 7.38 7.38 5.25 10 5.25 c 12.62 5.25 14.75 7.38 14.75 10 c f "
)
FRAME = b"q 0.8 0.84314 1 rg 0 0 20 20 re f 0.10196 0.10196 0.10196 RG 1 w 0.5 0.5 19 19 re S Q "
CROSS = b"q 1 1 18 18 re W n 0 g BT /ZaDb 22.5 Tf 1 0 0 1 2.38 2.07 Tm (8)Tj ET Q "
SIDES = (
    b"q 0 0 20 20 re W n q 0.8 0.843 1 rg 0 0 20 20 re f Q "
    b"q 0.1 0.1 0.1 rg 1 19 m 19 19 l 20 20 l 0 20 l 1 19 l f Q "
    b"q 0.1 0.1 0.1 rg 19 1 m 1 1 l 0 0 l 20 0 l 19 1 l f Q "
)
MARK = b"q 0 0 0 rg 1 0 0 1 0 0 cm BT /ZaDb 14.89 Tf 0 g 1 0 0 1 3.7 4.75 Tm (4)Tj ET Q Q"
SIGNS = b"<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats%s>>"


def picture(drawn: bytes, font: int, more: bytes = b"", box: bytes = b"0 0 20 20") -> bytes:
    said = b"/Type/XObject/Subtype/Form/BBox[%s]/Resources<</Font<</ZaDb %d 0 R>>>>%s"
    return by_hand.stream(drawn, said % (box, font, more))


def widget(state: bytes, on: int, off: int, marks: bytes = BG + BC, more: bytes = b"") -> bytes:
    return (
        b"<</Type/Annot/Subtype/Widget/F 4/P 3 0 R/Rect[72 500 92 520]/FT/Btn/T(dong_y)"
        b"/V/%s/AS/%s/MK<</CA(4)%s>>"
        b"/AP<</N<</Yes %d 0 R/Off %d 0 R%s>>>>>>" % (state, state, marks, on, off, more)
    )


@dataclass(frozen=True)
class Case:
    """The pictures of a box, `signed` for on and off, `fresh` after it was filled with `state`."""

    on: bytes
    off: bytes = FRAME
    state: bytes = b"Yes"
    signed: tuple[bytes, bytes] = (BOX + TICK, BOX)
    marks: bytes = BG + BC  # after it was filled
    colours: bytes = BG + BC  # before
    font: bytes = b""
    more: bytes = b""  # entries of the picture that is on
    box: bytes = b"0 0 20 20"

    def before(self, key: SigningKey, value: bytes) -> Written:
        return signed_form(
            key,
            widget(b"Off", ON, OFF, self.colours),
            value,
            {ON: picture(self.signed[0], FONT), OFF: picture(self.signed[1], FONT), FONT: SIGNS % b""},
        )

    def after(self, once: Written) -> bytes:
        return by_hand.updated(
            once,
            {
                6: widget(self.state, FRESH_ON, FRESH_OFF, self.marks),
                FRESH_ON: picture(self.on, FRESH_FONT, self.more, self.box),
                FRESH_OFF: picture(self.off, FRESH_FONT),
                FRESH_FONT: SIGNS % self.font,
            },
        ).data


HONEST = {
    "a cross": Case(FRAME + CROSS),
    "a cross, not ticked": Case(FRAME + CROSS, state=b"Off"),
    "a disc in a ring": Case(RING + DISC, RING),
    "a border of four sides, no colours any more": Case(SIDES + MARK, SIDES + b"Q", marks=b""),
    "no box": Case(CROSS, b"", marks=b""),
    "a letter that was a letter": Case(FRAME + CROSS, signed=(FRAME + CROSS, FRAME)),
    "a state that was drawn anew before": Case(SIDES + MARK, SIDES + b"Q", signed=(FRAME + CROSS, BOX)),
}


@pytest.mark.parametrize("case", HONEST)
def test_plain_buttons_drawn_anew(case: str, key: SigningKey, judge: Judge) -> None:
    made = HONEST[case]
    found, codes = judge(made.after(made.before(key, FILLING)))
    assert (found, "form-filled" in codes) == ("valid", True), codes


@pytest.mark.parametrize("case", HONEST)
def test_none_is_drawn_anew_without_leave(case: str, key: SigningKey, judge: Judge) -> None:
    made = HONEST[case]
    found, codes = judge(made.after(made.before(key, b"")))
    assert (found, "form-values" in codes) == ("invalid", True), codes


WORDS = b"BT /F1 12 Tf 2 5 Td (KHONG) Tj ET"
SPELLED = b"0 g 2 2 m 2 18 l f 5 2 m 5 18 l f 8 2 m 8 18 l f "
AT_ONCE = SPELLED.replace(b"l f", b"l") + b" f "
DARK = FRAME.replace(b"0.8 0.84314 1", b"0.1 0.1 0.1")
ATTACKS = {
    "words": Case(FRAME + WORDS),
    "a letter of words": Case(FRAME + CROSS.replace(b"(8)", b"(K)")),
    "two letters": Case(FRAME + CROSS.replace(b"(8)Tj", b"(8)Tj (8)Tj")),
    "two letters at once": Case(FRAME + CROSS.replace(b"(8)", b"(84)")),
    "a sign by its number": Case(FRAME + CROSS.replace(b"(8)", b"<38>")),
    "two signs": Case(FRAME + CROSS + CROSS),
    "another font of this name": Case(FRAME + CROSS, font=b"/FontDescriptor<</FontFile 4 0 R>>"),
    "another encoding": Case(FRAME + CROSS, font=b"/Encoding<</Differences[56/a24]>>"),
    "an encoding by which one reader shows nothing": Case(FRAME + CROSS, font=b"/Encoding/WinAnsiEncoding"),
    "no sign": Case(FRAME),
    "nothing": Case(b""),
    "a sign that is off": Case(FRAME + CROSS, FRAME + CROSS),
    "on and off exchanged": Case(FRAME, FRAME + CROSS),
    "a white sign": Case(FRAME + CROSS.replace(b"0 g", b"1 g")),
    "a sign as the ground": Case(FRAME + CROSS.replace(b"0 g", b".8 .843 1 rg")),
    "a sign that nobody sees": Case(FRAME + CROSS.replace(b"22.5", b"1.5")),
    "a small sign in the middle": Case(
        FRAME + CROSS.replace(b"22.5 Tf 1 0 0 1 2.38 2.07", b"1.5 Tf 1 0 0 1 9.5 9.5")
    ),
    "a sign as large as the page": Case(FRAME + CROSS.replace(b"22.5 Tf 1 0 0 1 2.38", b"99 Tf 1 0 0 1 -27")),
    "a sign beside the box": Case(FRAME + CROSS.replace(b"2.38 2.07", b"22.38 2.07")),
    "a sign that is cut away": Case(FRAME + CROSS.replace(b"1 1 18 18", b"1 1 2 2")),
    "a sign that is cut to pieces": Case(
        FRAME + CROSS.replace(b"1 1 18 18 re", b"0 0 m 20 20 l 19 20 l 0 1 l")
    ),
    "a sign below the ground": Case(CROSS + FRAME),
    "an unseen sign": Case(FRAME + CROSS.replace(b"(8)", b"3 Tr (8)")),
    "a turned sign": Case(FRAME + CROSS.replace(b"1 0 0 1 2.38", b"0 1 1 0 2.38")),
    "a flat disc": Case(RING + DISC.replace(b"14.75", b"10.1").replace(b"5.25", b"9.9"), RING),
    "a disc without an inside": Case(RING + b"0 g 10 10 m %s f" % (b"3 3 17 17 10 10 c " * 4), RING),
    "a path that spells": Case(FRAME + b"0 g 5 5 m 8 15 l 9 5 l 10 15 l 12 5 l 15 15 l f"),
    "paths that spell": Case(FRAME + SPELLED),
    "a ground that spells": Case(b".8 .843 1 rg 0 0 m 20 20 l 0 20 l 20 0 l f " + CROSS),
    "a border that spells": Case(FRAME.replace(b"0.5 0.5 19 19 re", b"1 1 m 19 19 l 1 19 l") + CROSS),
    "a border over all": Case(FRAME.replace(b"1 w", b"30 w") + CROSS),
    "a ground of another colour": Case(FRAME.replace(b".84314", b".3") + CROSS),
    "a ground that no colour permits": Case(FRAME + CROSS, colours=BC, marks=BC),
    "a dark ground": Case(DARK + CROSS, DARK, colours=b"/BG[.1]" + BC, marks=b"/BG[.1]" + BC),
    "a picture within": Case(FRAME + CROSS + b"/Im Do"),
    "a larger picture": Case(FRAME + CROSS, box=b"0 0 200 200"),
    "a picture beside its place": Case(
        b"0 g BT /ZaDb 15 Tf 3 4 Td (8)Tj ET", b"", box=b"-60 0 20 20", marks=b""
    ),
    "a turned picture": Case(FRAME + CROSS, more=b"/Matrix[0 1 -1 0 0 0]"),
    "a transparent group": Case(FRAME + CROSS, more=b"/Group<</S/Transparency>>"),
    "a layer": Case(FRAME + CROSS, more=b"/OC<</Type/OCG/Name(x)>>"),
    "a state of words becomes a tick": Case(FRAME + CROSS, signed=(BOX + WORDS, BOX)),
    "a state of spelled words becomes a tick": Case(FRAME + CROSS, signed=(BOX + SPELLED, BOX)),
    "words around a tick are left out": Case(FRAME + CROSS, signed=(BOX + WORDS + TICK, BOX + WORDS)),
    "a state of one path that spells becomes a tick": Case(FRAME + CROSS, signed=(BOX + AT_ONCE, BOX)),
    "a state of a letter becomes a tick": Case(
        FRAME + CROSS, signed=(FRAME + CROSS.replace(b"(8)", b"(K)"), FRAME)
    ),
    "spelled words around a tick are left out": Case(
        FRAME + CROSS, signed=(BOX + AT_ONCE + TICK, BOX + AT_ONCE)
    ),
    "a state without a sign becomes a tick": Case(FRAME + CROSS, signed=(BOX, BOX)),
    "a sign that was off goes": Case(FRAME + CROSS, signed=(BOX, BOX + TICK)),
    "a sign in another box becomes a tick": Case(FRAME + CROSS, signed=(TICK, BOX)),
    "a sign of long lines becomes a tick": Case(
        FRAME + CROSS, signed=(BOX + b"0 g 1 1 m %sf" % (b"9 9 l " * 90), BOX)
    ),
    "a state in another box becomes a tick": Case(
        FRAME + CROSS, signed=(FRAME.replace(b"19 19 re", b"9 19 re") + CROSS, BOX)
    ),
    "a pale sign becomes a tick": Case(FRAME + CROSS, signed=(BOX + TICK.replace(b".1", b".9"), BOX)),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_passes_for_a_plain_button(attack: str, key: SigningKey, judge: Judge) -> None:
    made = ATTACKS[attack]
    found, codes = judge(made.after(made.before(key, FILLING)))
    assert (found, "field-changed" in codes) == ("invalid", True), codes
    found, codes = judge(made.after(made.before(key, FILLING)).replace(b"/AS/Yes", b"/AS/Off"))
    assert (found, "field-changed" in codes) == ("invalid", True), codes


@pytest.mark.parametrize(
    ("states", "code"),
    [
        (b"/N<</Yes 30 0 R>>", "field-changed"),
        (b"/N<</Yes 30 0 R/Off 31 0 R/Khac 30 0 R>>", "field-changed"),
        (b"/N 30 0 R", "field-changed"),
        (b"/N<</Yes 30 0 R/Off 31 0 R>>/D<</Yes 30 0 R/Off 31 0 R>>", "field-changed"),
        (b"/N<</Yes 30 0 R/Off 31 0 R>>", "form-filled"),
    ],
)
def test_the_states_of_a_button_that_is_drawn_anew(
    states: bytes, code: str, key: SigningKey, judge: Judge
) -> None:
    made = HONEST["a cross"]
    data = by_hand.updated(
        once := made.before(key, FILLING),
        {
            6: widget(b"Yes", FRESH_ON, FRESH_OFF).replace(b"/N<</Yes 30 0 R/Off 31 0 R>>", states),
            FRESH_ON: picture(made.on, FRESH_FONT),
            FRESH_OFF: picture(made.off, FRESH_FONT),
            FRESH_FONT: SIGNS % b"",
        },
    )
    assert once.size
    assert code in judge(data.data)[1]
