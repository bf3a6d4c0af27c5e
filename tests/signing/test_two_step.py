"""Two-step signing: the key is somewhere else, and what comes from there is believed only when checked."""

import dataclasses
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.sample.authority import Issuer
from signing import pades
from signing.cms.mechanisms import Mechanism
from signing.evidence.fetching import Fetcher
from signing.keys.references import SigningKey
from signing.keys.software import SoftwareKey
from signing.marks.appearance import Appearance
from signing.pades import Level, SigningRefused
from signing.two_step import Prepared, complete, prepare
from signing.validation import validate
from tests import judges
from tests.signing import documents
from tests.signing.conftest import NOW, MakeKey, SignFile
from tests.signing.responders import Responder, serving, timestamp_answer

LOOPBACK = Fetcher.allowing("127.0.0.0/8")
DAY = timedelta(days=1)
KINDS = ("rsa", "pss", "ec", "ec-384")
LEVELS: tuple[Level, ...] = ("B-B", "B-T", "B-LT", "B-LTA")
AGENCY = Appearance("agency", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU")


@pytest.fixture(scope="module")
def keys(make_key: MakeKey) -> dict[str, SigningKey]:
    return {kind: make_key(algorithm="rsa" if kind == "pss" else kind, pss=kind == "pss") for kind in KINDS}


@pytest.fixture(scope="module")
def responder(issuer: Issuer) -> Iterator[Responder]:
    with serving() as responder:
        authority = issuer.issue(NOW, name="TSA MẪU", usage="timestamp")
        responder.answers["/tsa"] = timestamp_answer(issuer, authority, NOW)
        yield responder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.pdf"
    path.write_bytes(documents.paper())
    return path


def _prepare(source: Path, draft: Path, key: SigningKey, **more: Any) -> Prepared:
    return prepare(
        source,
        draft,
        [key.certificate, *key.chain],
        **{"mechanism": key.mechanism, "now": NOW, **more},
    )


def _value(prepared: Prepared, key: SigningKey) -> bytes:
    return key.raw.sign(prepared.to_be_signed, prepared.mechanism)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", KINDS)
def test_two_steps_come_to_what_one_comes_to(
    kind: str,
    level: Level,
    keys: dict[str, SigningKey],
    responder: Responder,
    trust: Path,
    tmp_path: Path,
    sign_file: SignFile,
) -> None:
    key = keys[kind]
    more: dict[str, Any] = {"tsa": responder.url("/tsa"), "fetcher": LOOPBACK, "trust": [trust]}
    signed_before = sign_file()

    # an example takes a second: what fails is shown as it is
    @settings(
        max_examples=2,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        appearance=st.sampled_from([None, AGENCY]),
        reason=st.text(max_size=40),
        source=st.sampled_from([None, signed_before]),
    )
    def same(appearance: Appearance | None, reason: str, source: Path | None) -> None:
        path = source or tmp_path / "plain.pdf"
        path.write_bytes(path.read_bytes() if source else documents.paper())
        once, twice, draft = tmp_path / "once.pdf", tmp_path / "twice.pdf", tmp_path / "draft.pdf"
        asked: dict[str, Any] = {"appearance": appearance, "reason": reason, "level": level}
        first = pades.sign(path, once, key, now=NOW, **asked, **more)
        prepared = _prepare(path, draft, key, **asked)
        second = complete(prepared, draft, twice, _value(prepared, key), now=NOW, **more)
        assert first == second
        assert _told(once, trust) == _told(twice, trust)
        assert not draft.exists()

    same()


def _told(signed: Path, trust: Path) -> dict[str, Any]:
    """The report without what differs from file to file."""
    report = validate(signed, anchors=[trust], at=NOW).to_json()
    assert report["verdict"] == "valid"
    del report["document"]["sha256"], report["checked_at"]
    for signature in report["signatures"]:
        for name in ("signature_value", "cms_sha256", "signed_length"):
            del signature[name]
        for token in signature["timestamps"]:
            del token["sha256"]
    for said in (report["document"]["changes"], *(s["changes_after"] for s in report["signatures"])):
        # the second of an update may be that of the one before, or not
        said[:] = [change for change in said if change["code"] != "metadata-changed"]
    return report


PREPARE = """
import json, sys
from datetime import datetime
from pathlib import Path
from asn1crypto import x509
from signing.two_step import prepare
certificates = [x509.Certificate.load(bytes.fromhex(c)) for c in sys.argv[4:]]
made = prepare(Path(sys.argv[1]), Path(sys.argv[2]), certificates, now=datetime.fromisoformat(sys.argv[3]))
print(json.dumps(made.to_json()))
"""
COMPLETE = """
import json, sys
from datetime import datetime
from pathlib import Path
from signing.two_step import Prepared, complete
prepared = Prepared.from_json(json.loads(sys.stdin.read()))
done = complete(
    prepared, Path(sys.argv[1]), Path(sys.argv[2]), bytes.fromhex(sys.argv[3]),
    now=datetime.fromisoformat(sys.argv[4]),
)
print(json.dumps(done.to_json()))
"""


def _run(program: str, *words: object, given: str = "") -> Any:
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, words)],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("kind", ["rsa", "ec-384"])
def test_each_step_in_a_process_of_its_own(
    kind: str, keys: dict[str, SigningKey], source: Path, tmp_path: Path, trust: Path
) -> None:
    key, draft, target = keys[kind], tmp_path / "draft.pdf", tmp_path / "signed.pdf"
    every = [c.dump().hex() for c in (key.certificate, *key.chain)]
    shape = _run(PREPARE, source, draft, NOW.isoformat(), *every)
    value = _value(Prepared.from_json(shape), key)
    done = _run(COMPLETE, draft, target, value.hex(), NOW.isoformat(), given=json.dumps(shape))
    assert done["signer"] == "Nguyễn Văn Mẫu"
    assert validate(target, anchors=[trust]).verdict == "valid"
    assert judges.pdfsig(target) == [{"field": "Signature1", "intact": True, "whole": True}]
    assert target.read_bytes().startswith(source.read_bytes())
    without = {name: value for name, value in shape.items() if name != "certificates"}
    assert len(json.dumps(without)) < 1000


@pytest.mark.parametrize("kind", KINDS)
def test_the_hash_alone_is_enough_for_a_device(
    kind: str, keys: dict[str, SigningKey], source: Path, tmp_path: Path, trust: Path
) -> None:
    """A device signs the hash, and gives r and s of an elliptic curve bare."""
    key, draft, target = keys[kind], tmp_path / "draft.pdf", tmp_path / "signed.pdf"
    prepared = _prepare(source, draft, key)
    complete(prepared, draft, target, _device(prepared, key), now=NOW)
    assert validate(target, anchors=[trust]).verdict == "valid"


def _device(prepared: Prepared, key: SigningKey) -> bytes:
    assert isinstance(key.raw, SoftwareKey)
    private = key.raw.private
    chosen = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}[prepared.mechanism.digest]
    if isinstance(private, ec.EllipticCurvePrivateKey):
        r, s = utils.decode_dss_signature(private.sign(prepared.digest, ec.ECDSA(utils.Prehashed(chosen))))
        size = private.key_size // 8
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    pss = prepared.mechanism.scheme == "rsassa_pss"
    pads = prepared.mechanism.pss() if pss else padding.PKCS1v15()
    return private.sign(prepared.digest, pads, utils.Prehashed(chosen))


def test_a_value_that_is_not_of_this_key_and_document_is_refused(
    keys: dict[str, SigningKey], make_key: MakeKey, source: Path, tmp_path: Path, trust: Path
) -> None:
    other = tmp_path / "other.pdf"
    other.write_bytes(documents.paper(1))
    for kind, key in keys.items():
        draft, target = tmp_path / f"{kind}.draft.pdf", tmp_path / f"{kind}.pdf"
        prepared = _prepare(source, draft, key)
        elsewhere = _prepare(other, tmp_path / "other.draft.pdf", key)
        right = _value(prepared, key)
        stranger = make_key(algorithm="rsa" if kind == "pss" else kind, pss=kind == "pss")
        values = {
            "one bit wrong": right[:-1] + bytes([right[-1] ^ 1]),
            "another key": _value(prepared, stranger),
            "another document": _value(elsewhere, key),
            "empty": b"",
            "too long": right + bytes(200_000),
            "junk": b"\x30" * len(right),
        }
        ready = draft.read_bytes()
        for name, value in values.items():
            with pytest.raises(SigningRefused) as refused:
                complete(prepared, draft, target, value, now=NOW)
            assert refused.value.code == "foreign-value", (kind, name)
            assert draft.read_bytes() == ready
            assert not target.exists()
        complete(prepared, draft, target, right, now=NOW)
        assert validate(target, anchors=[trust]).verdict == "valid"


def _flip(draft: Path, at: int) -> None:
    data = bytearray(draft.read_bytes())
    data[at] ^= 1
    draft.write_bytes(data)


CHANGES: dict[str, Callable[[Path, Prepared], None]] = {
    "before": lambda draft, prepared: _flip(draft, prepared.before // 2),
    "in the update": lambda draft, prepared: _flip(draft, prepared.covered.first_end - 20),
    "after the room": lambda draft, prepared: _flip(draft, prepared.covered.second_start + 3),
    "cut": lambda draft, prepared: draft.write_bytes(draft.read_bytes()[: prepared.covered.end - 1]),
    "emptied": lambda draft, prepared: draft.write_bytes(b"") and None,
    "gone": lambda draft, prepared: draft.unlink(),
    "another": lambda draft, prepared: draft.write_bytes(documents.paper()) and None,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_draft_that_changed_is_not_signed(
    change: str, key: SigningKey, source: Path, tmp_path: Path
) -> None:
    draft, target = tmp_path / "draft.pdf", tmp_path / "signed.pdf"
    prepared = _prepare(source, draft, key)
    CHANGES[change](draft, prepared)
    with pytest.raises(SigningRefused) as refused:
        complete(prepared, draft, target, _value(prepared, key), now=NOW)
    assert refused.value.code == "draft-changed"
    assert not target.exists()


def test_what_an_interrupted_completion_left_behind_is_taken_off(
    key: SigningKey, source: Path, tmp_path: Path, trust: Path
) -> None:
    draft, target, killed = (tmp_path / f"{name}.pdf" for name in ("draft", "signed", "killed"))
    prepared = _prepare(source, draft, key)
    shutil.copyfile(draft, killed)
    complete(prepared, draft, target, _value(prepared, key), now=NOW)
    with killed.open("rb+") as stream:
        stream.seek(prepared.covered.first_end)
        stream.write(target.read_bytes()[prepared.covered.first_end :][:1000])
        stream.seek(0, 2)
        stream.write(b"\n12 0 obj half an object")
    complete(prepared, killed, again := tmp_path / "again.pdf", _value(prepared, key), now=NOW)
    assert again.stat().st_size == target.stat().st_size
    assert validate(again, anchors=[trust]).verdict == "valid"
    assert judges.pdfsig(again) == [{"field": "Signature1", "intact": True, "whole": True}]


def test_a_level_that_fails_leaves_the_draft_for_another_try(
    key: SigningKey, source: Path, tmp_path: Path, trust: Path, responder: Responder
) -> None:
    draft, target = tmp_path / "draft.pdf", tmp_path / "signed.pdf"
    prepared = _prepare(source, draft, key, level="B-LT")
    ready, value = draft.read_bytes(), _value(prepared, key)
    good = {"tsa": responder.url("/tsa"), "fetcher": LOOPBACK, "trust": [trust]}
    cases: dict[str, dict[str, Any]] = {
        "no-tsa": {**good, "tsa": None},
        "no-trust": {**good, "trust": []},
        "tsa-failed": {**good, "tsa": responder.url("/none")},
        "evidence-missing": {**good, "trust": [trust / "root.crt"]},
    }
    for code, means in cases.items():
        with pytest.raises(SigningRefused) as refused:
            complete(prepared, draft, target, value, now=NOW, **means)
        assert refused.value.code == code
        assert draft.read_bytes() == ready
    complete(prepared, draft, target, value, now=NOW, **good)
    assert validate(target, anchors=[trust / "root.crt"]).signatures[0].level == "B-LT"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["signed.pdf", "source.pdf"]


def test_a_certificate_that_expired_in_between(make_key: MakeKey, source: Path, tmp_path: Path) -> None:
    key = make_key(begins=NOW - DAY, ends=NOW + DAY)
    draft, target = tmp_path / "draft.pdf", tmp_path / "signed.pdf"
    prepared = _prepare(source, draft, key)
    with pytest.raises(SigningRefused) as refused:
        complete(prepared, draft, target, _value(prepared, key), now=NOW + 2 * DAY)
    assert refused.value.code == "certificate-not-in-force"
    assert not target.exists()


def test_a_value_serves_once(key: SigningKey, source: Path, tmp_path: Path) -> None:
    draft, target = tmp_path / "draft.pdf", tmp_path / "signed.pdf"
    prepared = _prepare(source, draft, key)
    value = _value(prepared, key)
    complete(prepared, draft, target, value, now=NOW)
    signed = target.read_bytes()
    with pytest.raises(SigningRefused) as refused:
        complete(prepared, draft, target, value, now=NOW)
    assert refused.value.code == "draft-changed"
    fresh = _prepare(source, draft, key, now=NOW + timedelta(seconds=1))
    with pytest.raises(SigningRefused) as refused:
        complete(fresh, draft, target, value, now=NOW)
    assert refused.value.code == "foreign-value", "the same document prepared anew is another one"
    assert target.read_bytes() == signed


def test_a_refusal_to_prepare_leaves_no_draft(
    keys: dict[str, SigningKey], source: Path, tmp_path: Path
) -> None:
    junk = tmp_path / "junk.pdf"
    junk.write_bytes(b"no document")
    draft = tmp_path / "draft.pdf"
    cases: list[tuple[str, Path, dict[str, Any]]] = [
        ("not-a-pdf", junk, {}),
        ("not-copied", tmp_path / "none.pdf", {}),
        ("no-such-page", source, {"appearance": dataclasses.replace(AGENCY, page=9)}),
        ("certificate-not-in-force", source, {"now": NOW + 99 * 365 * DAY}),
        ("unfit-key", source, {"mechanism": Mechanism("ecdsa", "sha256")}),
    ]
    for code, document, more in cases:
        with pytest.raises(SigningRefused) as refused:
            _prepare(document, draft, keys["rsa"], **more)
        assert refused.value.code == code
        assert not draft.exists()


def test_certificates_that_come_from_elsewhere(
    key: SigningKey, make_key: MakeKey, source: Path, tmp_path: Path
) -> None:
    junk = x509.Certificate.load(bytes.fromhex("3003020101"))
    weak = x509.Certificate.load(_self_signed(rsa.generate_private_key(65537, 1024)))
    other = x509.Certificate.load(_self_signed(ed25519.Ed25519PrivateKey.generate()))
    cases = {
        "certificate-unreadable": [[junk], [key.certificate, junk]],
        "unfit-key": [[weak], [other]],
    }
    for code, several in cases.items():
        for certificates in several:
            with pytest.raises(SigningRefused) as refused:
                prepare(source, tmp_path / "draft.pdf", certificates, now=NOW)
            assert refused.value.code == code
            assert not (tmp_path / "draft.pdf").exists()


def _self_signed(private: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    name = pyca.Name([pyca.NameAttribute(pyca.NameOID.COMMON_NAME, "weak")])
    builder = pyca.CertificateBuilder(name, name, private.public_key(), 1, NOW - DAY, NOW + DAY)
    digest = hashes.SHA256() if isinstance(private, rsa.RSAPrivateKey) else None
    return builder.sign(private, digest).public_bytes(Encoding.DER)


def test_what_is_stored_in_between_is_checked_for_its_shape(
    key: SigningKey, source: Path, tmp_path: Path
) -> None:
    prepared = _prepare(source, tmp_path / "draft.pdf", key)
    shape = json.loads(json.dumps(prepared.to_json()))
    back = Prepared.from_json(shape)
    assert back.to_json() == shape
    assert (back.to_be_signed, back.digest, back.mechanism) == (
        prepared.to_be_signed,
        prepared.digest,
        prepared.mechanism,
    )
    for broken in (
        {},
        {**shape, "certificates": []},
        {**shape, "to_be_signed": "?"},
        {**shape, "covered": [1]},
    ):
        with pytest.raises((KeyError, TypeError, ValueError)):
            Prepared.from_json(broken)
