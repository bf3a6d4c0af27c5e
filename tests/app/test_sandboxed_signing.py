"""The signer in its confined child: it draws what it is ordered to, and tells why it does not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.ports import SigningOrder
from app.sample.authority import SampleAuthority, create
from app.sandbox import Sandbox
from app.sandboxed import SandboxedSigner
from app.settings import Settings
from signing.appearance import Appearance
from signing.refusals import SigningRefused
from tests.signing import marked


@pytest.fixture
def authority(tmp_path: Path) -> SampleAuthority:
    return create(tmp_path / "authority", datetime.now(UTC))


@pytest.fixture
def signer(tmp_path: Path) -> SandboxedSigner:
    return SandboxedSigner(Sandbox(Settings(data=tmp_path)))


def order(authority: SampleAuthority, appearance: Appearance) -> SigningOrder:
    return SigningOrder(authority.key_reference, authority.passphrase, mark=appearance.to_json())


def test_a_mark_with_an_image_reaches_the_child(
    signer: SandboxedSigner, authority: SampleAuthority, tmp_path: Path
) -> None:
    source, target = tmp_path / "source.pdf", tmp_path / "out" / "signed.pdf"
    target.parent.mkdir()
    source.write_bytes(marked.decision())
    appearance = Appearance("person", marked.NAME, image=marked.signature_image())
    signer.sign(source, target, order(authority, appearance), datetime.now(UTC))
    assert marked.boxes(target) == []
    assert len(marked.boxes(target, 1)) == 1


def test_a_mark_without_room_is_told(
    signer: SandboxedSigner, authority: SampleAuthority, tmp_path: Path
) -> None:
    source, target = tmp_path / "source.pdf", tmp_path / "out" / "signed.pdf"
    target.parent.mkdir()
    source.write_bytes(marked.covered_all_over())
    with pytest.raises(SigningRefused) as refused:
        signer.sign(source, target, order(authority, Appearance("agency", "PHƯỜNG MẪU")), datetime.now(UTC))
    assert refused.value.code == "no-room"
    assert not target.exists()
