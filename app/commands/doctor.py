"""`banchinh doctor`: is everything here that the service stands on? Says what to do where it is not."""

import argparse
import json
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from app.settings import Settings, read

if TYPE_CHECKING:
    from ocr.readers.line_reader import LineReader

State = Literal["ok", "warning", "error"]

#: Below this much free space in DATA an upload of the largest size and its work may not fit.
FREE_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do about it."""

    name: str
    state: State
    says: str
    mend: str = ""


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "doctor", help="kiểm tra máy và cài đặt / check the machine and the settings"
    )
    parser.add_argument("--json", action="store_true", help="in JSON / print JSON")
    parser.add_argument(
        "--alive", action="store_true", help="chỉ hỏi dịch vụ đang chạy / only ask the running service"
    )
    # What a setting names is looked at here and told among the findings.
    parser.set_defaults(run=run, settings=read)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    looks = [_alive] if arguments.alive else _LOOKS
    findings = [finding for look in looks for finding in look(settings)]
    if arguments.json:
        print(json.dumps([asdict(f) for f in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            print(f"{_SIGNS[finding.state]} {finding.name}: {finding.says}")
            if finding.mend:
                print(f"    → {finding.mend}")
    return 1 if any(f.state == "error" for f in findings) else 0


WITHOUT_TURNS = (
    "trang nằm ngang hay ngược không được xoay khi nét mực không đủ rõ / "
    "pages on their side or upside down stay so, where their ink does not tell"
)
_SIGNS: dict[State, str] = {"ok": "✓", "warning": "!", "error": "✗"}


def _tesseract(_: Settings) -> Iterator[Finding]:
    program = shutil.which("tesseract")
    if not program:
        mend = "apt-get install tesseract-ocr tesseract-ocr-osd"
        yield Finding("tesseract", "warning", f"chưa cài, not installed: {WITHOUT_TURNS}", mend)
        return
    answer = subprocess.run(  # noqa: S603  a program of the system, no outside words
        [program, "--list-langs"], capture_output=True, text=True, timeout=20, check=False
    )
    if "osd" in answer.stdout.split():
        yield Finding("tesseract osd", "ok", "đã cài / installed")
    else:
        mend = "apt-get install tesseract-ocr-osd"
        yield Finding("tesseract osd", "warning", f"chưa có, missing: {WITHOUT_TURNS}", mend)


def _line_readers(_: Settings) -> Iterator[Finding]:
    from ocr.engine import EngineMissing
    from ocr.readers.asternet import AsterNet
    from ocr.readers.banchinh_reader import BanchinhReader
    from ocr.readers.ppocr import PpOcr

    anew = "cài lại Bản Chính / install Bản Chính anew"
    readers: tuple[tuple[LineReader, State, str], ...] = (
        (BanchinhReader(), "error", anew),  # without it no word is sure
        (AsterNet(), "warning", anew),
        (PpOcr(), "warning", anew),
    )
    for reader, state, mend in readers:
        try:
            yield Finding(f"line reader {reader.name}", "ok", reader.check())
        except EngineMissing as error:
            yield Finding(f"line reader {reader.name}", state, str(error), mend)


def _fonts(_: Settings) -> Iterator[Finding]:
    from signing.marks.appearance import MarkImpossible
    from signing.marks.typeface import typeface_for

    try:
        yield Finding("font of signature marks", "ok", typeface_for(["Ỷ ban nhân dân phường Mẫu"]).path)
    except MarkImpossible as error:
        yield Finding(
            "font of signature marks",
            "error",
            f"{error.vi} / {error.en}",
            "apt-get install fonts-liberation2",
        )


def _second_look(_: Settings) -> Iterator[Finding]:
    from signing.comparison.poppler import installed

    if installed():
        yield Finding(
            "poppler",
            "ok",
            "vẽ lần thứ hai những gì thêm sau chữ ký / draws what came after a signature a second time",
        )
    else:
        says = (
            "chưa có: những gì thêm sau chữ ký chỉ được vẽ bằng một chương trình, báo cáo có ghi / "
            "missing: what came after a signature is drawn by one renderer alone, and reports say so"
        )
        yield Finding("poppler", "warning", says, "apt-get install libpoppler-glib8")


def _confinement(settings: Settings) -> Iterator[Finding]:
    from app.confinement.sandbox import Sandbox

    how = Sandbox(settings).confinement()
    if how == "bubblewrap":
        yield Finding("sandbox", "ok", "bubblewrap và các giới hạn / bubblewrap and limits")
    else:
        yield Finding(
            "sandbox",
            "warning",
            "chỉ có giới hạn: tệp lạ được đọc mà không có bubblewrap bao quanh / "
            "limits only: an untrusted file is read without bubblewrap around it",
            "apt-get install bubblewrap, và cho phép user namespace không đặc quyền / "
            "and allow unprivileged user namespaces",
        )


def _database(settings: Settings) -> Iterator[Finding]:
    from app import wiring

    def look() -> str:
        settings.data.mkdir(parents=True, exist_ok=True)
        return "bảng cũ hoặc chưa có / tables are old or missing" if wiring.pending(settings) else ""

    yield _try("database", look, "banchinh migrate")


def _objects(settings: Settings) -> Iterator[Finding]:
    from app import wiring

    def look() -> str:
        wiring.build_objects(settings).check()
        return ""

    yield _try("objects", look, "xem / see BANCHINH_OBJECTS in docs/operations.md")


def _space(settings: Settings) -> Iterator[Finding]:
    settings.data.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data).free
    state: State = "ok" if free >= FREE_BYTES else "error"
    least = f"{FREE_BYTES / 1e9:.0f} GB"
    mend = f"giải phóng ít nhất {least} ở BANCHINH_DATA / free at least {least} where BANCHINH_DATA is"
    says = f"còn trống / free in {settings.data}: {free / 1e9:.1f} GB"
    yield Finding("disk", state, says, "" if state == "ok" else mend)


def _trust(settings: Settings) -> Iterator[Finding]:
    from signing.pki.trust import load

    place = settings.trust_folder
    if settings.trust is not None and not place.exists():
        mend = "hãy tạo, hoặc sửa BANCHINH_TRUST / make it, or correct BANCHINH_TRUST"
        yield Finding("trust", "error", f"không có / there is no file or folder {place}", mend)
        return
    trust = load([place] if place.exists() else [])
    roots, others = len(trust.anchors), len(trust.intermediates)
    says = f"{place}: {roots} gốc, {others} chứng thư trung gian / {roots} anchors, {others} intermediates"
    if trust.anchors:
        yield Finding("trust", "ok", says)
    else:
        says = (
            f"{place}: không có gốc tin cậy nào, nên mọi chữ ký sẽ chưa kết luận được / "
            "no trust anchors, so every signature will be undetermined"
        )
        yield Finding("trust", "warning", says, "banchinh trust add ROOT.crt")
    if trust.unread:
        mend = "bỏ ra, hoặc thay bằng PEM, DER / take them away, or replace them by PEM or DER certificates"
        yield Finding("trust", "warning", f"không đọc được / not read: {', '.join(trust.unread)}", mend)


def _network(settings: Settings) -> Iterator[Finding]:
    from app.outward import build_fetcher

    def look() -> str:
        build_fetcher(settings)
        return ""

    yield _try(
        "fetches",
        look,
        "BANCHINH_FETCH_ALLOW: địa chỉ hay mạng, cách nhau bằng dấu phẩy / addresses or networks, by commas",
    )
    if settings.tsa:
        addresses = [urlsplit(part.strip()) for part in settings.tsa.split(",") if part.strip()]
        if addresses and all(a.scheme in ("http", "https") and a.hostname for a in addresses):
            yield Finding("time stamps", "ok", settings.tsa)
        else:
            mend = "BANCHINH_TSA: http://HOST/PATH, https://HOST/PATH"
            yield Finding(
                "time stamps", "error", "không phải địa chỉ HTTP / the address is not one of HTTP", mend
            )


def _level(settings: Settings) -> Iterator[Finding]:
    from app.confinement.sandboxed_signing import LEVELS, highest_level, wanted_level

    wanted, possible = wanted_level(settings), highest_level(settings)
    if LEVELS.index(wanted) <= LEVELS.index(possible):
        yield Finding("signing level", "ok", wanted)
    else:
        mend = (
            "đặt BANCHINH_TSA và BANCHINH_TRUST, hoặc hạ BANCHINH_SIGNING_LEVEL / "
            "set BANCHINH_TSA and BANCHINH_TRUST, or lower BANCHINH_SIGNING_LEVEL"
        )
        says = f"không đạt {wanted}, cao nhất là {possible} / {wanted} is not reached: {possible} at most"
        yield Finding("signing level", "error", says, mend)


def _token_module(settings: Settings) -> Iterator[Finding]:
    if not settings.pkcs11_module:
        return
    from signing.keys import pkcs11
    from signing.keys.references import KeyUnavailable

    try:
        present = pkcs11.tokens(pkcs11.load(settings.pkcs11_module))
    except KeyUnavailable as error:
        yield Finding(
            "PKCS#11 module", "error", f"{error.vi} / {error.en}", "sửa / correct BANCHINH_PKCS11_MODULE"
        )
        return
    says = f"{settings.pkcs11_module}, thiết bị / tokens: {len(present)}"
    if present:
        yield Finding("PKCS#11 module", "ok", says)
    else:
        mend = (
            "cắm thiết bị, hoặc cho tài khoản này quyền dùng nó / "
            "plug the token in, or see to the right of this account to reach it"
        )
        yield Finding("PKCS#11 module", "warning", says, mend)
    for token in present:
        name, lacking = pkcs11.describe(token), pkcs11.lacks(token)
        if lacking:
            says = f"không ký được bằng / does not sign by {', '.join(lacking)}"
            mend = "dùng khóa loại khác, hay thiết bị khác / use its keys of other kinds, or another token"
            yield Finding(name, "warning", says, mend)
        else:
            yield Finding(name, "ok", "ký được bằng mọi thuật toán / signs by every scheme")


def _alive(settings: Settings) -> Iterator[Finding]:
    def look() -> str:
        host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104  only compared
        url = f"http://{host}:{settings.port}/health/ready"
        try:
            with urllib.request.urlopen(url, timeout=4) as answer:
                return "" if answer.status == 200 else f"trả lời / answers {answer.status}"
        except urllib.error.URLError as error:
            return f"không trả lời ở / does not answer at {url}: {error.reason}"

    yield _try("service", look, "banchinh serve")


def _try(name: str, look: Callable[[], str], mend: str) -> Finding:
    try:
        trouble = look()
    except Exception as error:  # noqa: BLE001  a diagnosis reports whatever goes wrong
        trouble = str(error).splitlines()[0] if str(error) else type(error).__name__
    return Finding(name, "error", trouble, mend) if trouble else Finding(name, "ok", "tốt / well")


_LOOKS = (
    _tesseract,
    _line_readers,
    _fonts,
    _second_look,
    _confinement,
    _database,
    _objects,
    _space,
    _trust,
    _network,
    _level,
    _token_module,
)
