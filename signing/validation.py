"""The verifier: from a file to a report, by a numbered recipe after ETSI EN 319 102-1.

A failed verification is a result. Whatever the file holds, there is a report.
"""

import math
import mmap
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing import algorithms, examination, leftovers, stored_evidence, summary
from signing.changes import History
from signing.examination import Circumstances, Examination, Stop
from signing.fetching import Fetcher
from signing.gathering import complete
from signing.notes import note
from signing.parsing import PARSE_ERRORS, Unreadable, open_pdf, page_count
from signing.report import Indication, Report, SignatureReport
from signing.revocation import Evidence
from signing.signed_bytes import parse_range, sha256_of, trails
from signing.trust import Trust, load

ALTERED = ("FORMAT_FAILURE", "HASH_FAILURE")

RECIPE: tuple[Callable[[Examination], None], ...] = (
    examination.check_format,  # 1. a kind that we know, a range of the one allowed shape
    examination.check_coverage,  # 2. which bytes are signed
    examination.identify_certificate,  # 3. who says to have signed
    examination.check_cryptography,  # 4. digest and signature value
    examination.establish_time,  # 5. timestamps and best signing time
    examination.build_path,  # 6. from the signer to a trust anchor
    examination.check_revocation,  # 7. was any certificate of the path revoked
    examination.check_algorithms,  # 8. algorithms, then and now
    examination.check_changes,  # 9. what was added after signing
)


def validate(
    source: Path,
    *,
    anchors: Sequence[Path] = (),
    at: datetime | None = None,
    offline: bool = True,
    evidence: Sequence[Path] = (),
    fetcher: Fetcher | None = None,
) -> Report:
    """The report on a file. `anchors`: files and folders of what is trusted (trust.py). `at`: the moment of
    judging, now where not given. `evidence`: files and folders of revocation data and certificates that were
    fetched before; nothing in them is trusted. Unless `offline`, what is missing is fetched by `fetcher`."""
    now = datetime.now(UTC)
    trust = load(anchors)

    def look(fetched: Sequence[Path], _seconds: float) -> Report:
        helped = _with_evidence(trust, load([*evidence, *fetched]))
        return Verifier(source, helped, at or now, now).report()

    if offline:
        return look([], math.inf)
    return complete(
        look, lambda report: [w for s in report.signatures for w in s.wants], fetcher or Fetcher()
    )


class Verifier:
    """One verification of one file."""

    def __init__(self, source: Path, trust: Trust, moment: datetime, checked_at: datetime) -> None:
        self._source, self._trust = source, trust
        self._moment, self._checked_at = moment, checked_at

    def report(self) -> Report:
        digest = ""
        try:
            digest = sha256_of(self._source)
            with self._source.open("rb") as stream:
                return self._read(stream, digest)
        except Unreadable as error:
            return summary.unreadable(digest, error.code, self._checked_at)
        except OSError:
            return summary.unreadable(digest, "not-found", self._checked_at)
        except PARSE_ERRORS:
            return summary.unreadable(digest, "damaged", self._checked_at)

    def _read(self, stream: BinaryIO, digest: str) -> Report:
        if not self._source.stat().st_size:
            raise Unreadable("empty")
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            try:
                reader = open_pdf(stream)
            except Unreadable:
                found = leftovers.unparsed(data)
                if not found:
                    raise
                return self._finish(digest, None, found)
            return self._finish(digest, page_count(reader), self._signatures(reader, data))

    def _signatures(self, reader: PdfFileReader, data: mmap.mmap) -> list[SignatureReport]:
        opened, reports = _collect(reader)
        everything = [one for _, one in opened]
        around = self._circumstances(reader, data, everything)
        stamps = [pair for pair in opened if pair[1].sig_object_type == "/DocTimeStamp"]
        examined = [(one.signed_revision, _examine(Examination(name, one, around))) for name, one in stamps]
        around = replace(around, proofs=_proofs(examined))
        for name, one in opened:
            if one.sig_object_type != "/DocTimeStamp":
                examined.append((one.signed_revision, _examine(Examination(name, one, around))))
        reports += [report for _, report in sorted(examined, key=lambda pair: pair[0])]
        return [*reports, *leftovers.removed(data, everything)]

    def _circumstances(
        self, reader: PdfFileReader, data: mmap.mmap, signatures: Sequence[EmbeddedPdfSignature]
    ) -> Circumstances:
        stored = stored_evidence.of_document(reader, signatures)
        return Circumstances(
            data=data,
            trust=self._trust,
            evidence=Evidence(
                (*self._trust.crls, *stored.crls),
                (*self._trust.ocsps, *stored.ocsps),
            ),
            moment=self._moment,
            others=signatures,
            history=History(data, reader),
            stored_certificates=stored.certificates,
            has_store=stored.has_store,
            foreign_tail=_foreign_tail(data, signatures),
        )

    def _finish(self, digest: str, pages: int | None, signatures: Sequence[SignatureReport]) -> Report:
        verdict = summary.verdict_of(signatures)
        broken = [s for s in signatures if s.indication == "TOTAL-FAILED"]
        changes = {change.code: change for s in signatures for change in s.changes_after}
        return Report(
            verdict=verdict,
            summary=summary.summarise(verdict, signatures),
            sha256=digest,
            pages=pages,
            checked_at=self._checked_at,
            signatures=tuple(signatures),
            changed_after_signing=any(s.sub_indication in ALTERED for s in broken),
            changes=tuple(changes.values()),
            policy=algorithms.policy_name(),
        )


def _proofs(examined: Sequence[tuple[int, SignatureReport]]) -> list[tuple[int, datetime]]:
    """Document timestamps that stand prove that what they cover existed at their time."""
    return [
        (revision, report.claimed_time)
        for revision, report in examined
        if report.indication == "TOTAL-PASSED" and report.claimed_time
    ]


def _foreign_tail(data: mmap.mmap, signatures: Sequence[EmbeddedPdfSignature]) -> bool:
    """Bytes after the last end of file mark that no signature covers."""
    if trails(data) is None:
        return False
    ranges = [parse_range(list(s.byte_range), len(data)) for s in signatures]
    return not any(r is not None and r.end == len(data) for r in ranges)


def _with_evidence(trust: Trust, fetched: Trust) -> Trust:
    """What was fetched helps to build paths; a self-signed certificate among it does not become an anchor."""
    return replace(
        trust,
        intermediates=trust.intermediates + fetched.intermediates,
        crls=trust.crls + fetched.crls,
        ocsps=trust.ocsps + fetched.ocsps,
    )


def _examine(exam: Examination) -> SignatureReport:
    """Run the recipe. A parser that gives up is never a pass (findings on published attacks)."""
    for step in RECIPE:
        try:
            step(exam)
        except Stop:
            break
        except PARSE_ERRORS:
            exam.doubts.append(("GENERIC", note("cannot-verify")))
            break
    try:
        return examination.conclude(exam)
    except PARSE_ERRORS:
        return _unreadable_signature(exam.name, "cms-unreadable", "TOTAL-FAILED")


def _collect(
    reader: PdfFileReader,
) -> tuple[list[tuple[str, EmbeddedPdfSignature]], list[SignatureReport]]:
    """The filled signature fields; reports on those whose value cannot be read at all."""
    opened: list[tuple[str, EmbeddedPdfSignature]] = []
    broken: list[SignatureReport] = []
    try:
        fields = list(enumerate_sig_fields(reader, filled_status=True))
    except PARSE_ERRORS:
        return [], [_unreadable_signature("?", "cannot-verify", "INDETERMINATE")]
    for name, _, field in fields:
        try:
            embedded = EmbeddedPdfSignature(reader, field, name)
            # Read now what is read late otherwise, so that a fault shows here.
            embedded.signer_info.native, embedded.sig_object_type, list(embedded.byte_range)
            opened.append((str(name), embedded))
        except PARSE_ERRORS:
            broken.append(_unreadable_signature(str(name), "cms-unreadable", "TOTAL-FAILED"))
    return opened, broken


def _unreadable_signature(name: str, code: str, indication: Indication) -> SignatureReport:
    sub = "FORMAT_FAILURE" if indication == "TOTAL-FAILED" else "GENERIC"
    return SignatureReport(
        name, indication, sub, "unknown", None, intact=False, coverage="partial", reason=note(code)
    )
