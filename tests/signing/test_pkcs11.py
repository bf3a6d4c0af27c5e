"""Keys on tokens: real ones of SoftHSM2, and every way in which a token fails a person."""

import json
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sample.authority import Issued, Issuer
from signing.keys.pkcs11_uri import TokenUri
from signing.keys.references import KeyUnavailable, SigningKey, open_key
from signing.pades import SigningRefused
from signing.validation import validate
from tests import judges
from tests.signing.conftest import NOW, SignFile
from tests.signing.tokens import PIN, Drawer

Open = Callable[..., SigningKey]
KINDS = ("rsa", "rsa-3072", "ec", "ec-384")


def _issue(issuer: Issuer, kind: str) -> Issued:
    return issuer.issue(NOW, algorithm=kind)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def drawer(issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drawer]:
    drawer = Drawer.make(tmp_path_factory.mktemp("tokens"))
    for kind in KINDS:
        drawer.filled(kind, "ky-so", issuer, _issue(issuer, kind))
    several = _issue(issuer, "ec"), _issue(issuer, "ec"), issuer.issue(NOW, algorithm="ec", usage="encrypt")
    drawer.token("several")
    for name, identifier, issued in zip(("một", "hai", "mã hóa"), ("01", "02", "03"), several, strict=True):
        drawer.key("several", name, identifier, issued)
        drawer.certificates("several", (name, identifier, issued))
    drawer.token("bare")
    drawer.key("bare", "trơ", "0b", several[0])
    strict = _issue(issuer, "rsa")
    drawer.token("strict")
    drawer.strict_key("strict", "ky-so", "5a", strict)
    drawer.certificates("strict", ("ky-so", "5a", strict))
    for label in ("twin", "twin", "empty", "count", "locked", "final", "pulled"):
        if label in ("locked", "final"):
            _set_flags(drawer.filled(label, "ky-so", issuer, several[0]), label)
        elif label == "pulled":
            drawer.filled(label, "ky-so", issuer, several[0])
        else:
            drawer.token(label)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in drawer.environment.items():
            patch.setenv(name, value)
        yield drawer


# CKA_OS_TOKENFLAGS of SoftHSM2, a vendor's attribute; the kind 2 is a number; all are big-endian
FLAGS = bytes.fromhex("000000008000534b0000000000000002")
USER_PIN = {"final": 0x00020000, "locked": 0x00040000}


def _set_flags(place: Path, state: str) -> None:
    """What wrong PINs do to a token of hardware; SoftHSM2 counts none, and tells what stands in its file."""
    path = place / "token.object"
    data = path.read_bytes()
    assert data.count(FLAGS) == 1
    at = data.index(FLAGS) + len(FLAGS)
    flags = int.from_bytes(data[at : at + 8], "big") | USER_PIN[state]
    path.write_bytes(data[:at] + flags.to_bytes(8, "big") + data[at + 8 :])


@pytest.fixture
def opened(drawer: Drawer) -> Iterator[Open]:
    keys: list[SigningKey] = []

    def make(reference: str, pin: str | None = PIN, **more: object) -> SigningKey:
        keys.append(open_key(reference, pin, **{"module": drawer.module, **more}))  # type: ignore[arg-type]
        return keys[-1]

    yield make
    for key in keys:
        key.close()


@pytest.mark.parametrize(
    ("kind", "pss"), [*((kind, False) for kind in KINDS), ("rsa", True), ("rsa-3072", True)]
)
def test_a_key_on_a_token_signs_as_any_other(
    kind: str, pss: bool, opened: Open, sign_file: SignFile, trust: Path
) -> None:
    key = opened(f"pkcs11:token={kind};object=ky-so", pss=pss)
    assert key.holder == "Nguyễn Văn Mẫu"
    assert len(key.chain) == 1, "the issuing authority out of the token, and no root"
    signed = [sign_file(key=key), sign_file(key=key)]
    for file in signed:
        report = validate(file, anchors=[trust / "root.crt", trust / "root.crl", trust / "issuing.crl"])
        assert report.verdict == "valid"
        assert judges.pdfsig(file) == [{"field": "Signature1", "intact": True, "whole": True}]
    assert report.signatures[0].algorithm is not None
    assert ("pss" in report.signatures[0].algorithm.signature) == pss


def test_others_pass_what_tokens_sign(opened: Open, sign_file: SignFile, trust: Path) -> None:
    signed = []
    for kind in KINDS:
        for pss in (False, True) if kind.startswith("rsa") else (False,):
            key = opened(f"pkcs11:token={kind}", pss=pss)
            signed.append(sign_file(key=key))
            key.close()
    for signatures in judges.signatures(signed, trust / "root.crt"):
        assert [s["indication"] for s in signatures] == ["TOTAL-PASSED"]
    assert {judges.ades(file, trust / "root.crt", "B-B") for file in signed} == {"PASSED"}


def test_the_pin_comes_from_where_it_is_safe(opened: Open, tmp_path: Path) -> None:
    secret = tmp_path / "pin"
    secret.write_text(f"{PIN}\n")
    for source in (f"file:{secret}", f"file://{secret}", str(secret)):
        opened(f"pkcs11:token=ec?pin-source={source}", None).close()
    asked: list[str] = []

    def ask(name: str) -> str:
        asked.append(name)
        return PIN

    opened("pkcs11:token=ec", None, ask=ask).close()
    assert asked == ["PIN ec"]
    assert PIN not in repr(opened("pkcs11:token=ec"))


REFERENCES = {
    "no-token": "pkcs11:token=khác",
    "ambiguous-token": "pkcs11:token=twin",
    "no-token-key": "pkcs11:token=empty",
    "ambiguous-key": "pkcs11:token=several",
    "no-token-certificate": "pkcs11:token=bare",
    "token-locked": "pkcs11:token=locked",
    "pin-last-try": "pkcs11:token=final",
    "pin-in-reference": f"pkcs11:token=ec?pin-value={PIN}",
    "pin-source-unread": "pkcs11:token=ec?pin-source=file:/none",
    "token-module-failed": "pkcs11:token=ec?module-path=/none.so",
    "bad-reference": "pkcs11:token=ec;chủ=tôi",
}


@pytest.mark.parametrize("code", REFERENCES)
def test_each_failure_says_what_to_do(code: str, opened: Open) -> None:
    with pytest.raises(KeyUnavailable) as unavailable:
        opened(REFERENCES[code])
    assert unavailable.value.code == code
    assert unavailable.value.vi
    assert unavailable.value.en
    assert PIN not in str(unavailable.value)


def test_a_pin_behind_the_path_of_a_module_is_not_repeated(opened: Open) -> None:
    with pytest.raises(KeyUnavailable) as unavailable:
        opened("pkcs11:token=ec?module-path=/none.so;pin=83614")
    assert unavailable.value.code == "token-module-failed"
    assert "83614" not in "".join(traceback.format_exception_only(unavailable.value))
    assert unavailable.value.__cause__ is None


def test_what_is_there_is_named(opened: Open) -> None:
    with pytest.raises(KeyUnavailable, match="token=several"):
        opened("pkcs11:token=khác")
    with pytest.raises(KeyUnavailable, match=r"object=một;id=%01 \(Nguyễn Văn Mẫu\).*object=hai;id=%02"):
        opened("pkcs11:token=several")
    for reference in ("pkcs11:token=several;id=%02", "pkcs11:token=several;object=hai;type=private"):
        opened(reference).close()
    with pytest.raises(KeyUnavailable, match="PKCS11_MODULE"):
        opened("pkcs11:token=ec", module="")
    with pytest.raises(KeyUnavailable, match="PIN"):
        opened("pkcs11:token=ec", None)


def test_a_wrong_pin_is_given_once(opened: Open) -> None:
    asked: list[str] = []

    def ask(name: str) -> str:
        asked.append(name)
        return "000000"

    with pytest.raises(KeyUnavailable) as unavailable:
        opened("pkcs11:token=count", None, ask=ask)
    assert unavailable.value.code == "wrong-pin"
    assert "3" in unavailable.value.vi
    assert asked == ["PIN count"], "nothing is tried again"


def test_a_token_that_is_open_does_not_take_any_pin(opened: Open) -> None:
    opened("pkcs11:token=ec")
    with pytest.raises(KeyUnavailable) as unavailable:
        opened("pkcs11:token=ec", "000000")
    assert unavailable.value.code == "token-busy"


def test_a_key_that_wants_the_pin_each_time(opened: Open, sign_file: SignFile, trust: Path) -> None:
    key = opened("pkcs11:token=strict")
    for _ in range(2):
        assert validate(sign_file(key=key), anchors=[trust]).verdict == "valid"
    assert PIN not in repr(key)


def test_a_token_pulled_out_in_the_middle(
    opened: Open, drawer: Drawer, sign_file: SignFile, tmp_path: Path
) -> None:
    key = opened("pkcs11:token=pulled")
    sign_file(key=key)
    for place in (drawer.folder / "tokens").iterdir():
        if b"pulled" in (place / "token.object").read_bytes():
            shutil.rmtree(place)
    with pytest.raises(SigningRefused) as refused:
        sign_file(key=key)
    assert refused.value.code == "token-gone"
    assert len(list(tmp_path.glob("signed-*.pdf"))) == 1


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("pkcs11:token=a;token=b", "token"),
        ("pkcs11:token", "token"),
        ("pkcs11:slot-id=x", "slot-id"),
        ("pkcs11:type=data", "type"),
        ("pkcs11:token=%ff", "token"),
        ("pkcs11:token=a?pin-source=|ls", "pin-source"),
        ("pkcs11:token=a?pin-source=https://a/b", "pin-source"),
        ("pkcs11:token=a?module-name=x", "module-name"),
    ],
)
def test_references_that_are_not_understood(reference: str, words: str) -> None:
    with pytest.raises(KeyUnavailable, match=f"“{words}”") as unavailable:
        TokenUri.parse(reference)
    assert unavailable.value.code == "bad-reference"


@pytest.mark.parametrize(
    "written",
    [
        "token=x;pin-value=83614",
        "token=x;pin-value=83614?module-path=/m.so",
        "token=x;PIN-Value=83614",
        "token=x?pin-value=83614",
        "token=x?module-path=/m.so;pin-value=83614",
        "token=x;pin=83614",
        "token=x;83614",
        "token=x?pin-valeu=83614",
        "token=x?83614",
        "token=x?pin-source=83614",
        "token=x?pin-source=|83614",
        "token=x?pin-source=pin:83614",
        "token=x;object=83614%ff",
        "slot-id=pin83614",
        "type=83614",
        "token=x;token=83614",
    ],
)
def test_a_pin_in_a_reference_is_not_repeated(written: str) -> None:
    with pytest.raises(KeyUnavailable) as unavailable:
        TokenUri.parse(f"pkcs11:{written}").pin()
    assert "83614" not in "".join(traceback.format_exception_only(unavailable.value))
    assert unavailable.value.__cause__ is None
    is_said = "pin-value" in written.lower()
    assert (unavailable.value.code == "pin-in-reference") == is_said


PARTS = st.sampled_from(("token", "object", "id", "slot-id", "type", "pin-source", "module-path", "x-a", "="))


@given(st.lists(PARTS | st.text(alphabet="=;?&%a0f/|:\x00é"), max_size=12).map("".join))
def test_any_reference_is_taken_or_refused_in_words(text: str) -> None:
    with suppress(KeyUnavailable):
        TokenUri.parse(f"pkcs11:{text}").pin()


def test_a_reference_as_rfc_7512_writes_it() -> None:
    parsed = TokenUri.parse(
        "pkcs11:token=Th%E1%BA%BB%20c%E1%BB%A7a%20t%C3%B4i;manufacturer=A;serial=0%3B1;model=M;slot-id=7;"
        "object=k%C3%BD;id=%01%ff;type=private;x-vendor=1?module-path=/m.so&pin-source=file:/p"
    )
    assert parsed == TokenUri("Thẻ của tôi", "A", "0;1", "M", 7, "ký", b"\x01\xff", Path("/m.so"), Path("/p"))


def test_from_the_command_line(drawer: Drawer, tmp_path: Path, sign_file: SignFile, trust: Path) -> None:
    sources = [tmp_path / f"{number}.pdf" for number in range(3)]
    for source in sources:
        shutil.copyfile(tmp_path / "source-0.pdf" if sign_file() else source, source)
    reference = f"pkcs11:token=rsa;object=ky-so?module-path={drawer.module}"

    def banchinh(*words: object, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [Path(sys.executable).with_name("banchinh"), *map(str, words)],
            env={"PATH": "/usr/bin:/bin", **drawer.environment, **environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )

    out = tmp_path / "out"
    done = banchinh("sign", *sources, "--out", out, "--key", reference, "--json", BANCHINH_KEY_PASSPHRASE=PIN)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["status"] for line in lines] == ["ok"] * 3
    for source in sources:
        assert validate(out / source.name, anchors=[trust]).verdict == "valid"
    seen = json.loads(banchinh("doctor", "--json", BANCHINH_PKCS11_MODULE=drawer.module).stdout)
    findings = {finding["name"].partition(";")[0]: finding for finding in seen}
    assert findings["PKCS#11 module"]["state"] == "ok"
    assert findings["token=rsa"]["says"] == "ký được bằng mọi thuật toán / signs by every scheme"
    wrong = banchinh("sign", sources[0], "--out", "w.pdf", "--key", reference, BANCHINH_KEY_PASSPHRASE="999")
    assert wrong.returncode == 2
    assert "PIN" in wrong.stderr
    assert "999" not in wrong.stderr
    set_once = banchinh(
        "sign",
        sources[0],
        "--out",
        "s.pdf",
        "--key",
        "pkcs11:token=rsa",
        BANCHINH_KEY_PASSPHRASE=PIN,
        BANCHINH_PKCS11_MODULE=drawer.module,
    )
    assert set_once.returncode == 0, set_once.stderr
