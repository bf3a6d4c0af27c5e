"""Numbers, dates, references, sums and more that no word list holds, as administrative papers write them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ocr.training.chance import Chance

DIGITS = "0123456789"
YEARS = range(1985, 2031)  # of papers that agencies still hold

#: Abbreviations of agencies and units, as in the symbol of a paper.
_AGENCIES = """
    UBND HĐND BNV BTC BTP BCA BYT BGDĐT BXD BTNMT STC SNV SYT SXD SKHĐT TTg CP VPCP VPUB QH14 QH15 BQL
    PTC TTPVHCC CAX CAT ĐU TU BTGTU UBKT KGVX KTTH KTN NC TH NN VX KT ĐTQH TCKH GDĐT LĐTBXH VHTT TNMT
    KSTT
"""
AGENCIES = tuple(_AGENCIES.split())
#: Abbreviations of kinds of papers (Decree 30/2020/NĐ-CP, annex III, and registry papers).
_KINDS = "QĐ TB TTr BC CV KH NQ CT TT NĐ HD GM BB GP PA ĐA CTr TTLT XNTTHN GXN GCN"
KINDS = tuple(_KINDS.split())
_ROMAN = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XX"
ROMAN = tuple(_ROMAN.split())
ITEMS = "abcdđeghiklmnopqrst"  # the letters that count items, in Vietnamese order
MAILBOXES = ("vanthu", "ubnd", "tinh", "info", "abc", "sokhdt", "phongnv", "nguyenvana")
HOSTS = (
    "@gmail.com",
    "@quangngai.gov.vn",
    ".gov.vn",
    "@moj.gov.vn",
    "http://",
    "https://dichvucong.gov.vn",
    "www.chinhphu.vn",
)
FORMULAS = (
    "- Lưu: VT, ",
    "Lưu: VT",
    "- Như trên;",
    "KT. ",
    "TM. ",
    "TL. ",
    "TUQ. ",
    "Q. ",
    "V/v ",
    "Tp. ",
    "TP. ",
    "Th.S ",
    "PGS.TS ",
    "- CT, các PCT ",
    "VPUB: ",
    "(để b/c);",
    "p/h;",
)
UNITS = ("", "%", " %", " ha", " km", " m²", " m2", " tỷ đồng", " triệu đồng")
CURRENCY = ("", " đồng", " đồng.", " đ", ",0")
_SIGNS = "...... … / - – + * & = x % °C “ ” : ; ( ) § ³ ²"
SIGNS = tuple(_SIGNS.split())


@dataclass(frozen=True, slots=True)
class Facts:
    """What several forms of reference are made of."""

    agency: str
    kind: str
    year: int
    day: str
    month: str


Form = Callable[[Chance, Facts], str]


def reference(chance: Chance) -> str:
    """One of the forms below, all as often."""
    agency, kind, year = chance.choice(AGENCIES), chance.choice(KINDS), chance.choice(YEARS)
    form = chance.choice(FORMS)
    day, month = f"{chance.randrange(1, 32):02d}", f"{chance.randrange(1, 13):02d}"
    return form(chance, Facts(agency, kind, year, day, month))


def digits(chance: Chance, count: int) -> str:
    """Digits of which the first may be 0."""
    return "".join(chance.choice(DIGITS) for _ in range(count))


def _grouped(chance: Chance, groups: int) -> str:
    return "".join(f".{digits(chance, 3)}" for _ in range(groups))


def number_and_symbol(chance: Chance, facts: Facts) -> str:
    return f"{chance.randrange(1, 4000)}/{facts.kind}-{facts.agency}"


def number_of_a_rule(chance: Chance, facts: Facts) -> str:
    return f"{chance.randrange(1, 400):02d}/{facts.year}/{facts.kind}-{facts.agency}"


def short_date(_: Chance, facts: Facts) -> str:
    return f"{facts.day}/{facts.month}/{facts.year}"


def long_date(chance: Chance, facts: Facts) -> str:
    month = chance.choice((facts.month, facts.month.lstrip("0")))
    return f"ngày {facts.day} tháng {month} năm {facts.year}"


def money(chance: Chance, _: Facts) -> str:
    return f"{chance.randrange(1, 999)}{_grouped(chance, 2)}{chance.choice(CURRENCY)}"


def quantity(chance: Chance, _: Facts) -> str:
    whole = chance.randrange(0, 999)
    return f"{whole},{digits(chance, chance.choice((1, 2)))}{chance.choice(UNITS)}"


def paragraph(chance: Chance, _: Facts) -> str:
    first = chance.randrange(1, 30)
    second, third = chance.randrange(1, 20), chance.randrange(1, 20)
    fourth, fifth = chance.randrange(1, 9), chance.randrange(1, 9)
    return f"{first}." + chance.choice(("", f"{second}", f"{third}.", f"{fourth}.{fifth}"))


def item(chance: Chance, _: Facts) -> str:
    return chance.choice(ITEMS) + chance.choice((")", "."))


def in_brackets(chance: Chance, facts: Facts) -> str:
    inside = (
        digits(chance, 2),
        chance.choice("ivx") * chance.randrange(1, 4),
        chance.choice("*1234567890"),
        f"{facts.year}",
    )
    return f"({chance.choice(inside)})" + chance.choice(("", ".", " ", ";"))


def roman(chance: Chance, _: Facts) -> str:
    return chance.choice(ROMAN) + chance.choice(("", ".", "/", "-"))


def personal_id(chance: Chance, _: Facts) -> str:
    return digits(chance, 12 if chance.happens(0.5) else 9)  # citizen's number, older identity card


def telephone(chance: Chance, _: Facts) -> str:
    if chance.happens(0.6):
        return "0" + digits(chance, chance.choice((9, 9, 3)))
    return f"0{digits(chance, 3)}{_grouped(chance, 2)}"


def address_on_line(chance: Chance, _: Facts) -> str:
    mailbox = chance.choice(MAILBOXES)
    return mailbox + chance.choice(("", "." + digits(chance, 2), "@")) + chance.choice(HOSTS)


def time_of_day(chance: Chance, _: Facts) -> str:
    if chance.happens(0.5):
        return f"{chance.randrange(1, 24)} giờ {digits(chance, 2)}"
    return f"{chance.randrange(24):02d}h{digits(chance, 2)}"


def clause(chance: Chance, _: Facts) -> str:
    return f"khoản {chance.randrange(1, 20)} Điều {chance.randrange(1, 200)}"


def article(chance: Chance, _: Facts) -> str:
    return f"Điều {chance.randrange(1, 200)}."


def years(chance: Chance, facts: Facts) -> str:
    if chance.happens(0.5):
        return f"{facts.year} - {facts.year + chance.randrange(1, 10)}"
    return f"{facts.year}-{facts.year + 5}"  # a term of office, a plan


def formula(chance: Chance, facts: Facts) -> str:
    return chance.choice(FORMULAS) + chance.choice(("", facts.agency, facts.kind + facts.agency))


def form_number(chance: Chance, _: Facts) -> str:
    letter, number = chance.choice("ABCDKNML"), digits(chance, chance.choice((1, 2, 3)))
    return letter + number + chance.choice(("", "A", "-" + digits(chance, 2)))


def plain_number(chance: Chance, _: Facts) -> str:
    return digits(chance, chance.randrange(1, 9))


def year(_: Chance, facts: Facts) -> str:
    return f"{facts.year}"


def sign(chance: Chance, _: Facts) -> str:
    return chance.choice(SIGNS)


FORMS: Sequence[Form] = (
    number_and_symbol,
    number_of_a_rule,
    short_date,
    long_date,
    money,
    quantity,
    paragraph,
    item,
    in_brackets,
    roman,
    personal_id,
    telephone,
    address_on_line,
    time_of_day,
    clause,
    article,
    years,
    formula,
    form_number,
    plain_number,
    year,
    sign,
)
