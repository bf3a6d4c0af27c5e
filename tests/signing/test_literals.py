"""What is read in blocks is what pyHanko reads byte by byte."""

import importlib.util
import io
import re
import time
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfStreamError

from signing.pdf.literals import read_hex_string
from signing.pdf.parsing import PARSE_ERRORS

NAMES = [b"/A", b"/Sig.1", b"/A#20B", b"/A#", b"/", b"/\xc3\xa9", b"/" + b"N" * 60, b"/A+b-c_9", b"/A!"]
NUMBERS = [b"0", b"12", b"-3", b"+4", b"1.50", b".5", b"1-2", b"99999999999"]
REFERENCES = [b"1 0 R", b"12 3 R", b"0 0 R", b"01 0 R", b"7  0\nR", b"7 0R", b"7 0 Rx", b"123456789012 0 R"]
OTHERS = [b"(x)", b"<4142>", b"true", b"null", b"<</K 5 0 R>>", b"[", b"]", b"%c\n", b"x"]
SPACES = [b"", b" ", b"\n", b"\r\n", b"\t", b"\x00", b"% c\n"]
WRITTEN = st.lists(
    st.tuples(st.sampled_from([*NAMES, *NUMBERS, *REFERENCES, *OTHERS]), st.sampled_from(SPACES)), max_size=12
)


def _untouched() -> ModuleType:
    """pyHanko's module as it comes."""
    found = importlib.util.find_spec(generic.__name__)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


PLAIN = _untouched()


def _read(module: Any, data: bytes) -> tuple[str, int] | None:
    """What is read, and where that ended; None where it is refused."""
    stream = io.BytesIO(data)
    try:
        found = module.read_object(stream, module.TrailerReference(None))
    except PARSE_ERRORS:
        return None
    return re.sub(" at 0x[0-9a-f]+", "", repr(found)), stream.tell()


@given(WRITTEN, st.sampled_from([b"]", b"", b">>"]))
def test_arrays_are_read_as_by_pyhanko(parts: list[tuple[bytes, bytes]], end: bytes) -> None:
    data = b"[" + b"".join(piece + space for piece, space in parts) + end + b"\n"
    assert _read(generic, data) == _read(PLAIN, data)


@pytest.mark.parametrize("written", [b"[1 0 Rtrue]", b"[1 0 R 2 0 Rnull]", b"[1 0 Rfalse 2 0 R]"])
def test_a_word_that_begins_with_r_ends_no_reference(written: bytes) -> None:
    assert _read(generic, written + b"\n") == _read(PLAIN, written + b"\n")


@given(st.sampled_from([*NAMES, *REFERENCES]), st.sampled_from([*SPACES, *OTHERS]))
def test_names_and_references_are_read_as_by_pyhanko(written: bytes, behind: bytes) -> None:
    data = written + behind + b"\n"
    assert _read(generic, data) == _read(PLAIN, data)


@given(WRITTEN)
def test_entries_are_read_as_by_pyhanko(parts: list[tuple[bytes, bytes]]) -> None:
    entries = [b"/K%d" % n + space + piece + space for n, (piece, space) in enumerate(parts)]
    data = b"<<" + b"".join(entries) + b">>\nendobj\n"
    assert _read(generic, data) == _read(PLAIN, data)


def test_an_array_of_many_references_is_read_whole() -> None:
    """Longer than a block; each of them is cut somewhere."""
    for shift in range(12):
        data = b"[" + b" " * shift + b" ".join(b"%d 0 R" % n for n in range(1, 900)) + b"]\n"
        assert _read(generic, data) == _read(PLAIN, data)
    assert [one.idnum for one in list.__iter__(generic.read_object(io.BytesIO(data), _nowhere()))] == list(
        range(1, 900)
    )


def _nowhere() -> Any:
    return generic.TrailerReference(None)  # type: ignore[no-untyped-call]


@given(st.binary(max_size=300), st.sampled_from(["", " ", "\n", "\r\n\t"]), st.booleans())
def test_hexadecimal_strings_are_read_as_written(value: bytes, space: str, odd: bool) -> None:
    digits = value.hex() + ("a" if odd else "")
    written = "<" + space.join(digits) + ">/Next"
    stream = io.BytesIO(written.encode())
    found = read_hex_string(stream)
    assert found.original_bytes == value + (b"\xa0" if odd else b"")
    assert stream.read() == b"/Next"


@pytest.mark.parametrize("written", [b"<41", b"<4g>", b"<41(>"])
def test_what_is_no_hexadecimal_string_is_refused(written: bytes) -> None:
    with pytest.raises(PdfStreamError):
        read_hex_string(io.BytesIO(written))


def test_a_long_hexadecimal_string_takes_no_longer_for_its_length() -> None:
    begun = time.process_time()
    assert len(read_hex_string(io.BytesIO(b"<" + b"41" * (12 << 20) + b">"))) == 12 << 20
    assert time.process_time() - begun < 2, "a copy for each block took a minute"


def test_a_hexadecimal_string_that_is_too_long_is_refused() -> None:
    stream = io.BytesIO(b"<" + b"4" * (80 << 20) + b">")
    with pytest.raises(PdfStreamError, match="too long"):
        read_hex_string(stream)
    assert stream.tell() <= 65 << 20
