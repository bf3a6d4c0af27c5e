"""The steps on certificates: path, revocation, algorithms, past validation; each at the best signing time."""

from collections.abc import Callable, Sequence

from asn1crypto import x509

from signing import policies
from signing.cms.guessable_keys import weakness
from signing.pki import certificates, paths, revocation
from signing.pki.revocation import Standing
from signing.pki.sliding import Clock, End, slide
from signing.reports.local_time import day
from signing.reports.notes import note
from signing.reports.report import Note, Revocation, Want
from signing.steps import algorithms
from signing.steps.certificate_case import CertificateCase


def build_path(case: CertificateCase) -> None:
    """From the signer to a trust anchor (EN 319 102-1, 5.2.6). Where the path is in force at the claimed time
    only, it is shown all the same, and past validation says what that is worth."""
    case.path = path = _path_in_force(case)
    if path.anchor is not None:
        case.faults += _claimed_out_of_bounds(case)
    if path.problem == "no-chain":
        _no_chain(case, path.chain[-1])
    elif path.problem == "broken":
        case.doubts.append(("CHAIN_CONSTRAINTS_FAILURE", _why_broken(path)))
    elif path.problem == "not-yet-valid" and not case.faults:
        case.doubts.append(("OUT_OF_BOUNDS_NO_POE", note("not-yet-valid", **_days(case.certificate))))
    if path.anchor is not None and not case.is_timestamp:
        _ask_for_root(case, path.anchor)
    if path.anchor is None:
        case.doubts += [("OUT_OF_BOUNDS_NO_POE", why) for _, why in _claimed_out_of_bounds(case)]
    if case.is_timestamp and not certificates.may_stamp(case.certificate):
        authority = certificates.holder(case.certificate)
        case.doubts.append(("CHAIN_CONSTRAINTS_FAILURE", note("timestamp-unfit", authority=authority)))
    elif not case.is_timestamp and not certificates.may_sign(case.certificate):
        case.doubts.append(("CHAIN_CONSTRAINTS_FAILURE", note("certificate-unfit")))


def check_revocation(case: CertificateCase) -> None:
    """The standing of every certificate of the path (EN 319 102-1, 5.2.5)."""
    path = case.path
    if path is None or path.anchor is None:
        case.say("not-checked", "step-needs-anchor")
        return
    made = case.claimed if case.is_timestamp and case.claimed else case.signed_at
    case.slid = slide(
        path.chain,
        case.evidence,
        Clock(case.around.moment, made),
        case.policy,
    )
    found = case.slid.standings
    for standing in found:
        if standing.status == "revoked":
            _revoked(case, standing)
        elif standing.status == "unknown":
            _unknown(case, standing.certificate, path.chain)
        elif standing.status == "not-declared":
            case.warnings.append(note("revocation-not-declared"))
            case.say("not-checked", "revocation-not-declared")
    order = ("revoked", "unknown")
    worst = next((s for status in order for s in found if s.status == status), found[0] if found else None)
    if worst is None:
        case.revocation = Revocation("good", "trust-anchor")
    else:
        case.revocation = Revocation(worst.status, worst.source, worst.time)


def check_algorithms(case: CertificateCase) -> None:
    """The algorithms, at the best signing time and today (EN 319 102-1, 5.2.8)."""
    moments = (case.signed_at, case.around.moment)
    judged = algorithms.judge(case.policy, case.signer_info, case.certificate, moments, case.further_digests)
    case.algorithm = judged
    kind = case.certificate.public_key.algorithm.upper()
    name = f"{judged.digest.upper()}, {kind} {judged.key_bits or ''}".rstrip()
    if not judged.acceptable_at_signing:
        code = "weak-algorithm" if judged.listed else "unlisted-algorithm"
        known = _is_known(case.certificate)
        why = note("known-key") if known else note(code, algorithm=name)
        case.doubts.append(("CRYPTO_CONSTRAINTS_FAILURE_NO_POE", why))
        case.missing.append(note("get-new-key" if known else "get-resigned"))
    elif not judged.acceptable_now:
        case.warnings.append(note("weak-now", algorithm=name))
        case.say("passed", "weak-now", algorithm=name)
    chain = case.path.chain if case.path else ()
    for weak in algorithms.weak_links(case.policy, chain, case.signed_at):
        subject = certificates.holder(weak)
        listed = case.policy.certificate_end(weak) > policies.BEFORE_ALL
        code = "weak-chain" if listed else "known-key-chain" if _is_known(weak) else "unlisted-chain"
        case.doubts.append(("CRYPTO_CONSTRAINTS_FAILURE_NO_POE", note(code, subject=subject)))
    narrow = [one for one in chain[:-1] or (case.certificate,) if weakness(one.public_key) == "narrow"]
    case.warnings += [note("narrow-key", subject=certificates.holder(one)) for one in narrow]


def _is_known(certificate: x509.Certificate) -> bool:
    return weakness(certificate.public_key) == "known"


def validate_past(case: CertificateCase) -> None:
    """What has ended by now counts as of the time that is proven for it (EN 319 102-1, 5.6.2.4)."""
    if case.slid is None:
        case.say("not-checked", "step-needs-anchor")
        return
    ends = [end for end in case.slid.ends if not _harmless(case, end)]
    first = min(ends, key=lambda end: end.time, default=None)
    if first is None:
        case.say("passed", "past-not-needed")
    elif case.proven and case.signed_at <= first.time:
        case.say("passed", "past-proven", signed=day(case.signed_at), ended=day(first.time))
    elif expired := [e for e in ends if e.cause == "expired" and case.signed_at > e.time]:
        _expired(case, min(expired, key=lambda end: end.time))
    else:
        case.say("undetermined", "past-unproven", ended=day(first.time))


#: The steps of the recipe (validation.py) that look at certificates, in their order. The question before
#: signing (standing.py) is these steps and nothing else.
STEPS: tuple[tuple[int, str, Callable[[CertificateCase], None]], ...] = (
    (4, "path", build_path),  # from the signer to a trust anchor
    (5, "revocation", check_revocation),  # was any certificate of the path revoked
    (7, "algorithms", check_algorithms),  # then and now
    (9, "past", validate_past),  # what has ended since, against the proven time
)


def want(certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> Want:
    """What would tell the standing of a certificate of this path."""
    return revocation.want(certificate, chain[list(chain).index(certificate) + 1])


def _path_in_force(case: CertificateCase) -> paths.Path:
    """The path at the best signing time; where it is not in force then, as of the claimed time."""
    found = [*(case.certs.other_certs if case.certs else ()), *case.around.stored.certificates]
    usage = "time_stamping" if case.is_timestamp else None
    moments = [case.signed_at, *([case.claimed] if case.claimed else [])]
    build = case.around.paths.build
    tried = [build(case.certificate, found, moments[0], extended_usage=usage)]
    if tried[0].problem in ("expired", "not-yet-valid"):
        tried += [build(case.certificate, found, moment, extended_usage=usage) for moment in moments[1:]]
    return next((path for path in tried if path.problem is None), tried[0])


def _why_broken(path: paths.Path) -> Note:
    if twice := [one for one in path.chain[:-1] if certificates.said_twice(one)]:
        return note("chain-says-twice", subject=certificates.holder(twice[0]))
    if unknown := ", ".join(paths.unknown_critical(path.chain)):
        return note("chain-demands", extensions=unknown)
    if found := paths.overreach(path.chain):
        code, authority = found
        return note(code, subject=certificates.holder(authority))
    return note(path.constraint or "chain-broken")


def _no_chain(case: CertificateCase, last: x509.Certificate) -> None:
    issuer = certificates.issuer_label(last)
    case.doubts.append(("NO_CERTIFICATE_CHAIN_FOUND", note("no-chain", issuer=issuer)))
    case.missing.append(note("get-issuer", issuer=issuer))
    if urls := revocation.issuer_urls(last):
        case.wants.append(Want("issuer", urls))


def _ask_for_root(case: CertificateCase, anchor: x509.Certificate) -> None:
    """A policy that was asked for by name takes signatures under its own root alone; the anchors that it
    names are the trust anchors of EN 319 102-1, 5.2.6. Timestamps may stand under another root: authorities
    of time are licensed apart (decree 23/2025), and offices use public ones."""
    root = case.policy.root
    if root is None or root.has(anchor):
        return
    words = {"policy": case.policy.name, "anchor": certificates.holder(anchor)}
    demanded = {"root_vi": root.text.vi, "root_en": root.text.en}
    case.doubts.append(("NO_CERTIFICATE_CHAIN_FOUND", note("root-of-no-policy", **words, **demanded)))
    case.missing.append(note("get-other-policy", fitting=policies.choose(anchor).name, **words, **demanded))


def _claimed_out_of_bounds(case: CertificateCase) -> list[tuple[str, Note]]:
    """The signer's own clock proves nothing for him, but who claims a time outside his certificate's validity
    has failed, unless a timestamp proves the clock wrong. Where the certificate leads to no anchor, what it
    says of its validity is no more than a claim itself."""
    certificate, claimed = case.certificate, case.claimed
    begins, ends = certificate.not_valid_before, certificate.not_valid_after
    earliest = min(case.signed_at, claimed or case.signed_at)
    if claimed and claimed > ends and not (case.proven and case.signed_at <= ends):
        return [("EXPIRED", note("expired-before", **_days(certificate)))]
    if (claimed or case.proven) and earliest < begins:
        return [("NOT_YET_VALID", note("not-yet-valid", **_days(certificate)))]
    return []


def _days(certificate: x509.Certificate) -> dict[str, str]:
    return {"begins": day(certificate.not_valid_before), "ends": day(certificate.not_valid_after)}


def _harmless(case: CertificateCase, end: End) -> bool:
    """A timestamp outlives a revocation of its authority for some causes."""
    if not case.is_timestamp or end.cause != "revoked" or case.slid is None or case.claimed is None:
        return False
    standing = next(s for s in case.slid.standings if s.certificate is end.certificate)
    return standing.answer is not None and standing.answer.spares(case.claimed)


def _expired(case: CertificateCase, end: End) -> None:
    subject = certificates.holder(end.certificate)
    words = {"subject": subject, "ends": day(end.time)}
    case.doubts.append(("OUT_OF_BOUNDS_NO_POE", note("expired-unproven", **words)))
    case.missing.append(note("get-timestamp"))


def _revoked(case: CertificateCase, standing: Standing) -> None:
    answer = standing.answer
    if answer is None or answer.revoked is None or answer.unreliable_from is None:
        return
    when, since = answer.revoked, answer.unreliable_from
    words = {"subject": certificates.holder(standing.certificate), "day": day(when)}
    claimed, harmless = case.claimed, case.is_timestamp and case.claimed and answer.spares(case.claimed)
    unproven = "REVOKED_NO_POE" if standing.certificate is case.certificate else "REVOKED_CA_NO_POE"
    if answer.on_hold and not (case.proven and case.signed_at < when):
        case.doubts.append(("TRY_LATER", note("on-hold", **words)))
        case.missing.append(note("get-hold-lifted", issuer=certificates.issuer_label(standing.certificate)))
    elif claimed and claimed >= when and not answer.compromised:
        case.faults.append(("REVOKED", note("revoked-before", **words)))
    elif (case.proven and case.signed_at < since) or harmless:
        case.warnings.append(note("revoked-after", **words))
        case.say("passed", "revoked-after", **words)
    elif case.proven and case.signed_at < when:
        case.doubts.append((unproven, note("revoked-suspect", **words, since=day(since))))
    else:
        case.doubts.append((unproven, note("revoked-unproven", **words)))
        case.missing.append(note("get-timestamp"))


def _unknown(case: CertificateCase, certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> None:
    subject, issuer = certificates.holder(certificate), certificates.issuer_label(certificate)
    if certificate.not_valid_after < case.around.moment and not case.proven:
        case.say("not-checked", "revocation-needs-proof")  # past validation doubts what expired unproven
        return
    if certificate.not_valid_after < case.around.moment:
        words = {"subject": subject, "ends": day(certificate.not_valid_after)}
        case.doubts.append(("REVOCATION_OUT_OF_BOUNDS_NO_POE", note("revocation-lost", **words)))
        case.missing.append(note("get-old-revocation", issuer=issuer))
        return
    wanted = want(certificate, chain)
    case.wants.append(wanted)
    addresses = ", ".join((*wanted.ocsp_urls, *wanted.urls))
    case.doubts.append(("TRY_LATER", note("revocation-unknown", subject=subject)))
    case.missing.append(
        note(
            "get-revocation",
            issuer=issuer,
            address=f", lấy tại {addresses}" if addresses else "",
            address_en=f", to be had from {addresses}" if addresses else "",
        )
    )
