"""What a process that holds a key does with it (`child`): open it, and make values. It sees no document.

A key signs one after the other, or many at once under one leave of its holder; then the one who asks takes
part after part, and may wait days between two of them for what comes later."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

# Every task imports only what it needs, and late: that time is paid anew for every process.

Request = Mapping[str, Any]
#: The one key of a process that was asked to open one, and what it signs now.
_open: dict[str, Any] = {}


def open_key(_source: Path, _folder: Path, request: Request) -> Any:
    from app.batches import PublicKey
    from signing.keys.references import open_key as opened

    key = opened(
        request["reference"],
        request["secret"],
        module=request["module"],
        access=_access(request["access"], request["once"], request["leave"]) if request["access"] else None,
    )
    _open["key"] = key
    certificates = tuple(one.dump() for one in (key.certificate, *key.chain))
    public = PublicKey(certificates, key.mechanism.scheme, key.mechanism.digest)
    fresh = key.fresh_token
    return {
        "public": public.to_json(),
        "together": key.signs_many,
        "by_page": key.by_page,
        "token": {"value": fresh.value, "seconds": fresh.seconds} if fresh else None,
    }


def _access(given: Request, once: str | None, leave: Request | None) -> Any:
    from signing.evidence.fetching import Fetcher
    from signing.keys.csc_oauth import App, Leave
    from signing.keys.references import Access

    app = given["app"]
    return Access(
        Fetcher.allowing(given["allow"]),
        token=given["token"],
        user=given["user"],
        password=given["password"],
        otp=once,
        app=App(**{**app, "hosts": frozenset(app["hosts"])}) if app else None,
        leave=Leave(**leave) if leave else None,
    )


def leave_page(_source: Path, _folder: Path, request: Request) -> Any:
    from signing.keys.csc_oauth import Visit
    from signing.keys.remote import leave_page as page_of

    access = _access(request["access"], None, None)
    data = [bytes.fromhex(one) for one in request["data"]]
    page = page_of(request["reference"], access, data, Visit(**request["visit"]))
    return {"address": page.address, "scope": page.scope} if page else None


def sign_value(_source: Path, _folder: Path, request: Request) -> Any:
    from signing import refusals
    from signing.identity import ForeignValue

    try:
        value: bytes = _open["key"].sign(bytes.fromhex(request["data"]))
    except ForeignValue as error:
        raise refusals.foreign_value() from error
    return value.hex()


def begin_values(_source: Path, _folder: Path, request: Request) -> Any:
    data = [bytes.fromhex(one) for one in request["data"]]
    _open["parts"] = _open["key"].parts(data, lambda: _open["notice"])


def next_values(_source: Path, _folder: Path, request: Request) -> Any:
    from signing.keys.signing_key import KeyFailed, Later

    _open["notice"] = request["notice"]
    part = next(_open["parts"], None)
    if part is None:
        return {"over": True}
    if isinstance(part, KeyFailed):
        return {"lost": {"code": part.code, "vi": part.vi, "en": part.en}}
    if isinstance(part, Later):
        return {"later": part.request, "count": part.count}
    return {"values": [value.hex() for value in part]}


def fetch_values(_source: Path, _folder: Path, request: Request) -> Any:
    values = _open["key"].fetch(request["later"])
    return None if values is None else [value.hex() for value in values]


TASKS: Mapping[str, Callable[[Path, Path, Request], Any]] = {
    "open_key": open_key,
    "leave_page": leave_page,
    "sign_value": sign_value,
    "begin_values": begin_values,
    "next_values": next_values,
    "fetch_values": fetch_values,
}
