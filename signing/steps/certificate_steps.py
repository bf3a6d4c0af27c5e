"""The steps on certificates: path, revocation, algorithms, past validation; each at the best signing time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from asn1crypto import x509

from signing import policies
from signing.evidence import stored_evidence, timestamps
from signing.pki import certificates, paths, revocation
from signing.pki.revocation import Standing
from signing.pki.revocation_sources import Evidence
from signing.pki.sliding import Clock, End, slide
from signing.reports.notes import note
from signing.reports.report import Note, Revocation, Want
from signing.steps import algorithms
from signing.steps.examination import WITHIN, Examination


def build_path(exam: Examination) -> None:
    """From the signer to a trust anchor (EN 319 102-1, 5.2.6). Where the path is in force at the claimed time
    only, it is shown all the same, and past validation says what that is worth."""
    exam.path = path = _path_in_force(exam)
    if path.anchor is not None:
        exam.faults += _claimed_out_of_bounds(exam)
    if path.problem == "no-chain":
        _no_chain(exam, path.chain[-1])
    elif path.problem == "broken":
        unknown = ", ".join(paths.unknown_critical(path.chain))
        why = note("chain-demands", extensions=unknown) if unknown else note("chain-broken")
        exam.doubts.append(("CHAIN_CONSTRAINTS_FAILURE", why))
    elif path.problem == "not-yet-valid" and not exam.faults:
        exam.doubts.append(("OUT_OF_BOUNDS_NO_POE", note("not-yet-valid", **_days(exam.certificate))))
    if path.anchor is None:
        exam.doubts += [("OUT_OF_BOUNDS_NO_POE", why) for _, why in _claimed_out_of_bounds(exam)]
    if exam.is_timestamp and not certificates.may_stamp(exam.certificate):
        authority = certificates.holder(exam.certificate)
        exam.doubts.append(("CHAIN_CONSTRAINTS_FAILURE", note("timestamp-unfit", authority=authority)))
    elif not exam.is_timestamp and not certificates.may_sign(exam.certificate):
        exam.doubts.append(("CHAIN_CONSTRAINTS_FAILURE", note("certificate-unfit")))


def check_revocation(exam: Examination) -> None:
    """The standing of every certificate of the path (EN 319 102-1, 5.2.5)."""
    path = exam.path
    if path is None or path.anchor is None:
        exam.say("not-checked", "step-needs-anchor")
        return
    made = exam.claimed if exam.is_timestamp and exam.claimed else exam.signed_at
    exam.slid = slide(
        path.chain,
        _evidence(exam),
        Clock(exam.around.moment, made),
        exam.policy,
    )
    found = exam.slid.standings
    for standing in found:
        if standing.status == "revoked":
            _revoked(exam, standing)
        elif standing.status == "unknown":
            _unknown(exam, standing.certificate, path.chain)
        elif standing.status == "not-declared":
            exam.warnings.append(note("revocation-not-declared"))
            exam.say("not-checked", "revocation-not-declared")
    order = ("revoked", "unknown")
    worst = next((s for status in order for s in found if s.status == status), found[0] if found else None)
    if worst is None:
        exam.revocation = Revocation("good", "trust-anchor")
    else:
        exam.revocation = Revocation(worst.status, worst.source, worst.time)


def check_algorithms(exam: Examination) -> None:
    """The algorithms, at the best signing time and today (EN 319 102-1, 5.2.8)."""
    around, signer_info = exam.around, exam.embedded.signer_info
    imprint = timestamps.digests(exam.embedded.signed_data)[:1] if exam.is_timestamp else ()
    if exam.subfilter == WITHIN:
        imprint = ("sha1",)
    moments = (exam.signed_at, around.moment)
    judged = algorithms.judge(exam.policy, signer_info, exam.certificate, moments, imprint)
    exam.algorithm = judged
    kind = exam.certificate.public_key.algorithm.upper()
    name = f"{judged.digest.upper()}, {kind} {judged.key_bits or ''}".rstrip()
    if not judged.acceptable_at_signing:
        code = "weak-algorithm" if judged.listed else "unlisted-algorithm"
        exam.doubts.append(("CRYPTO_CONSTRAINTS_FAILURE_NO_POE", note(code, algorithm=name)))
        exam.missing.append(note("get-resigned"))
    elif not judged.acceptable_now:
        exam.warnings.append(note("weak-now", algorithm=name))
        exam.say("passed", "weak-now", algorithm=name)
    for weak in algorithms.weak_links(exam.policy, exam.path.chain if exam.path else (), exam.signed_at):
        subject = certificates.holder(weak)
        listed = exam.policy.certificate_end(weak) > policies.BEFORE_ALL
        code = "weak-chain" if listed else "unlisted-chain"
        exam.doubts.append(("CRYPTO_CONSTRAINTS_FAILURE_NO_POE", note(code, subject=subject)))


def validate_past(exam: Examination) -> None:
    """What has ended by now counts as of the time that is proven for it (EN 319 102-1, 5.6.2.4)."""
    if exam.slid is None:
        exam.say("not-checked", "step-needs-anchor")
        return
    ends = [end for end in exam.slid.ends if not _harmless(exam, end)]
    first = min(ends, key=lambda end: end.time, default=None)
    if first is None:
        exam.say("passed", "past-not-needed")
    elif exam.proven and exam.signed_at <= first.time:
        exam.say("passed", "past-proven", signed=_day(exam.signed_at), ended=_day(first.time))
    elif expired := [e for e in ends if e.cause == "expired" and exam.signed_at > e.time]:
        _expired(exam, min(expired, key=lambda end: end.time))
    else:
        exam.say("undetermined", "past-unproven", ended=_day(first.time))


def want(certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> Want:
    """What would tell the standing of a certificate of this path."""
    return revocation.want(certificate, chain[list(chain).index(certificate) + 1])


def _path_in_force(exam: Examination) -> paths.Path:
    """The path at the best signing time; where it is not in force then, as of the claimed time."""
    found = [*(exam.certs.other_certs if exam.certs else ()), *exam.around.stored.certificates]
    usage = "time_stamping" if exam.is_timestamp else None
    moments = [exam.signed_at, *([exam.claimed] if exam.claimed else [])]
    build = exam.around.paths.build
    tried = [build(exam.certificate, found, moments[0], extended_usage=usage)]
    if tried[0].problem in ("expired", "not-yet-valid"):
        tried += [build(exam.certificate, found, moment, extended_usage=usage) for moment in moments[1:]]
    return next((path for path in tried if path.problem is None), tried[0])


def _no_chain(exam: Examination, last: x509.Certificate) -> None:
    issuer = certificates.issuer_label(last)
    exam.doubts.append(("NO_CERTIFICATE_CHAIN_FOUND", note("no-chain", issuer=issuer)))
    exam.missing.append(note("get-issuer", issuer=issuer))
    if urls := revocation.issuer_urls(last):
        exam.wants.append(Want("issuer", urls))


def _claimed_out_of_bounds(exam: Examination) -> list[tuple[str, Note]]:
    """The signer's own clock proves nothing for him, but who claims a time outside his certificate's validity
    has failed, unless a timestamp proves the clock wrong. Where the certificate leads to no anchor, what it
    says of its validity is no more than a claim itself."""
    certificate, claimed = exam.certificate, exam.claimed
    begins, ends = certificate.not_valid_before, certificate.not_valid_after
    earliest = min(exam.signed_at, claimed or exam.signed_at)
    if claimed and claimed > ends and not (exam.proven and exam.signed_at <= ends):
        return [("EXPIRED", note("expired-before", **_days(certificate)))]
    if (claimed or exam.proven) and earliest < begins:
        return [("NOT_YET_VALID", note("not-yet-valid", **_days(certificate)))]
    return []


def _days(certificate: x509.Certificate) -> dict[str, str]:
    return {"begins": _day(certificate.not_valid_before), "ends": _day(certificate.not_valid_after)}


def _day(moment: datetime) -> str:
    return f"{moment:%d/%m/%Y}"


def _evidence(exam: Examination) -> Evidence:
    """The evidence at hand; what came inside this signature existed when the signature did."""
    evidence = exam.around.evidence
    if not exam.proven:
        return evidence
    inside = dict.fromkeys(stored_evidence.inside(exam.embedded).all, exam.signed_at)
    return replace(evidence, existed={**inside, **evidence.existed})


def _harmless(exam: Examination, end: End) -> bool:
    """A timestamp outlives a revocation of its authority for some causes."""
    if not exam.is_timestamp or end.cause != "revoked" or exam.slid is None or exam.claimed is None:
        return False
    standing = next(s for s in exam.slid.standings if s.certificate is end.certificate)
    return standing.answer is not None and standing.answer.spares(exam.claimed)


def _expired(exam: Examination, end: End) -> None:
    subject = certificates.holder(end.certificate)
    words = {"subject": subject, "ends": _day(end.time)}
    exam.doubts.append(("OUT_OF_BOUNDS_NO_POE", note("expired-unproven", **words)))
    exam.missing.append(note("get-timestamp"))


def _revoked(exam: Examination, standing: Standing) -> None:
    answer = standing.answer
    if answer is None or answer.revoked is None:
        return
    when = answer.revoked
    words = {"subject": certificates.holder(standing.certificate), "day": _day(when)}
    claimed, harmless = exam.claimed, exam.is_timestamp and exam.claimed and answer.spares(exam.claimed)
    unproven = "REVOKED_NO_POE" if standing.certificate is exam.certificate else "REVOKED_CA_NO_POE"
    if answer.on_hold and not (exam.proven and exam.signed_at < when):
        exam.doubts.append(("TRY_LATER", note("on-hold", **words)))
        exam.missing.append(note("get-hold-lifted", issuer=certificates.issuer_label(standing.certificate)))
    elif claimed and claimed >= when and not answer.compromised:
        exam.faults.append(("REVOKED", note("revoked-before", **words)))
    elif (exam.proven and exam.signed_at < when) or harmless:
        exam.warnings.append(note("revoked-after", **words))
        exam.say("passed", "revoked-after", **words)
    else:
        exam.doubts.append((unproven, note("revoked-unproven", **words)))
        exam.missing.append(note("get-timestamp"))


def _unknown(exam: Examination, certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> None:
    subject, issuer = certificates.holder(certificate), certificates.issuer_label(certificate)
    if certificate.not_valid_after < exam.around.moment and not exam.proven:
        exam.say("not-checked", "revocation-needs-proof")  # past validation doubts what expired unproven
        return
    if certificate.not_valid_after < exam.around.moment:
        words = {"subject": subject, "ends": _day(certificate.not_valid_after)}
        exam.doubts.append(("REVOCATION_OUT_OF_BOUNDS_NO_POE", note("revocation-lost", **words)))
        exam.missing.append(note("get-old-revocation", issuer=issuer))
        return
    wanted = want(certificate, chain)
    exam.wants.append(wanted)
    addresses = ", ".join((*wanted.ocsp_urls, *wanted.urls))
    exam.doubts.append(("TRY_LATER", note("revocation-unknown", subject=subject)))
    exam.missing.append(
        note(
            "get-revocation",
            issuer=issuer,
            address=f", lấy tại {addresses}" if addresses else "",
            address_en=f", to be had from {addresses}" if addresses else "",
        )
    )
