"""The code of a record: the same for ever, unlike any other, and no slip of the pen passes."""

import itertools

import pytest

from app.codes import ALPHABET, BadCode, code_of, read_code
from app.intake import new_id
from tests.app.database.examples import NOW

ID = "019abcdef01200112233445566778899"


def test_a_printed_code_stands_for_ever() -> None:
    """A change of this value would orphan every code that was ever printed."""
    assert code_of(ID) == "F4F6-9Y2X-QFF8-ZVNX"


def test_codes_differ_and_do_not_tell_when() -> None:
    codes = [code_of(new_id(NOW)) for _ in range(2000)]
    assert len(set(codes)) == len(codes)
    assert len({code[0] for code in codes}) == len(ALPHABET)
    assert all(len(code) == 19 and code.count("-") == 3 for code in codes)


def test_what_people_type_is_understood() -> None:
    code = code_of(ID)
    for typed in (
        code,
        code.lower(),
        code.replace("-", ""),
        f"  {code.replace('-', ' ')} ",
        code.replace("-", "–"),
    ):
        assert read_code(typed) == code
    ambiguous = next(
        c for c in (code_of(f"{n}") for n in itertools.count()) if {"0", "1", "8", "V"} <= set(c)
    )
    for wrong, right in (("O", "0"), ("l", "1"), ("I", "1"), ("b", "8"), ("u", "V")):
        assert read_code(ambiguous.replace(right, wrong)) == ambiguous


def test_every_wrong_character_and_every_two_changed_places_show() -> None:
    plain = code_of(ID).replace("-", "")
    for place, other in itertools.product(range(16), ALPHABET):
        typed = plain[:place] + other + plain[place + 1 :]
        if typed != plain:
            with pytest.raises(BadCode):
                read_code(typed)
    for one, two in itertools.combinations(range(16), 2):
        swapped = list(plain)
        swapped[one], swapped[two] = swapped[two], swapped[one]
        if "".join(swapped) != plain:
            with pytest.raises(BadCode):
                read_code("".join(swapped))


@pytest.mark.parametrize(
    "typed", ["", "7", "----", "x" * 1000, "7K3Q-9M2X-T8VD-4HZ", "7K3Q-9M2X-T8VD-4HZ\0", "٧K3Q9M2XT8VD4HZC"]
)
def test_what_is_no_code(typed: str) -> None:
    with pytest.raises(BadCode):
        read_code(typed)
