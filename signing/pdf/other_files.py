"""What a file is that is no PDF, by its first bytes: people send what they were given, and the answer must
say what to send instead. Nothing of it is opened."""

import re

CMS = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"  # the numbers of PKCS#7 (RFC 5652, 4)
#: By the first bytes; the longer ones are looked for among so many.
NEAR = 4096
_ZIP = b"PK\x03\x04"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "is-picture"),
    (b"\xff\xd8\xff", "is-picture"),
    (b"GIF8", "is-picture"),
    (b"II*\x00", "is-picture"),
    (b"MM\x00*", "is-picture"),
    (b"BM", "is-picture"),
    (b"\x1f\x8b", "is-archive"),
    (b"Rar!", "is-archive"),
    (b"7z\xbc\xaf\x27\x1c", "is-archive"),
    (b"\xd0\xcf\x11\xe0", "is-office"),
    (b"{\\rtf", "is-office"),
    (b"JVBERi0", "is-encoded"),  # %PDF- in base64
)
_KEY = re.compile(rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")
_CMS_TEXT = re.compile(rb"-----BEGIN (?:PKCS7|CMS)-----")
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----")
_KEY_FILE = re.compile(  # PFX, version 3 (RFC 7292, 4)
    rb"\x30[\x80-\x84].{0,4}\x02\x01\x03\x30", re.DOTALL
)
_WEB = re.compile(rb"<!doctype html|<html", re.IGNORECASE)


def kind_of(head: bytes) -> str:
    """The code of a note: what a file is that begins with these bytes; `not-a-pdf` where nobody knows."""
    return container_of(head) or _text_of(head) or _plain_of(head) or "not-a-pdf"


def container_of(head: bytes) -> str | None:
    """The same of a file that may hold a PDF as it is, so that one is found further down."""
    if head.startswith(_ZIP):
        if b"application/vnd.etsi.asic" in head[:NEAR]:
            return "is-container"
        office = b"[Content_Types].xml" in head[:NEAR] or b"application/vnd.oasis" in head[:NEAR]
        return "is-office" if office else "is-archive"
    if head[:1] == b"\x30" and CMS in head[:64]:
        return "is-key-file" if _KEY_FILE.match(head) else "is-signature-file"
    return None


def _text_of(head: bytes) -> str | None:
    """Of a file of text."""
    start = head[:NEAR].removeprefix(b"\xef\xbb\xbf").lstrip()
    if _KEY.search(start):
        return "is-key-file"
    if _CMS_TEXT.match(start):
        return "is-signature-file"
    if _CERTIFICATE.match(start):
        return "is-certificate"
    if _WEB.search(start[:1024]):
        return "is-web-page"
    return "is-xml" if start.startswith(b"<?xml") else None


def _plain_of(head: bytes) -> str | None:
    return next((code for magic, code in _MAGIC if head.startswith(magic)), None)
