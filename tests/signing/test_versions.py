"""Versions that share what was read once hold what they hold when they are read alone."""

import hashlib
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    Reference,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfReadError

from signing.pdf.document import Sameness
from signing.pdf.parsing import open_pdf, open_version
from signing.pdf.signed_bytes import Digests, SignedRange
from tests.signing import documents
from tests.signing.conftest import SignFile


def _objects(reader: Any) -> dict[int, Any]:
    """All that can be reached from the catalog, by number."""
    found: dict[int, Any] = {}
    pending: list[Any] = [IndirectObject(reader.root_ref.idnum, reader.root_ref.generation, reader)]
    while pending:
        value = pending.pop()
        if isinstance(value, IndirectObject):
            assert value.reference.pdf is reader, "no reference leads into another version"
            if value.idnum not in found:
                found[value.idnum] = value.get_object()
                pending.append(found[value.idnum])
        elif isinstance(value, DictionaryObject):
            pending += [value.raw_get(key) for key in value]
        elif isinstance(value, ArrayObject):
            pending += [value.raw_get(n) for n in range(len(value))]
    return found


@pytest.mark.parametrize("source", [documents.paper(2), documents.form()])
def test_a_version_is_what_its_bytes_are_alone(source: bytes, sign_file: SignFile) -> None:
    first = sign_file(source)
    second = sign_file(first)
    data, end = second.read_bytes(), first.stat().st_size
    whole = open_pdf(io.BytesIO(data))
    alone = open_pdf(io.BytesIO(data[:end]))
    revision = alone.xrefs.total_revisions - 1
    version = open_version(whole, data, end, revision)
    mine, theirs = _objects(version), _objects(alone)
    assert mine.keys() == theirs.keys()
    assert mine.keys() < _objects(whole).keys()
    for number in mine:
        assert Sameness({}, {}).same(mine[number], theirs[number]), number
    assert version.resolved_objects.keys() <= {(0, n) for n in mine}


@pytest.mark.parametrize(("key", "same"), [("/MediaBox", True), ("/UserUnit", True), ("/Rotate", False)])
def test_a_number_may_be_written_in_two_ways_where_it_is_a_real(key: str, same: bool) -> None:
    """Programs may refuse to turn a page by 90.0 degrees."""
    whole: Any = NumberObject(90)
    real: Any = FloatObject("90.0")
    if key == "/MediaBox":
        whole, real = ArrayObject([whole]), ArrayObject([real])
    old, new = DictionaryObject({NameObject(key): whole}), DictionaryObject({NameObject(key): real})
    assert Sameness({}, {}).changed(old, new) == (set() if same else {key})
    assert Sameness({}, {}).same(old, new) == same


def test_a_stream_whose_length_is_said_elsewhere_is_read_anew() -> None:
    """Else a version would show what a later update made of it, at the same bytes."""
    writer = IncrementalPdfFileWriter(io.BytesIO(documents.paper(1, compliance=None)))
    length = writer.add_object(NumberObject(3))
    out = io.BytesIO()
    writer.write(out)
    signed = out.getvalue()
    number = length.idnum + 1
    stream = b"%d 0 obj\n<</Length %d 0 R>>\nstream\nabcdef\nendstream\nendobj\n" % (number, length.idnum)
    first = _appended(signed, number, stream)
    later = _appended(first, length.idnum, b"%d 0 obj\n6\nendobj\n" % length.idnum)
    whole = open_pdf(io.BytesIO(later))
    alone = open_pdf(io.BytesIO(first))
    with pytest.raises(PdfReadError):
        alone.get_object(Reference(number, 0, alone))
    assert whole.get_object(Reference(number, 0, whole)).encoded_data == b"abcdef"
    version = open_version(whole, first, len(first), alone.xrefs.total_revisions - 1)
    with pytest.raises(PdfReadError):
        version.get_object(Reference(number, 0, version))


def _appended(data: bytes, number: int, body: bytes) -> bytes:
    """The document with one object added by hand."""
    before = int(data[data.rindex(b"startxref") + 9 :].split()[0])
    root = open_pdf(io.BytesIO(data)).root_ref.idnum
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, len(data))
    trailer = b"trailer\n<</Size %d /Root %d 0 R /Prev %d>>\n" % (number + 1, root, before)
    end = b"startxref\n%d\n%%%%EOF\n" % (len(data) + len(body))
    return data + body + table + trailer + end


@given(st.binary(min_size=60, max_size=200), st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_shared_digests_are_those_of_each(data: bytes, ends: list[int]) -> None:
    digests = Digests(data)
    for end in ends:
        for algorithm in ("sha256", "sha1"):
            covered = SignedRange(end, end + 5, end + 15)
            alone = hashlib.new(algorithm, data[:end] + data[end + 5 : end + 15]).digest()
            assert digests.covered(algorithm, covered) == alone
    assert digests.whole() == hashlib.sha256(data).hexdigest()
