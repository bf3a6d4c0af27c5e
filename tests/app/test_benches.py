"""Seats at files: who waits for whom, and what a child may write."""

import threading
from pathlib import Path

import pytest

from app.confinement.benches import of_signed_documents
from app.confinement.children import ChildFailed
from app.confinement.enclosure import Enclosure
from app.confinement.sandbox import Reach, Sandbox
from app.confinement.sandboxed_verifying import SandboxedVerifier
from app.settings import MEBIBYTE, Settings
from tests.signing import documents

#: Says what it may write into one file.
BOUNDED = """
import resource
from app.confinement import child

def verify(source, folder, request):
    return {"verdict": "unsigned", "most": resource.getrlimit(resource.RLIMIT_FSIZE)}

child.TASKS = {**child.TASKS, "verify": verify}
child.main()
"""


@pytest.fixture
def papers(tmp_path: Path) -> list[Path]:
    files = [tmp_path / f"{number}.pdf" for number in range(2)]
    for file in files:
        file.write_bytes(documents.paper(1))
    return files


def test_nobody_waits_for_the_enclosure_of_another_file(
    papers: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, quick = papers
    begun, going_on, build = threading.Event(), threading.Event(), Sandbox.enclosure
    built: list[Path | None] = []

    def enclosure(sandbox: Sandbox, reach: Reach) -> Enclosure:
        built.append(reach.source)
        if reach.source == slow:
            begun.set()
            assert going_on.wait(60)
        return build(sandbox, reach)

    monkeypatch.setattr(Sandbox, "enclosure", enclosure)
    sandbox = Sandbox(Settings())
    benches = of_signed_documents(sandbox)

    def sit() -> None:
        with benches.seat(slow, reads=False):
            pass

    waiting = [threading.Thread(target=sit) for _ in range(2)]
    for one in waiting:
        one.start()
    assert begun.wait(60)
    with benches.seat(quick, reads=False):
        assert not going_on.is_set()
    going_on.set()
    for one in waiting:
        one.join()
    assert sorted(built, key=str) == papers, "those of one file wait, and share its enclosure"
    benches.close()
    sandbox.stop()


def test_who_waited_for_an_enclosure_that_failed_tries_again(
    papers: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    build, tried = Sandbox.enclosure, []

    def enclosure(sandbox: Sandbox, reach: Reach) -> Enclosure:
        tried.append(reach)
        if len(tried) == 1:
            raise ChildFailed("the confinement does not stand")
        return build(sandbox, reach)

    monkeypatch.setattr(Sandbox, "enclosure", enclosure)
    sandbox = Sandbox(Settings())
    benches = of_signed_documents(sandbox)
    with pytest.raises(ChildFailed), benches.seat(papers[0], reads=False):
        raise AssertionError("there is no child")
    with benches.seat(papers[0], reads=False) as seat:
        assert seat.child.number
    benches.close()
    sandbox.stop()


@pytest.mark.parametrize("size", [1, 200 * MEBIBYTE])
def test_who_verifies_writes_the_document_once_more_and_pictures(size: int, tmp_path: Path) -> None:
    source = tmp_path / "document.pdf"
    with source.open("wb") as stream:
        stream.truncate(size)
    sandbox = Sandbox(Settings(), program=("-c", BOUNDED))
    report = SandboxedVerifier(sandbox).verify(source)
    assert report["most"] == [max(size, 128 * MEBIBYTE)] * 2
    sandbox.stop()
