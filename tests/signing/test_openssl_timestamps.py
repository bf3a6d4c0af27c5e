"""Timestamps by a program of another make: OpenSSL answers as an authority does (RFC 3161)."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.sample.authority import Issuer
from signing.evidence.fetching import Fetcher
from signing.pades import Level
from signing.validation import validate
from tests import judges
from tests.signing.conftest import NOW, SignFile
from tests.signing.responders import serving

LOOPBACK = Fetcher.allowing("127.0.0.0/8")
CONFIGURATION = """
[tsa]
default_tsa = authority
[authority]
serial = {folder}/serial
signer_digest = {digest}
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = {ordering}
tsa_name = yes
ess_cert_id_chain = {chain}
ess_cert_id_alg = {named}
"""
#: What an operator may choose; the attribute that names the certificate is of version 1 by SHA-1.
WAYS = {
    "plain": {"digest": "sha256", "ordering": "no", "chain": "no", "named": "sha256"},
    "by SHA-1 named, with the chain": {
        "digest": "sha512",
        "ordering": "yes",
        "chain": "yes",
        "named": "sha1",
    },
}

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="OpenSSL is not here")


def authority(issuer: Issuer, folder: Path, way: dict[str, str]) -> Callable[[bytes], bytes]:
    stamping = issuer.issue(NOW, name="TSA MẪU", usage="timestamp")
    signer, key, chain, settings = (folder / name for name in ("tsa.pem", "tsa.key", "chain.pem", "tsa.cnf"))
    signer.write_bytes(stamping.certificate.public_bytes(Encoding.PEM))
    key.write_bytes(stamping.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    chain.write_bytes(issuer.issuing.certificate.public_bytes(Encoding.PEM))
    settings.write_text(CONFIGURATION.format(folder=folder, **way))

    def answer(asked: bytes) -> bytes:
        question, reply = folder / "question.tsq", folder / "reply.tsr"
        question.write_bytes(asked)
        asked_of = ["-queryfile", question, "-signer", signer, "-inkey", key, "-chain", chain]
        command = ["openssl", "ts", "-reply", "-config", settings, *asked_of, "-out", reply]
        subprocess.run(command, check=True, capture_output=True)
        return reply.read_bytes()

    return answer


@needs_openssl
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("level", ["B-T", "B-LTA"])
def test_an_authority_of_another_make(
    level: Level, way: str, issuer: Issuer, sign_file: SignFile, trust: Path, tmp_path: Path
) -> None:
    with serving() as responder:
        responder.answers["/tsa"] = authority(issuer, tmp_path, WAYS[way])
        signed = sign_file(level=level, tsa=responder.url("/tsa"), fetcher=LOOPBACK, trust=[trust])
    report = validate(signed, anchors=[trust])
    assert (report.verdict, report.signatures[0].level) == ("valid", level)
    assert report.signatures[0].best_time_source == "timestamp"
    (answer,) = judges.signatures([signed], trust / "root.crt")
    assert {one["indication"] for one in answer} == {"TOTAL-PASSED"}, answer
