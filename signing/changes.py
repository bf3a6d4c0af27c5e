"""What happened to a document after it was signed: a structural rule, stricter than the parser's own.

Allowed: later signatures, document timestamps and validation data. Everything else is a change, and what
cannot be analysed is never taken for harmless.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.notes import note
from signing.parsing import PARSE_ERRORS
from signing.report import Note


@dataclass(frozen=True, slots=True)
class Changes:
    """`allowed` changes leave the signature standing; one that is `forbidden` breaks it."""

    allowed: tuple[Note, ...] = ()
    forbidden: tuple[Note, ...] = ()


def after(embedded: EmbeddedPdfSignature, later: Iterable[EmbeddedPdfSignature]) -> Changes:
    """What was added after this signature, whose revision must be covered. `later`: all the others."""
    try:
        found = DEFAULT_DIFF_POLICY.review_file(
            embedded.reader,
            embedded.signed_revision,
            field_mdp_spec=embedded.fieldmdp,
            doc_mdp=embedded.docmdp_level,
        )
        if not isinstance(found, DiffResult):
            return Changes(forbidden=_what_changed(embedded))
        return _judge(embedded, found, list(later))
    except PARSE_ERRORS:
        return Changes(forbidden=(note("change-unreadable"),))


def _judge(embedded: EmbeddedPdfSignature, found: DiffResult, others: list[EmbeddedPdfSignature]) -> Changes:
    values = sorted(found.changed_form_fields - _signature_fields(embedded.reader))
    if values:
        return Changes(forbidden=(note("form-values", fields=", ".join(values)),))
    if found.modification_level == ModificationLevel.OTHER:
        return Changes(forbidden=_what_changed(embedded))
    permitted = embedded.docmdp_level
    if permitted is not None and found.modification_level.value > permitted.value:
        return Changes(forbidden=(note("not-permitted"),))
    pages = _pages_changed(embedded)
    if pages:
        return Changes(forbidden=pages)
    return Changes(allowed=_additions(embedded, others))


def _signature_fields(reader: PdfFileReader) -> set[str]:
    return {name for name, _, _ in enumerate_sig_fields(reader)}


def _additions(embedded: EmbeddedPdfSignature, others: list[EmbeddedPdfSignature]) -> tuple[Note, ...]:
    newer = [o for o in others if o.signed_revision > embedded.signed_revision]
    stamps = sum(o.sig_object_type == "/DocTimeStamp" for o in newer)
    notes = []
    if len(newer) > stamps:
        notes.append(note("later-signature", count=len(newer) - stamps))
    if stamps:
        notes.append(note("later-timestamp", count=stamps))
    return tuple(notes or [note("validation-data")])


def _what_changed(embedded: EmbeddedPdfSignature) -> tuple[Note, ...]:
    return (*_pages_changed(embedded), note("content-changed"))


def _pages_changed(embedded: EmbeddedPdfSignature) -> tuple[Note, ...]:
    reader = embedded.reader
    try:
        signed = reader.get_historical_resolver(embedded.signed_revision).root["/Pages"]["/Count"]
        present = reader.root["/Pages"]["/Count"]
    except PARSE_ERRORS:
        return ()
    if signed == present:
        return ()
    return (note("pages-changed", before=int(signed), after=int(present)),)
