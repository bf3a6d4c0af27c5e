"""The ports over children: what a child that was taken over says or leaves is not believed."""

import os
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from app.confinement.benches import Bench, of_signed_documents
from app.confinement.child import SIGNING
from app.confinement.children import Child, ChildFailed
from app.confinement.fork_server import ForkServer
from app.confinement.sandbox import Confinement, Reach, Sandbox, available_confinement
from app.confinement.sandboxed import SandboxedReader
from app.confinement.sandboxed_verifying import SandboxedVerifier
from app.document_ports import ReadingFailed
from app.settings import Settings
from ocr.limits import Limits, Refusal
from ocr.recognition import Page
from tests.app.workers import paper

LIAR = """
import os, sys, time
from app.confinement import child
from pathlib import Path

def page(number, image):
    return {"number": number, "width": 1, "height": 1, "dpi": 1, "rotation": 0, "skew": 0, "origin": "ocr",
            "image": image, "text": "", "words": [], "blank": False, "blank_reason": None, "warnings": []}

def read_page(source, folder, request):
    number = request["number"]
    if number == 1:
        (folder / "page.jpg").symlink_to("/etc/hostname")
        return page(1, "page.jpg")
    if number == 2:
        return page(2, "../../etc/hostname")
    if number == 3:
        return page(1, "page.jpg")
    if number == 4:
        os.mkfifo(folder / "pipe.jpg")
        return page(4, "pipe.jpg")
    if number == 5:
        time.sleep(60)
    if number == 9:  # the folder itself
        folder.rename(folder.with_name("away"))
        folder.symlink_to("/etc")
        return page(9, "hostname")
    if number == 7:
        while True:
            pass
    if number == 8:
        raise ValueError("words of a paper")
    os._exit(1)

child.TASKS = {"read_page": read_page, "pack": lambda *_: "../../etc/hostname"}
sys.exit(child.main())
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "mau.tif"
    path.write_bytes(paper(2).getvalue())
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    return tmp_path / "pages"


@pytest.mark.parametrize("number", [1, 2, 3, 4, 6, 9])
def test_a_lying_child_is_not_believed(source: Path, folder: Path, number: int) -> None:
    reader = SandboxedReader(Sandbox(Settings(), program=["-c", LIAR]))
    with pytest.raises(ReadingFailed):
        reader.read_page(source, number, folder)
    assert list(folder.iterdir()) == []


def test_too_much_time_is_the_fault_of_the_file(source: Path, folder: Path) -> None:
    reader = SandboxedReader(Sandbox(Settings(page_seconds=1), program=["-c", LIAR]))
    with pytest.raises(Refusal) as refused:
        reader.read_page(source, 7, folder)
    assert refused.value.code == "too-costly"
    assert "1 seconds" in refused.value.en


def test_a_wait_is_not_the_fault_of_the_file_and_ends(source: Path, folder: Path) -> None:
    reader = SandboxedReader(Sandbox(Settings(page_seconds=0.5), program=["-c", LIAR]))
    begun = time.monotonic()
    with pytest.raises(ReadingFailed, match="not done in 6 seconds"):
        reader.read_page(source, 5, folder)
    assert time.monotonic() - begun < 15


def test_no_words_of_a_paper_are_logged(source: Path, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    reader = SandboxedReader(Sandbox(Settings(), program=["-c", LIAR]))
    for number in (6, 8):
        with pytest.raises(ReadingFailed):
            reader.read_page(source, number, folder)
    logged = [str(vars(record)) for record in caplog.records]
    assert "ValueError" in " ".join(logged)
    assert not [line for line in logged if "words of a paper" in line or "stderr" in line]


def test_a_stop_ends_what_runs(source: Path, folder: Path) -> None:
    sandbox = Sandbox(Settings(), program=["-c", LIAR])
    reader = SandboxedReader(sandbox)
    begun = time.monotonic()
    threading.Timer(1.5, sandbox.stop).start()
    with pytest.raises(ReadingFailed):
        reader.read_page(source, 5, folder)
    assert time.monotonic() - begun < 10
    with pytest.raises(ReadingFailed, match="no child is started"):
        reader.read_page(source, 5, folder)


def test_a_paper_is_read_by_children(source: Path, folder: Path) -> None:
    reader = SandboxedReader(Sandbox(Settings()))
    found = reader.inspect(source)
    assert (found.media_type, found.pages, found.digitally_signed) == ("image/tiff", 2, False)
    pages = [reader.read_page(source, number, folder) for number in (2, 1)]
    read = reader.finish(source, pages, folder)
    assert [page.number for page in read.pages] == [1, 2]
    assert (folder / "searchable.pdf").read_bytes().startswith(b"%PDF-")
    made = {name for page in pages for name in (page.image, page.thumbnail)}
    assert made | {"searchable.pdf"} == {p.name for p in folder.iterdir()}
    reader.close()


def test_a_page_is_the_same_on_two_cores(source: Path, folder: Path) -> None:
    reader = SandboxedReader(Sandbox(Settings()))
    page = reader.read_page(source, 1, folder)
    picture = (folder / page.image).read_bytes()
    assert reader.read_page(source, 1, folder, cores=2) == page
    assert (folder / page.image).read_bytes() == picture
    reader.close()


def test_a_child_that_waits_for_another_page_ends_when_all_are_read(
    source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    children: list[Child] = []
    started = ForkServer.child

    def noted(*given: Any) -> Child:
        children.append(started(*given))
        return children[-1]

    monkeypatch.setattr(ForkServer, "child", noted)
    reader = SandboxedReader(Sandbox(Settings()))
    page = reader.read_page(source, 1, folder)
    assert [child.closed for child in children] == [False]
    reader.all_read(source)
    assert [child.closed for child in children] == [True]
    reader.pack(source, page, folder)
    reader.close()


def test_a_page_may_be_packed_before_the_finish(source: Path, folder: Path) -> None:
    reader = SandboxedReader(Sandbox(Settings()))
    pages = [reader.read_page(source, number, folder) for number in (1, 2)]
    reader.finish(source, pages, folder)
    at_once = (folder / "searchable.pdf").read_bytes()
    reader.pack(source, pages[0], folder)
    assert (folder / pages[0].image).with_suffix(".pdf").exists()
    reader.finish(source, pages, folder)
    assert (folder / "searchable.pdf").read_bytes() == at_once
    reader.close()


def test_a_lying_child_packs_nothing(source: Path, folder: Path) -> None:
    (folder / "page.jpg").write_bytes(b"a picture")
    reader = SandboxedReader(Sandbox(Settings(), program=["-c", LIAR]))
    with pytest.raises(ReadingFailed):
        reader.pack(source, Page(1, 1, 1, 1.0, 0, 0.0, "ocr", "page.jpg"), folder)
    assert [path.name for path in folder.iterdir()] == ["page.jpg"]


UNABLE = """
import os, sys
from app.confinement import child

finish = child.TASKS["finish"]

def finish_without_packing(source, folder, request):
    return finish(source, folder, request) if request["as_they_are"] else os._exit(1)

child.TASKS |= {"pack": lambda *_: os._exit(1), "finish": finish_without_packing}
sys.exit(child.main())
"""


def test_a_page_that_no_child_can_make_small_is_not_lost(source: Path, folder: Path) -> None:
    reader = SandboxedReader(Sandbox(Settings(), program=["-c", UNABLE]))
    page = reader.read_page(source, 1, folder)
    with pytest.raises(ReadingFailed):
        reader.pack(source, page, folder)
    assert reader.finish(source, [page], folder).pages == (page,)
    with pikepdf.open(folder / "searchable.pdf") as pdf:
        (image,) = pdf.pages[0].get_images().values()
        assert (int(image.Width), int(image.Height)) == (page.width, page.height)
    reader.close()


def test_a_folder_in_the_place_of_a_page_is_the_failure_of_the_child(source: Path, folder: Path) -> None:
    sandbox = Sandbox(Settings())
    with sandbox.fork_server("default", patience=60) as server:
        bench = Bench(sandbox, server, source)
        seat = bench.seat(reads=False)
        os.mkdir("page.jpg", dir_fd=seat.folder)
        (folder / "page.jpg").write_bytes(b"a picture")
        for lend in (seat.lend, seat.copy):
            with pytest.raises(ChildFailed, match="in the way"):
                lend(folder / "page.jpg", "page.jpg")
        bench.give_back(seat)
        bench.close()
        assert seat.child.closed


def test_a_bench_that_is_closed_gives_no_seat_and_keeps_none(source: Path) -> None:
    sandbox = Sandbox(Settings())
    with sandbox.fork_server("default", patience=60) as server:
        bench = Bench(sandbox, server, source)
        late = bench.seat(reads=True)
        bench.close()
        with pytest.raises(ChildFailed):
            bench.seat(reads=True)
        bench.give_back(late)
        assert late.child.closed
        bench.close()


def test_a_file_is_read_on_when_its_fork_server_was_killed(
    source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers: list[ForkServer] = []
    started = Sandbox.fork_server

    def noted(*given: Any) -> ForkServer:
        servers.append(started(*given))
        return servers[-1]

    monkeypatch.setattr(Sandbox, "fork_server", noted)
    reader = SandboxedReader(Sandbox(Settings()))
    reader.read_page(source, 1, folder)
    servers[0].kill()
    assert reader.read_page(source, 2, folder).number == 2
    assert len(servers) == 2
    reader.close()


def test_children_of_one_file_share_what_is_loaded(source: Path, folder: Path) -> None:
    sandbox = Sandbox(Settings())
    with (
        sandbox.fork_server("default", patience=60) as server,
        sandbox.enclosure(Reach(source, folder)) as enclosure,
    ):
        children = [server.child(enclosure, ".") for _ in range(2)]
        found = [child.ask("inspect", {"limits": asdict(Limits())}, 20) for child in children]
        assert found[0] == found[1]
        children[0].close()
        assert children[1].ask("inspect", {"limits": asdict(Limits())}, 20) == found[0]
    assert not server.alive


def test_a_file_that_is_replaced_gets_a_child_of_its_own(source: Path) -> None:
    reader = SandboxedReader(Sandbox(Settings()))
    assert reader.inspect(source).pages == 2
    source.unlink()
    source.write_bytes(paper(3).getvalue())
    assert reader.inspect(source).pages == 3
    reader.close()


def test_a_verification_over_its_limits_is_a_verdict(source: Path) -> None:
    report = SandboxedVerifier(Sandbox(Settings(verify_seconds=0.01))).verify(source)
    assert report["verdict"] == "unreadable"
    assert report["document"]["sha256"]


def test_verifications_share_what_was_loaded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that loads for itself what verification needs takes a hundred times as long as a look."""
    source = tmp_path / "unsigned.pdf"
    _unsigned(source)
    servers: set[ForkServer] = set()
    start = Sandbox.fork_server

    def started(sandbox: Sandbox, profile: str, patience: float) -> ForkServer:
        server = start(sandbox, profile, patience)
        servers.add(server)
        return server

    def alone(_sandbox: Sandbox, _reach: Reach) -> Child:
        raise AssertionError("a child that loads for itself")

    monkeypatch.setattr(Sandbox, "fork_server", started)
    monkeypatch.setattr(Sandbox, "child", alone)
    sandbox = Sandbox(Settings())
    verifier = SandboxedVerifier(sandbox)
    assert {verifier.verify(source)["verdict"] for _ in range(3)} == {"unsigned"}
    assert len(servers) == 1
    sandbox.stop()


SLOW = """
import time
from app.confinement import child

def verify(source, folder, request):
    time.sleep(2)
    return {"verdict": "unsigned"}

child.TASKS = {**child.TASKS, "verify": verify}
child.main()
"""


def test_who_is_under_way_when_the_fork_server_dies_gets_a_verdict(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """That of the file, not of the fault."""
    source = tmp_path / "document.pdf"
    _unsigned(source)
    sandbox = Sandbox(Settings(), program=("-c", SLOW))
    benches = of_signed_documents(sandbox)
    dying = threading.Timer(1, sandbox.fork_server(SIGNING, patience=60).kill)
    with benches.seat(source, reads=False):
        pass
    dying.start()
    assert SandboxedVerifier(sandbox, benches=benches).verify(source)["verdict"] == "unsigned"
    assert "is given again" in caplog.text
    sandbox.stop()


def test_confinement_is_known() -> None:
    assert Sandbox(Settings()).confinement() == available_confinement()


def test_a_child_with_the_number_of_one_that_ended_lives(source: Path, folder: Path) -> None:
    last = Path("/proc/sys/kernel/ns_last_pid")
    if not os.access(last, os.W_OK):
        pytest.skip("numbers of processes cannot be chosen here")
    sandbox = Sandbox(Settings())
    with (
        sandbox.fork_server("signing", patience=60) as server,
        sandbox.enclosure(Reach(source, folder)) as enclosure,
    ):
        first = server.child(enclosure, ".")
        number = first._process.number  # type: ignore[attr-defined]
        assert first._process.exit_code() is None
        first.close()
        for _ in range(200):  # others take numbers, too
            last.write_text(str(number - 2))  # the one that stands between comes before it
            again = server.child(enclosure, ".")
            if again._process.number == number:  # type: ignore[attr-defined]
                break
            again.close()
        else:
            pytest.skip("the number did not come again")
        assert again._process.exit_code() is None
        again.close()


@pytest.mark.parametrize("how", ["bubblewrap", "rlimits"])
def test_a_file_is_found_from_the_current_folder(
    how: Confinement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fork server stands in another folder than we do."""
    if how == "bubblewrap" and available_confinement() != how:
        pytest.skip("bubblewrap cannot run here")
    monkeypatch.chdir(tmp_path)
    _unsigned(Path("here.pdf"))
    sandbox = Sandbox(Settings(), how)
    assert SandboxedVerifier(sandbox).verify(Path("here.pdf"))["verdict"] == "unsigned"
    sandbox.stop()


def test_nothing_of_a_verified_file_stays(tmp_path: Path) -> None:
    """Also where it was taken away meanwhile, as an upload is, and after every kind of question."""
    source = tmp_path / "document.pdf"
    _unsigned(source)
    sandbox = Sandbox(Settings())
    benches = of_signed_documents(sandbox)
    verifier = SandboxedVerifier(sandbox, benches=benches)
    with pytest.raises(Refusal):
        verifier.signed_length(source, "Signature1")
    with pytest.raises(Refusal):
        verifier.shown_pages(source, "Signature1", {})
    assert not benches._all
    with benches.seat(source, reads=False):
        source.unlink()
    benches.clear(source)
    assert not benches._all
    sandbox.stop()


MESSY = """
import os
from app.confinement import child

def verify(source, folder, request):
    for name in ("1", "deep", "locked"):
        (folder.parent / name).mkdir()
    (folder.parent / "locked" / "link").symlink_to(request["anchors"][0])
    (folder.parent / "locked").chmod(0o500)
    os.chdir(folder.parent / "deep")
    for _ in range(1200):
        os.mkdir("d")
        os.chdir("d")
    return {"verdict": "unsigned"}

child.TASKS = {**child.TASKS, "verify": verify}
child.main()
"""


def test_what_a_hostile_child_leaves_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders in folders without end, some that may not be written into, links; nothing of ours is touched,
    and nobody else's work fails over it."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    source, secret = tmp_path / "document.pdf", tmp_path / "secret"
    _unsigned(source)
    secret.touch(0o640)
    sandbox = Sandbox(Settings(), program=("-c", MESSY))
    benches = of_signed_documents(sandbox)
    verifier = SandboxedVerifier(sandbox, trust=[secret], benches=benches)
    assert verifier.verify(source)["verdict"] == "unsigned"
    deadline = time.monotonic() + 60
    while any(temporary.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(temporary.iterdir())
    assert secret.stat().st_mode & 0o777 == 0o640
    sandbox.stop()


def test_a_name_that_a_child_took_is_a_verdict(tmp_path: Path) -> None:
    source = tmp_path / "document.pdf"
    _unsigned(source)
    sandbox = Sandbox(Settings(), program=("-c", MESSY))
    benches = of_signed_documents(sandbox)
    with benches.seat(source, reads=False) as seat:
        seat.child.ask("verify", {"anchors": ["x"]}, 20)
        assert SandboxedVerifier(sandbox, benches=benches).verify(source)["verdict"] == "unreadable"
    benches.close()


def _unsigned(target: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(target)
