"""What a verifier trusts, and what helps it to build paths: files and folders that an administrator chose."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from asn1crypto import cms, crl, ocsp, pem, x509

from signing.pki.certificates import issued

FILE_BYTES = 20_000_000  # the largest revocation lists of public authorities stay below this
INTERMEDIATES = "intermediates"  # the folder whose certificates are never anchors
SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der", ".p7b", ".p7c", ".crl", ".ocsp"})


@dataclass(frozen=True, slots=True)
class Trust:
    """`anchors` are trusted because the administrator gave them; all else only helps, and is checked."""

    anchors: tuple[x509.Certificate, ...] = ()
    intermediates: tuple[x509.Certificate, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    unread: tuple[str, ...] = ()  # names of files that hold nothing of use

    def helped_by(self, fetched: "Trust") -> "Trust":
        """The same with what was fetched; a self-signed certificate among it does not become an anchor."""
        return replace(
            self,
            intermediates=self.intermediates + fetched.intermediates,
            crls=self.crls + fetched.crls,
            ocsps=self.ocsps + fetched.ocsps,
        )


def load(paths: Sequence[Path]) -> Trust:
    """Read certificates, revocation lists and OCSP responses (PEM or DER) from files, and folders of them.
    Self-signed certificates are anchors, but for those in a subfolder `intermediates`. A file that holds
    nothing of use is named in `unread`."""
    certificates: list[x509.Certificate] = []
    given: set[bytes] = set()  # not only among intermediates
    crls: list[bytes] = []
    ocsps: list[bytes] = []
    unread: list[str] = []
    for path, only_helps in _files(paths):
        found = False
        for der in _objects(path):
            if several := _certificates(der):
                certificates += several
                given |= {c.sha256 for c in several if not only_helps}
            elif _is_crl(der):
                crls.append(der)
            elif _is_ocsp(der):
                ocsps.append(der)
            else:
                continue
            found = True
        if not found:
            unread.append(path.name)
    distinct = {c.sha256: c for c in certificates}
    anchors = {number: c for number, c in distinct.items() if number in given and is_self_signed(c)}
    return Trust(
        anchors=tuple(anchors.values()),
        intermediates=tuple(c for number, c in distinct.items() if number not in anchors),
        crls=tuple(crls),
        ocsps=tuple(ocsps),
        unread=tuple(unread),
    )


def is_self_signed(certificate: x509.Certificate) -> bool:
    """Issued by itself, and its own key says so; also by an algorithm that is too weak by now, as roots of
    long ago: nobody relies on it, since an anchor is trusted for itself."""
    subject, issuer = certificate.subject, certificate.issuer
    # names are almost always equal to the byte; to compare them as RFC 5280 7.1 has it takes milliseconds
    return (subject.dump() == issuer.dump() or bool(subject == issuer)) and issued(certificate, certificate)


def certificates_of(path: Path) -> list[x509.Certificate]:
    """The certificates of one file; none where nothing can be read."""
    return [certificate for der in _objects(path) for certificate in _certificates(der)]


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Each file, and whether its certificates only help."""
    for path in paths:
        if path.is_dir():
            for file in sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file()):
                yield file, INTERMEDIATES in file.relative_to(path).parts[:-1]
        else:
            yield path, False


def _objects(path: Path) -> Iterator[bytes]:
    """The DER objects of a file."""
    try:
        if path.stat().st_size > FILE_BYTES:
            return
        data = path.read_bytes()
    except OSError:
        return
    if not pem.detect(data):
        yield data
        return
    try:
        for _, _, der in pem.unarmor(data, multiple=True):
            yield der
    except ValueError:
        return


def _certificates(der: bytes) -> list[x509.Certificate]:
    """The certificate, or those of a PKCS#7 bundle: authorities publish their issuers as such."""
    if (one := _certificate(der)) is not None:
        return [one]
    try:
        bundle = cms.ContentInfo.load(der, strict=True)
        if bundle["content_type"].native != "signed_data":
            return []
        found = [_certificate(c.chosen.dump()) for c in bundle["content"]["certificates"]]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []
    return [certificate for certificate in found if certificate is not None]


def _certificate(der: bytes) -> x509.Certificate | None:
    try:
        certificate = x509.Certificate.load(der, strict=True)
        certificate.subject.native, certificate.issuer.native, certificate.not_valid_after  # noqa: B018
        certificate.key_usage_value, certificate.public_key.algorithm  # noqa: B018 (parsed now, not later)
    except (ValueError, TypeError, KeyError):
        return None
    return certificate


def _is_crl(der: bytes) -> bool:
    try:
        return crl.CertificateList.load(der, strict=True)["tbs_cert_list"]["issuer"].native is not None
    except (ValueError, TypeError, KeyError):
        return False


def _is_ocsp(der: bytes) -> bool:
    try:
        response = ocsp.OCSPResponse.load(der, strict=True)
        return bool(response["response_status"].native == "successful" and response.basic_ocsp_response)
    except (ValueError, TypeError, KeyError):
        return False
