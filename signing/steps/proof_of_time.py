"""When was it signed? The steps that establish the best signing time and how long its proof lasts.

A timestamp proves nothing by its own word: its authority must lead to an anchor, and the token must be proven
to have existed while the authority's certificate was in force, by today's date or by a later document
timestamp (ETSI EN 319 102-1, 5.5.4 and 5.6.2).
"""

import re
from datetime import UTC, datetime, timedelta

from pyhanko.pdf_utils.generic import parse_pdf_date
from pyhanko.sign.validation.generic_cms import extract_self_reported_ts

from signing import policies
from signing.evidence import timestamps
from signing.evidence.timestamps import Stamp
from signing.pdf.parsing import PARSE_ERRORS
from signing.pki import certificates, revocation
from signing.pki.revocation import Standing
from signing.pki.revocation_sources import CLOCK_SKEW
from signing.pki.sliding import Clock, slide
from signing.reports.local_time import day
from signing.reports.notes import note
from signing.reports.report import Timestamp, Want
from signing.steps.certificate_steps import want
from signing.steps.examination import Examination

TO_THE_MINUTE = re.compile(r"D?:?\d{12}")  # a year or a day alone would stand for the first moment of it
PLAUSIBLE_YEARS = (1990, 2200)  # PDF has had dates since 1993; year 1 cannot even be shown in local time


def establish_time(exam: Examination) -> None:
    """The claimed time, and the earliest time by which it existed, as a trusted timestamp proves: the latest
    moment that its accuracy allows (RFC 3161, 2.4.2)."""
    around = exam.around
    if exam.is_timestamp:
        exam.claimed = timestamps.time_of(exam.embedded.signed_data)
        accuracy = timestamps.accuracy_of(exam.embedded.signed_data)
        _tell_accuracy(exam, certificates.holder(exam.certificate), accuracy)
    else:
        exam.claimed = _claimed(exam)
        _signature_timestamps(exam)
    proven = list(exam.stamped_by)
    if exam.archived_at:
        proven.append(exam.archived_at)
    if proven:
        exam.best, exam.best_source = min(proven), "timestamp"
        _look_at_order(exam)
        exam.say("passed", "time-proven", day=day(exam.best))
        return
    exam.best, exam.best_source = around.moment, "validation"
    if not exam.is_timestamp:
        exam.warnings.append(note("signer-clock"))
        exam.say("not-checked", "signer-clock")
    if exam.claimed and exam.is_timestamp and around.evidence.is_ahead(exam.claimed):
        authority = certificates.holder(exam.certificate)
        exam.doubts.append(("TIMESTAMP_ORDER_FAILURE", note("timestamp-ahead", authority=authority)))
    elif exam.claimed and exam.claimed > around.moment + CLOCK_SKEW:
        exam.warnings.append(note("time-in-future"))


def _look_at_order(exam: Examination) -> None:
    """What cannot have been in this order is told, as its clocks contradict one another: a claimed time after
    the proven one, and a timestamp after the archive timestamp that covers it (EN 319 102-1, 5.6.2.3)."""
    told = [exam.claimed] if exam.is_timestamp else [t.time for t in exam.timestamps if t.trusted]
    if exam.archived_at and any(time and time > exam.archived_at + CLOCK_SKEW for time in told):
        exam.warnings.append(note("timestamp-order"))
    if not exam.is_timestamp and exam.claimed and exam.best and exam.claimed > exam.best + CLOCK_SKEW:
        exam.warnings.append(note("claimed-after-timestamp"))


def weigh_long_term(exam: Examination) -> None:
    """What the file brings for later years: revocation data, and document timestamps that renew one another
    (EN 319 102-1, 5.6.3). The timestamps themselves were examined before, the last one first."""
    covered, later = exam.covered, exam.proofs
    if covered is not None and any(end >= covered.end for end in exam.around.open_stamps):
        exam.say("undetermined", "archive-open")
    elif later:
        exam.say("passed", "archive-proven", count=len(later), day=day(max(p.time for p in later)))
    elif exam.around.stored.has_store and not exam.is_timestamp:
        exam.say("passed", "archive-none")
    else:
        exam.say("not-checked", "no-long-term")


def _claimed(exam: Examination) -> datetime | None:
    """`/M` of the signature dictionary: many signers write local time as UTC into the CMS object."""
    inside = _signing_time(exam)
    try:
        written = exam.embedded.sig_object["/M"]
        outside = parse_pdf_date(written, strict=False)
    except PARSE_ERRORS:
        return inside
    if not TO_THE_MINUTE.match(written) or not PLAUSIBLE_YEARS[0] <= outside.year <= PLAUSIBLE_YEARS[1]:
        return inside
    if outside.tzinfo is None:
        return inside or outside.replace(tzinfo=exam.around.moment.tzinfo)
    if inside and abs(inside - outside) > CLOCK_SKEW:
        hours = (inside - outside).total_seconds() / 3600
        exam.warnings.append(note("signing-time-differs", hours=f"{hours:+.1f}".removesuffix(".0")))
    return outside


def _signing_time(exam: Examination) -> datetime | None:
    """The attribute of the CMS object. One without a zone is in UTC (RFC 5652, 11.3); one that is no time
    says nothing."""
    try:
        inside = extract_self_reported_ts(exam.embedded.signer_info)
    except PARSE_ERRORS:
        return None
    return inside.replace(tzinfo=UTC) if inside and inside.tzinfo is None else inside


def _signature_timestamps(exam: Examination) -> None:
    unchecked, stamps = 0, _stamps(exam)
    for stamp in filter(None, stamps):
        doubt = _doubt(exam, stamp) if stamp.intact else None
        trusted = stamp.intact and doubt is None
        named = tuple(certificate.sha256.hex() for certificate in stamp.chain)
        exam.timestamps.append(
            Timestamp(stamp.time, stamp.authority, stamp.intact, trusted, stamp.sha256, named)
        )
        if stamp.unchecked:
            unchecked += 1
            exam.warnings.append(stamp.unchecked)
        elif doubt:
            exam.warnings.append(note(doubt, authority=stamp.authority))
        elif trusted:
            _tell_accuracy(exam, stamp.authority, stamp.accuracy)
            latest = stamp.time + stamp.accuracy
            if stamp.accuracy <= CLOCK_SKEW or latest < exam.around.moment:
                exam.stamped_by.append(latest)
    _broken_timestamps(exam, stamps.count(None) + sum(not t.intact for t in exam.timestamps) - unchecked)


def _tell_accuracy(exam: Examination, authority: str, accuracy: timedelta) -> None:
    if accuracy > CLOCK_SKEW:
        hours = f"{accuracy.total_seconds() / 3600:.1f}".removesuffix(".0")
        exam.warnings.append(note("timestamp-vague", authority=authority, hours=hours))


def _broken_timestamps(exam: Examination, count: int) -> None:
    """They prove nothing. Beside one that does they are only told (EN 319 102-1, 5.5.4); alone they are a
    doubt: somebody may have put the timestamp of another signature there."""
    if not count:
        return
    if any(t.trusted for t in exam.timestamps):
        exam.warnings.append(note("timestamp-broken"))
    else:
        exam.doubts.append(("TIMESTAMP_ORDER_FAILURE", note("timestamp-broken")))


def _stamps(exam: Examination) -> list[Stamp | None]:
    """The timestamps of the signature; None for what cannot be read as one, which counts as a broken one."""
    besides = [*(exam.certs.other_certs if exam.certs else ()), *exam.around.elsewhere]
    found: list[Stamp | None] = []
    try:
        for stamp in timestamps.of_signature(exam.embedded.signer_info, exam.around.known, besides):
            found.append(stamp)  # noqa: PERF402 (those before a fault are kept)
    except PARSE_ERRORS:
        found.append(None)
    return found


def _doubt(exam: Examination, stamp: Stamp) -> str | None:
    """Why the timestamp proves nothing, as the code of a note. Not known is not good."""
    around, existed = exam.around, exam.archived_at or exam.around.moment
    if around.evidence.is_ahead(stamp.time):
        return "timestamp-ahead"
    path = around.paths.build(
        stamp.chain[0],
        [*stamp.chain[1:], *around.stored.certificates],
        stamp.time,
        extended_usage="time_stamping",
    )
    if path.problem is not None:
        if path.problem == "no-chain" and (urls := revocation.issuer_urls(path.chain[-1])):
            exam.wants.append(Want("issuer", urls))
        return "timestamp-untrusted"
    if not certificates.may_stamp(stamp.chain[0]):
        return "timestamp-unfit"
    policy = policies.choose(path.anchor, around.policy)
    slid = slide(
        path.chain,
        around.evidence,
        Clock(around.moment, stamp.time),
        policy,
    )
    unknown = [s.certificate for s in slid.standings if s.status == "unknown"]
    exam.wants += [want(certificate, path.chain) for certificate in unknown]
    if unknown:
        return "timestamp-unchecked"
    weak, expired = slid.first_end("weak"), slid.first_end("expired")
    if existed > min(map(policy.digest_end, stamp.digests)) or (weak and existed > weak.time):
        return "timestamp-weak"
    if expired and existed > expired.time:
        return "timestamp-expired"
    if any(not _revoked_harmlessly(s, stamp.time, existed) for s in slid.standings):
        return "timestamp-revoked"
    return None


def _revoked_harmlessly(standing: Standing, stamped: datetime, existed: datetime) -> bool:
    """Not revoked, or only after the token is proven to have existed; or for a cause after which earlier
    tokens stay good (RFC 3161, 4)."""
    since = standing.answer.unreliable_from if standing.answer else None
    if standing.answer is None or since is None:
        return True
    return existed < since or standing.answer.spares(stamped)
