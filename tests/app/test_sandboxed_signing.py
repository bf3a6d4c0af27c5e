"""The key signs what stands in the draft, whatever a child says that was taken over; no key is near it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.batches import PublicKey
from app.confinement.key_process import KeyProcesses, ProcessKey
from app.confinement.sandbox import Sandbox
from app.confinement.sandboxed_signing import SandboxedSigner
from app.ports import SigningOrder, Unlock
from app.sample.authority import Issuer, new_issuer
from app.settings import Settings
from signing.evidence.fetching import Fetcher
from signing.marks.appearance import Appearance
from signing.refusals import SigningRefused
from signing.validation import validate
from tests.signing import documents, marked
from tests.signing.conftest import NOW
from tests.signing.tokens import PIN, Drawer

SECRET = "mật khẩu thử"

#: Children that prepare as they should and then, by the name of the document's reason, lie about it.
LIAR = """
import sys
from app.confinement import child

prepare, complete = child.TASKS["prepare"], child.TASKS["complete"]

def lying(source, folder, request):
    made = prepare(source, folder, request)
    draft, lie = folder / request["draft"], request["order"]["reason"]
    if lie == "other attributes":
        made["to_be_signed"] = made["to_be_signed"][:-8] + "AAAAAA=="
    elif lie == "other digest":
        made["document_digest"] = "A" * 43 + "="
    elif lie == "other bytes":
        draft.write_bytes(draft.read_bytes().replace(b"Quy", b"Quu", 1).replace(b"%PDF-1.7", b"%PDF-1.6", 1))
    elif lie == "a smaller cover":
        made["covered"][2] -= 10
    elif lie == "a longer before":
        made["before"] += 10
    elif lie == "another level":
        made["level"] = "B-T"
    elif lie == "another certificate":
        made["certificates"] = made["certificates"][1:]
    elif lie == "no shape":
        made = ["nothing"]
    elif lie == "a link":
        draft.unlink()
        draft.symlink_to("/etc/hostname")
    return made

def changing(source, folder, request):
    made = complete(source, folder, request)
    target = folder / request["target"]
    data = bytearray(target.read_bytes())
    data[20] ^= 1
    target.write_bytes(data)
    return made

child.TASKS = {**child.TASKS, **({"complete": changing} if CHANGING else {"prepare": lying})}
sys.exit(child.main())
"""


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return new_issuer(NOW, "ec")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "document.pdf"
    path.write_bytes(documents.paper(1))
    return path


@contextmanager
def unlocked(issuer: Issuer, place: Path, **options: str) -> Iterator[ProcessKey]:
    file = place / "key.p12"
    file.write_bytes(issuer.bundle(issuer.issue(NOW, algorithm="ec", **options), SECRET))  # type: ignore[arg-type]
    with KeyProcesses(Sandbox(Settings())).unlock(f"file:{file}", Unlock(SECRET)) as key:
        yield key


@contextmanager
def signer(program: str | None = None) -> Iterator[SandboxedSigner]:
    sandbox = Sandbox(Settings(), program=["-c", program]) if program else Sandbox(Settings())
    made = SandboxedSigner(sandbox, Fetcher())
    yield made
    made.close()


class Counting:
    """A key that counts what it is asked to sign."""

    def __init__(self, key: ProcessKey) -> None:
        self._key = key
        self.asked: list[bytes] = []

    together = False

    @property
    def public(self) -> PublicKey:
        return self._key.public

    def sign(self, data: bytes) -> bytes:
        self.asked.append(data)
        return self._key.sign(data)


@pytest.mark.parametrize(
    "lie",
    [
        "other attributes",
        "other digest",
        "other bytes",
        "a smaller cover",
        "a longer before",
        "another level",
        "another certificate",
        "no shape",
        "a link",
    ],
)
def test_a_lying_child_gets_nothing_signed(lie: str, issuer: Issuer, source: Path, tmp_path: Path) -> None:
    target = tmp_path / "signed.pdf"
    with unlocked(issuer, tmp_path) as opened, signer("CHANGING = False" + LIAR) as lied_to:
        key = Counting(opened)
        with pytest.raises(SigningRefused) as refused:
            lied_to.sign(source, target, SigningOrder("none", reason=lie), key, NOW)
        assert refused.value.code in ("draft-changed", "signing-failed")
        assert key.asked == []
        assert not target.exists()


def test_a_child_that_changes_what_was_signed_is_found_out(
    issuer: Issuer, source: Path, tmp_path: Path
) -> None:
    target = tmp_path / "signed.pdf"
    with unlocked(issuer, tmp_path) as key, signer("CHANGING = True" + LIAR) as lied_to:
        with pytest.raises(SigningRefused) as refused:
            lied_to.sign(source, target, SigningOrder("none"), key, NOW)
        assert refused.value.code == "draft-changed"


def test_a_signature_of_another_process_and_another_day(issuer: Issuer, source: Path, tmp_path: Path) -> None:
    draft, moved = tmp_path / "draft.pdf", tmp_path / "later" / "draft.pdf"
    moved.parent.mkdir()
    with unlocked(issuer, tmp_path) as key:
        with signer() as first:
            state, asked = first.prepare(source, draft, SigningOrder("none"), key.public, NOW)
        value = key.sign(asked)
        shutil.copyfile(draft, moved)
        with signer() as second:
            summary = second.complete(source, moved, tmp_path / "signed.pdf", state, value, NOW)
    assert (summary["level"], summary["archive_until"]) == ("B-B", None)
    assert moved.read_bytes() == draft.read_bytes(), "the draft stays, for another value"
    assert validate(tmp_path / "signed.pdf").signatures[0].intact


def test_a_key_process_ends_with_its_work(issuer: Issuer, tmp_path: Path) -> None:
    with unlocked(issuer, tmp_path) as key:
        assert key.sign(b"attributes")
    with pytest.raises(SigningRefused) as refused:
        key.sign(b"attributes")
    assert refused.value.code == "key-failed"


def test_a_key_that_does_not_open_says_why(issuer: Issuer, tmp_path: Path) -> None:
    keys = KeyProcesses(Sandbox(Settings()))
    with unlocked(issuer, tmp_path):
        cases = {
            (f"file:{tmp_path / 'key.p12'}", "sai"): "wrong-passphrase",
            (f"file:{tmp_path / 'none.p12'}", SECRET): "key-not-found",
            (f"file:{Path(__file__)}", SECRET): "not-a-key-file",
            ("nothing", SECRET): "bad-reference",
        }
        for (reference, secret), code in cases.items():
            with pytest.raises(SigningRefused) as refused, keys.unlock(reference, Unlock(secret)):
                raise AssertionError("it must not open")
            assert refused.value.code == code


def test_a_key_on_a_token(
    issuer: Issuer, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawer = Drawer.make(tmp_path / "drawer")
    issued = issuer.issue(NOW, algorithm="rsa")
    drawer.filled("con-dau", "ky-so", issuer, issued)
    for name, value in drawer.environment.items():
        monkeypatch.setenv(name, value)
    keys = KeyProcesses(Sandbox(Settings(pkcs11_module=drawer.module)))
    with keys.unlock("pkcs11:token=con-dau;object=ky-so", Unlock(PIN)) as key, signer() as made:
        for number in range(2):
            made.sign(source, tmp_path / f"{number}.pdf", SigningOrder("none"), key, NOW)
    assert [validate(tmp_path / f"{n}.pdf").signatures[0].intact for n in range(2)] == [True, True]


def test_a_wrong_pin_is_given_to_a_token_once(
    issuer: Issuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawer = Drawer.make(tmp_path / "drawer")
    drawer.filled("con-dau", "ky-so", issuer, issuer.issue(NOW, algorithm="ec"))
    for name, value in drawer.environment.items():
        monkeypatch.setenv(name, value)
    keys = KeyProcesses(Sandbox(Settings(pkcs11_module=drawer.module)))
    reference, said = "pkcs11:token=con-dau;object=ky-so", []
    for _ in range(3):
        with pytest.raises(SigningRefused) as refused, keys.unlock(reference, Unlock("000000")):
            raise AssertionError("it must not open")
        assert refused.value.code == "wrong-pin"
        said.append(refused.value.en)
    assert "very PIN was refused before" not in said[0]
    assert said[1] == said[2] != said[0]
    with keys.unlock(reference, Unlock(PIN)) as key:
        assert key.sign(b"attributes")


def test_a_mark_with_an_image_reaches_the_child(issuer: Issuer, tmp_path: Path) -> None:
    source, target = tmp_path / "source.pdf", tmp_path / "signed.pdf"
    source.write_bytes(marked.decision())
    order = SigningOrder(mark=Appearance("person", marked.NAME, image=marked.signature_image()).to_json())
    with unlocked(issuer, tmp_path) as key, signer() as made:
        made.sign(source, target, order, key, NOW)
    assert marked.boxes(target) == []
    assert len(marked.boxes(target, 1)) == 1


def test_a_mark_without_room_is_told(issuer: Issuer, tmp_path: Path) -> None:
    source, target = tmp_path / "source.pdf", tmp_path / "signed.pdf"
    source.write_bytes(marked.covered_all_over())
    order = SigningOrder(mark=Appearance("agency", "PHƯỜNG MẪU").to_json())
    with unlocked(issuer, tmp_path) as key, signer() as made, pytest.raises(SigningRefused) as refused:
        made.sign(source, target, order, key, NOW)
    assert refused.value.code == "no-room"
    assert not target.exists()
