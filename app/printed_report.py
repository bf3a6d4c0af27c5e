"""The verification report on paper: PDF/A-2u, Vietnamese, then English. It is no proof, and says so."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from fontTools.ttLib import TTFont
from fpdf import FPDF

from app.masking import masked
from app.translations import LANGUAGES, Language, text
from app.verdicts import Tone, Verdict, advice_of, known_of, short_name, signing_time, verdict_of, withdrawn
from app.wording import lead_of, moment, standing_words, title_of
from signing.marks.typeface import typeface_for
from signing.reports import questions

_Colour = tuple[int, int, int]
#: Every kind of letter and sign that the report's own words need.
_LETTERS = "ĂăÂâĐđÊêÔôƠơƯưẠạẮắằẴẵỆệỐốỚớỮữỲỹ–“”…•"
_MARGIN, _WIDTH = 20.0, 170.0  # millimetres on A4
_BOTTOM = 14.0
_KEPT_TOGETHER = 16.0  # a heading and the first line below it
_SIZES: Mapping[str, float] = {"title": 16, "verdict": 14, "heading": 12, "body": 10.5, "small": 9}
#: Ink and ground of the verdict, as on the page; the words alone say it where there is no colour.
_TONES: Mapping[Tone, tuple[_Colour, _Colour]] = {
    "good": ((15, 95, 55), (227, 243, 232)),
    "info": ((34, 63, 143), (231, 236, 250)),
    "withdrawn": ((122, 76, 0), (255, 243, 214)),
    "bad": ((160, 26, 18), (252, 231, 230)),
    "unsure": ((122, 76, 0), (255, 243, 214)),
    "none": ((64, 70, 80), (238, 240, 244)),
}
_BLACK: _Colour = (0, 0, 0)
#: A missing letter is seen to be missing.
_NO_LETTER = "?"


def printed(report: Mapping[str, Any], name: str) -> bytes:
    """The report on the file of this name, as a PDF. Raises `signing.marks.appearance.MarkImpossible` where
    this machine has no font with Vietnamese letters."""
    sheet = _Sheet()
    for language in LANGUAGES:
        sheet.begin(text("printed.title", language))
        _write(sheet, report, verdict_of(report), name, language)
    return sheet.finish()


def _write(
    sheet: "_Sheet", report: Mapping[str, Any], verdict: Verdict, name: str, language: Language
) -> None:
    def say(key: str, **values: object) -> str:
        return text(key, language, **values)

    sheet.verdict(verdict.tone, title_of(verdict, language))
    sheet.say("body", lead_of(verdict, report, language))
    gone = withdrawn(report)
    words = standing_words(gone) if gone and verdict.tone != "withdrawn" else None
    if words:
        sheet.say("body", words[language])
    document, policy = report["document"], report["policy"]
    sheet.fact(say("printed.file"), name)
    sheet.digest(document["sha256"])
    sheet.fact(say("printed.pages"), str(document["pages"] or "—"))
    sheet.fact(say("printed.checked_at"), f"{moment(report['checked_at'])} (+07:00)")
    sheet.fact(say("printed.policy"), " ".join(filter(None, (policy.get("name"), policy.get("version")))))
    if known := known_of(report):
        sheet.fact(say("printed.register"), f"{known['issuer']}, {say('standing.code')} {known['code']}")
    for note in verdict.notes:
        sheet.say("body", f"• {say(note)}")
    for change in document["changes"] if verdict.tone == "bad" else ():
        sheet.say("body", f"• {change['message'][language]}")
    for number, one in enumerate(report["signatures"], 1):
        sheet.say("heading", say("printed.signature", number=number))
        for label, value in _signature(one, language):
            sheet.fact(label, value)
    sheet.say("heading", say("verify.do"))
    sheet.say("body", say(advice_of(verdict, report)))
    sheet.say("heading", say("verify.unchecked"))
    for key in verdict.unchecked:
        sheet.say("body", f"• {say(key)}")
    sheet.say("small", say("printed.no_proof"))


def _signature(one: Mapping[str, Any], language: Language) -> Iterator[tuple[str, str]]:
    """What is said of one signature, with its three answers."""

    def say(key: str) -> str:
        return text(key, language)

    time, clock = signing_time(one)
    stamp = one["level"] == "DocTimeStamp"
    name = say("verify.doc_timestamp") if stamp else one["signer"] or say("verify.nameless")
    yield say("verify.signer"), name
    if one["organisation"]:
        yield say("verify.organisation"), one["organisation"]
    yield say("verify.when"), f"{moment(time)} ({say(clock)})"
    anchor = one["trust_anchor"]
    yield say("verify.root"), short_name(anchor) if anchor else say("verify.root_unknown")
    if anchor:
        yield say("verify.root_under"), one["root"][language] if one["root"] else say("verify.root_other")
    for key, answer in (
        # of one signature, its own sub-indication says whether something was added
        ("intact", questions.whole([one], changed_after_signing=False)),
        ("signer", questions.right_signer([one])),
        ("force", questions.in_force([one])),
    ):
        reply = say(f"verify.reply_{answer.reply}")
        yield say(f"verify.q_{key}"), f"{reply} {say(f'verify.{key}_{answer.why}')}"
    indication = one["indication"]
    yield "ETSI EN 319 102-1", " / ".join(filter(None, (indication, one["sub_indication"])))
    notes = [one["reason"], *one["missing"], *one["changes_after"], *one["warnings"]]
    for said in dict.fromkeys(note["message"][language] for note in notes if note):
        yield say("verify.note"), said


class _Sheet:
    """A4 pages in one typeface, filled from the top; numbers of persons are masked."""

    def __init__(self) -> None:
        self._pdf = FPDF(format="A4", enforce_compliance="PDF/A-2u")
        self._font = typeface_for([_LETTERS]).path
        self._pdf.add_font("body", fname=self._font)
        self._pdf.set_lang("vi")
        self._pdf.set_title(text("printed.title", "vi"))
        self._pdf.set_margins(_MARGIN, _MARGIN)
        self._pdf.set_auto_page_break(True, _BOTTOM)

    def begin(self, title: str) -> None:
        self._pdf.add_page()
        self._pdf.set_font("body", size=_SIZES["title"])
        self._line(title)

    def verdict(self, tone: Tone, words: str) -> None:
        """The one sentence, on the ground of its tone."""
        ink, ground = _TONES[tone]
        self._pdf.ln(2)
        self._pdf.set_font("body", size=_SIZES["verdict"])
        self._pdf.set_text_color(*ink)
        self._pdf.set_fill_color(*ground)
        self._line(masked(words), fill=True)
        self._pdf.set_text_color(*_BLACK)
        self._pdf.ln(2)

    def say(self, style: str, words: str) -> None:
        """A paragraph; a heading below a thin rule."""
        if style in ("heading", "small"):
            self._pdf.ln(2)
        if style == "heading":
            if self._pdf.will_page_break(_KEPT_TOGETHER):
                self._pdf.add_page()
            self._pdf.set_draw_color(190)
            self._pdf.line(_MARGIN, self._pdf.get_y(), _MARGIN + _WIDTH, self._pdf.get_y())
            self._pdf.ln(1.5)
        self._pdf.set_font("body", size=_SIZES[style])
        self._line(masked(words))

    def fact(self, label: str, value: str) -> None:
        self.say("body", f"{label}: {value}" if not label.endswith("?") else f"{label} {value}")

    def digest(self, digest: str) -> None:
        """Whole, though figures in a row may look like the number of a person."""
        self._pdf.set_font("body", size=_SIZES["body"])
        self._line(f"SHA-256: {digest}")

    def finish(self) -> bytes:
        return bytes(self._pdf.output())

    def _line(self, words: str, *, fill: bool = False) -> None:
        known = _known(self._font)
        shown = "".join(c if ord(c) in known else _NO_LETTER for c in " ".join(words.split()))
        height = self._pdf.font_size * (1.9 if fill else 1.4)
        self._pdf.multi_cell(_WIDTH, height, shown, new_x="LMARGIN", new_y="NEXT", align="L", fill=fill)


@cache
def _known(font: str) -> frozenset[int]:
    with TTFont(font, lazy=True) as opened:
        return frozenset(opened.getBestCmap())
