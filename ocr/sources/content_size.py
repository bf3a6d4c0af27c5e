"""How long the drawing of a page is, told before anybody takes it apart."""

import zlib
from collections.abc import Iterator

import pikepdf

#: Bytes of a page's drawing that are taken apart: PDFium holds each stroke of 13 bytes in hundreds, and ends
#: the process without a word where it gets no more memory.
MOST = 64_000_000
#: No deflated stream becomes more than 1,032 times as long (RFC 1951): below, nothing need be looked at.
HARMLESS = MOST // 1032


def too_long(page: pikepdf.Page) -> bool:
    """Whether what draws a page (ISO 32000-1, 7.8.2) is longer than a page may be."""
    left = MOST
    for stream in _streams(page.obj.get("/Contents")):
        raw = stream.read_raw_bytes()
        left -= _inflated(raw, left) if len(raw) > HARMLESS and _is_deflated(stream) else len(raw)
        if left < 0:
            return True
    return False


def _streams(held: pikepdf.Object | None) -> Iterator[pikepdf.Stream]:
    for one in held if isinstance(held, pikepdf.Array) else [held]:
        if isinstance(one, pikepdf.Stream):
            yield one


def _is_deflated(stream: pikepdf.Stream) -> bool:
    coded = stream.get("/Filter")
    filters = list(coded) if isinstance(coded, pikepdf.Array) else [coded]
    return filters == [pikepdf.Name.FlateDecode]


def _inflated(raw: bytes, most: int) -> int:
    """Its bytes, counted no further than one beyond `most`; those before a damage."""
    inflating, count, rest = zlib.decompressobj(), 0, raw
    try:
        while rest and count <= most and not inflating.eof:
            count += len(inflating.decompress(rest, 1 << 20))
            rest = inflating.unconsumed_tail
    except zlib.error:
        return count
    return count
