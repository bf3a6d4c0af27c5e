"""The verifier: from a file to a report, by a numbered recipe after ETSI EN 319 102-1.

A failed verification is a result. Whatever the file holds, there is a report.
"""

import math
import mmap
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from asn1crypto import x509
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing import policies, summary, unsigned
from signing.cms import signed_data
from signing.cms.signed_data import Known
from signing.comparison.changes import History
from signing.evidence import stored_evidence, timestamps
from signing.evidence.fetching import Fetcher
from signing.evidence.gathering import complete
from signing.pdf import page_tree, signature_fields
from signing.pdf.page_tree import PageTree
from signing.pdf.parsing import PARSE_ERRORS, Unreadable, open_pdf
from signing.pdf.signature_fields import Opened, covered_end
from signing.pdf.signed_bytes import Digests, blank_after, parse_range, sha256_of, trails
from signing.pdf.versions import Reader
from signing.pki.paths import Paths
from signing.pki.revocation_sources import Evidence, Sources
from signing.pki.trust import Trust, load
from signing.reports import notes
from signing.reports.notes import note
from signing.reports.report import Note, Outcome, Report, SignatureReport, Step
from signing.shown import two_faced
from signing.steps import certificate_steps, examination, leftovers, proof_of_time
from signing.steps.certificate_case import Stop
from signing.steps.examination import Circumstances, Examination, Proof

#: A blank page signed at that moment under an authority that nobody trusts, for processes to rehearse with;
#: made by `app.sample.rehearsal`.
REHEARSAL = Path(__file__).parent / "rehearsal"
REHEARSED = datetime(2026, 11, 28, tzinfo=UTC)

#: The steps after ETSI EN 319 102-1, clause 5, each with its number in the report, in the order in which they
#: are taken. One thing differs from the list: cryptography and the best signing time come before the path,
#: because path, revocation and algorithms are judged at that time.
RECIPE: tuple[tuple[int, str, Callable[[Examination], None]], ...] = (
    (1, "format", examination.check_format),  # a kind that we know, a range of the one allowed shape
    (2, "signed-bytes", examination.check_coverage),  # which bytes are signed
    (3, "signing-certificate", examination.identify_certificate),  # who says to have signed
    (6, "cryptography", examination.check_cryptography),  # digest and signature value
    (8, "time", proof_of_time.establish_time),  # timestamps and best signing time
    *certificate_steps.STEPS,  # path (4), revocation (5), algorithms (7), past (9)
    (10, "long-term", proof_of_time.weigh_long_term),  # what the file brings for later years
    (11, "changes", examination.check_changes),  # what was added after signing
)  # 12, the verdict, is `conclude`


def validate(
    source: Path,
    *,
    anchors: Sequence[Path] = (),
    at: datetime | None = None,
    offline: bool = True,
    evidence: Sequence[Path] = (),
    fetcher: Fetcher | None = None,
    policy: str | None = None,
) -> Report:
    """The report on a file. `anchors`: files and folders of what is trusted (trust.py). `at`: the moment of
    judging, now where not given. `evidence`: files and folders of revocation data and certificates that were
    fetched before; nothing in them is trusted. `policy`: one of policies.NAMES; by default the one of the
    root at which each path ends. Unless `offline`, what is missing is fetched by `fetcher`."""
    now = datetime.now(UTC)
    trust = load(anchors)

    def look(fetched: Sequence[Path], _seconds: float) -> Report:
        helped = trust.helped_by(load([*evidence, *fetched]))
        return Verifier(source, helped, at or now, now, policy).report()

    if offline:
        return look([], math.inf)
    return complete(
        look, lambda report: [w for s in report.signatures for w in s.wants], fetcher or Fetcher()
    )


def warm_up() -> None:
    """Have in memory what every verification reads and sets up, for processes that are forked from this one.
    The page that is verified for it is ours and holds nothing of anybody's."""
    notes.texts()
    for name in policies.NAMES:
        policies.load(name)
    validate(REHEARSAL / "signed.pdf", anchors=[REHEARSAL / "trust"], at=REHEARSED)


class Verifier:
    """One verification of one file."""

    def __init__(
        self, source: Path, trust: Trust, moment: datetime, checked_at: datetime, policy: str | None
    ) -> None:
        self._policy = policy
        self._source, self._trust = source, trust
        self._moment, self._checked_at = moment, checked_at

    def report(self) -> Report:
        try:
            with self._source.open("rb") as stream:
                return self._read(stream)
        except Unreadable as error:
            return self._unreadable(error.code)
        except OSError:
            return self._unreadable("not-found")
        except PARSE_ERRORS:
            return self._unreadable("damaged")

    def _unreadable(self, code: str) -> Report:
        try:
            digest = sha256_of(self._source)
        except OSError:
            digest = ""
        return summary.unreadable(digest, code, self._checked_at)

    def _read(self, stream: BinaryIO) -> Report:
        if not self._source.stat().st_size:
            raise Unreadable("empty")
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            digests = Digests(data)
            try:
                reader = open_pdf(stream)
            except Unreadable as error:
                found = leftovers.unparsed(data, error.code)
                if not found:
                    raise
                return self._finish(digests.whole(), None, found)
            tree = page_tree.of(reader)
            signatures = self._signatures(reader, data, digests, tree)
            report = self._finish(digests.whole(), tree.pages, signatures)
            return report if signatures else summary.with_hints(report, unsigned.hints(data, reader))

    def _signatures(
        self, reader: Reader, data: mmap.mmap, digests: Digests, tree: PageTree
    ) -> list[SignatureReport]:
        with closing(History(data, reader)) as history:
            history.prepare()
            found = signature_fields.collect(reader, len(data))
            if found.opened:
                _read_pages(history)
            everything = [one for _, one in found.opened]
            history.expect(_ends(data, everything))
            around = self._circumstances(reader, history, everything, digests)
            around = replace(around, pages_agreed=tree.agreed)
            examined = _examine_all(reader, found.opened, around)
            warned = (
                [*history.form_notes(), *two_faced.notes(self._source, data, reader, lambda: history.present)]
                if examined
                else []
            )
        reports = [report for _, report in sorted(examined, key=lambda pair: pair[0])]
        if warned:
            reports = [replace(r, warnings=(*r.warnings, *warned)) for r in reports]
        left = list(leftovers.removed(data, found.ranges, reader, form_read=found.whole))
        # of a form that breaks off, what its signatures say themselves tells more
        broken = found.broken if found.whole or not left else found.broken[:-1]
        return [*reports, *broken, *left]

    def _circumstances(
        self,
        reader: Reader,
        history: History,
        signatures: Sequence[EmbeddedPdfSignature],
        digests: Digests,
    ) -> Circumstances:
        stored = stored_evidence.of_document(reader, signatures)
        known = {c.dump(): c for c in (*self._trust.anchors, *self._trust.intermediates)}
        stored.certificates += _brought(signatures, known)
        return Circumstances(
            data=history.data,
            trust=self._trust,
            evidence=Evidence(
                Sources((*self._trust.crls, *stored.crls), (*self._trust.ocsps, *stored.ocsps)),
                gathered=max(self._moment, self._checked_at),
            ),
            moment=self._moment,
            others=signatures,
            history=history,
            digests=digests,
            paths=Paths(self._trust),
            known=known,
            stored=stored,
            elsewhere=(*stored.certificates, *self._trust.intermediates, *self._trust.anchors),
            policy=self._policy,
            foreign_tail=_foreign_tail(history.data, signatures),
        )

    def _policy_of(self, signatures: Sequence[SignatureReport]) -> Mapping[str, Any]:
        """The policy of the first signature of a person or an agency; each signature names its own."""
        named = [s.policy for s in signatures if s.policy and s.level != "DocTimeStamp"]
        return named[0] if named else policies.choose(None, self._policy).to_json()

    def _finish(self, digest: str, pages: int | None, signatures: Sequence[SignatureReport]) -> Report:
        verdict = summary.verdict_of(signatures)
        changes = {change.code: change for s in signatures for change in s.changes_after}
        return Report(
            verdict=verdict,
            summary=summary.summarise(verdict, signatures),
            sha256=digest,
            pages=pages,
            checked_at=self._checked_at,
            signatures=tuple(signatures),
            integrity=summary.integrity_of(signatures),
            changes=tuple(changes.values()),
            policy=self._policy_of(signatures),
        )


def _brought(signatures: Sequence[EmbeddedPdfSignature], known: Known) -> list[x509.Certificate]:
    """The certificates in all signatures: one brings what the path of another one needs."""
    found: dict[bytes, x509.Certificate] = {}
    for one in signatures:
        with suppress(*PARSE_ERRORS):
            found |= {c.dump(): c for c in signed_data.certificates_in(one.signed_data, known)}
    return list(found.values())


def _read_pages(history: History) -> None:
    """What is odd about them is on the reader's list then."""
    with suppress(*PARSE_ERRORS):
        history.present  # noqa: B018


def _examine_all(
    reader: Reader, opened: Sequence[Opened], around: Circumstances
) -> list[tuple[int, SignatureReport]]:
    """The reports, each with how far its signature covers the file."""
    stamps = [pair for pair in opened if pair[1].sig_object_type == "/DocTimeStamp"]
    others = [pair for pair in opened if pair[1].sig_object_type != "/DocTimeStamp"]
    around, examined = _examine_stamps(reader, stamps, around)
    for name, one in others:
        examined.append(
            (
                covered_end(one, len(around.data)),
                _examine(Examination(name=name, embedded=one, around=around)),
            )
        )
    return examined


def _examine_stamps(
    reader: Reader, stamps: Sequence[Opened], around: Circumstances
) -> tuple[Circumstances, list[tuple[int, SignatureReport]]]:
    """Examine the document timestamps, the last one first: one that stands proves that all before it existed,
    earlier timestamps and stored revocation data included, though these have ended since."""
    examined = []
    for name, one in sorted(stamps, key=lambda pair: covered_end(pair[1], len(around.data)), reverse=True):
        report = _examine(Examination(name=name, embedded=one, around=around))
        end = covered_end(one, len(around.data))
        examined.append((end, report))
        if report.indication == "TOTAL-PASSED" and report.claimed_time:
            latest = report.claimed_time + timestamps.accuracy_of(one.signed_data)
            around = _proven(reader, around, Proof(end, one.signed_revision, min(latest, around.moment)))
        else:
            around = replace(around, open_stamps=(*around.open_stamps, end))
    return around, examined


def _proven(reader: Reader, around: Circumstances, proof: Proof) -> Circumstances:
    stored = stored_evidence.of_version(reader, around.data, (proof.end, proof.revision), around.others)
    existed = {**around.evidence.existed, **dict.fromkeys(stored.all, proof.time)}
    return replace(around, proofs=(*around.proofs, proof), evidence=replace(around.evidence, existed=existed))


def _ends(data: mmap.mmap, signatures: Sequence[EmbeddedPdfSignature]) -> list[int]:
    """How long the versions are that have something after them, in the order in which they are examined."""
    stamps = [s for s in signatures if s.sig_object_type == "/DocTimeStamp"]
    others = [s for s in signatures if s.sig_object_type != "/DocTimeStamp"]
    order = [*sorted(stamps, key=lambda s: covered_end(s, len(data)), reverse=True), *others]
    ranges = [parse_range(list(s.byte_range), len(data)) for s in order]
    return [r.end for r in ranges if r is not None and not blank_after(data, r.end)]


def _foreign_tail(data: mmap.mmap | bytes, signatures: Sequence[EmbeddedPdfSignature]) -> bool:
    """Bytes after the last end of file mark that no signature covers."""
    if trails(data) is None:
        return False
    ranges = [parse_range(list(s.byte_range), len(data)) for s in signatures]
    return not any(r is not None and r.end == len(data) for r in ranges)


def _examine(exam: Examination) -> SignatureReport:
    """Run the recipe. A parser that gives up is never a pass (findings on published attacks)."""
    steps: list[Step] = []
    for number, name, take in RECIPE:
        if exam.stopped:
            steps.append(Step(number, name, "not-checked", note("step-stopped")))
        else:
            outcome, because = _taken(exam, take)
            steps.append(Step(number, name, outcome, because))
    try:
        return examination.conclude(exam, sorted(steps, key=lambda step: step.number))
    except PARSE_ERRORS:
        return signature_fields.unreadable(exam.name, "cannot-verify", "INDETERMINATE")


def _taken(exam: Examination, take: Callable[[Examination], None]) -> tuple[Outcome, Note | None]:
    """Take one step. Its outcome is seen from what it found: a fault, a doubt, or what it said itself."""
    faults, doubts, exam.said = len(exam.faults), len(exam.doubts), None
    try:
        take(exam)
    except Stop:
        exam.stopped = True
    except PARSE_ERRORS:
        exam.stopped = True
        exam.doubts.append(("GENERIC", note("cannot-verify")))
    if exam.faults[faults:]:
        return "failed", exam.faults[faults][1]
    if exam.doubts[doubts:]:
        return "undetermined", exam.doubts[doubts][1]
    if exam.stopped:
        return "not-checked", note("step-needs-earlier")
    return exam.said or ("passed", None)
