"""Turning a template and its values into an answer, in the language of the reader."""

import hashlib
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from app import access
from app.front.context import front_of
from app.front.identity import Caller
from app.masking import masked
from app.people import Person, Role
from app.records import Record, Status
from app.review import field_words
from app.translations import LANGUAGES, Language, text, texts
from app.web.names import Names
from app.wording import moment
from ocr.kinds.catalogue import catalogue

STATIC = Path(__file__).parent / "static"
LANGUAGE_COOKIE = "banchinh_lang"
_YEAR = 365 * 24 * 3600

#: The way through the service for each role: page and its name.
_WAYS: Mapping[Role, tuple[tuple[str, str], ...]] = {
    Role.CLERK: (("/records", "nav.records"), ("/digitising", "nav.digitising")),
    Role.OFFICIAL: (("/inbox", "nav.inbox"), ("/records", "nav.records")),
    Role.ARCHIVIST: (("/records", "nav.records"), ("/digitising", "nav.digitising")),
    Role.ADMIN: (("/people", "nav.people"),),
}


@cache
def static_version() -> str:
    """One digest of all static files; it is part of their addresses, so that they may be kept for ever."""
    whole = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            whole.update(path.relative_to(STATIC).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()[:16]


def static(name: str) -> str:
    return f"/static/{static_version()}/{name}"


def language_of(request: Request) -> Language:
    """What the address says, else what was chosen before, else Vietnamese."""
    for wish in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish in LANGUAGES:
            return wish
    return "vi"


def said_in(request: Request, vi: str, en: str) -> str:
    """A sentence in the language of the page."""
    return vi if language_of(request) == "vi" else en


def home_of(caller: Caller) -> str:
    return _WAYS[caller.person.role][0][0]


def page(
    request: Request,
    template: str,
    *,
    caller: Caller | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> Response:
    """The template as an answer."""
    front, language = front_of(request), language_of(request)
    names = Names(front.services)
    body = (
        _environment()
        .get_template(template)
        .render(
            t=partial(_text, language),
            texts_of=partial(_texts_of, language),
            lang=language,
            caller=caller,
            csrf=caller.csrf if caller else "",
            ways=_WAYS[caller.person.role] if caller else (),
            path=request.url.path,
            other_language=_other_language(request, language),
            may=partial(_may, caller),
            account_key=caller is not None and has_key(caller.person),
            remote_key=caller is not None and (caller.person.signing_key or "").startswith("csc:"),
            warnings=_warnings(front.sample, front.confined, caller),
            kind_name=partial(_kind_name, language),
            kind_beside=partial(_kind_beside, language),
            kind_words=partial(kind_words, language),
            value_of=partial(_value, language, names),
            names=names,
            title_of=partial(_title, language),
            paper_name=partial(_paper_name, language),
            place_of=partial(_place, language),
            **values,
        )
    )
    response = HTMLResponse(body, status, dict(headers or {}))
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=_YEAR,
            httponly=True,
            samesite="lax",
            secure=front.settings.secure_cookies,
        )
    return response


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("app.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = static
    environment.filters.update(moment=moment, day=day, masked=masked)
    environment.tests["known_text"] = texts().__contains__
    shapes = environment.get_template("icons.html").module
    environment.globals.update(icon=shapes.icon, status=shapes.status)  # type: ignore[attr-defined]
    return environment


def _text(language: Language, key: str, **values: object) -> str:
    return text(key, language, **values)


def _texts_of(language: Language, group: str) -> dict[str, str]:
    """All texts of a group by their names, for a script that fills them in."""
    begin = f"{group}."
    return {key.removeprefix(begin): said[language] for key, said in texts().items() if key.startswith(begin)}


def day(iso: str | None) -> str:
    """An ISO date, whole or in part, in the order of Vietnamese papers."""
    return "/".join(reversed(iso.split("-"))) if iso else ""


def _kind_name(language: Language, record: Record) -> str:
    return kind_words(language, record.kind.code, record.kind.name) if record.kind else ""


def _kind_beside(language: Language, record: Record) -> str:
    """The kind, where what a record is called does not say it."""
    kind = _kind_name(language, record)
    return kind if record.subject and not record.subject.startswith(kind) else ""


def kind_words(language: Language, code: str, name: str = "") -> str:
    """What a kind of paper is called; `name` where it was read from the paper."""
    known = catalogue().get(code)
    if known is None and not name:
        return _text(language, "record.kind_unknown")
    if code == "unknown":
        return _text(language, "record.kind_unknown")
    return known.name_en if known and language == "en" else (name or (known.name if known else code))


def _value(language: Language, names: Names, name: str, value: str | int | bool | None) -> str:
    """A value that a history tells, where it is a word of ours in words of the reader."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _text(language, "deed.yes" if value else "deed.no")
    if name in ("agency", "into") and isinstance(value, str):
        return names.agency_and_code(value)
    if name in ("fields", "kept_values", "left_values", "asked_again") and isinstance(value, str):
        return ", ".join(field_words(language, field) for field in value.split(", "))
    if name in ("kind", "former_kind") and value in catalogue():
        return kind_words(language, str(value))
    known = (key for key in (f"value.{name}_{value}", f"{name}.{value}") if key in texts())
    return next((_text(language, key) for key in known), str(value))


def _title(language: Language, record: Record) -> str:
    """What a record is called: by its subject, else by its kind, else by the name of its file; one that was
    split is only a file."""
    if record.status is Status.SPLIT:
        return record.name
    known = record.kind is not None and record.kind.code not in ("unknown", "other")
    return record.subject or (_kind_name(language, record) if known else record.name)


def _paper_name(language: Language, record: Record) -> str:
    """The name of the paper in a code that whoever holds it can read: without whom it is about."""
    about = record.kind is not None and (record.subject or "").startswith(f"{record.kind.name}: ")
    return _kind_name(language, record) if about else _title(language, record)


def _place(language: Language, record: Record) -> str:
    """Which pages of the received file a record holds; nothing where it holds all."""
    part = record.part_of
    if part is None:
        return ""
    pages = str(part.first_page) if part.pages == 1 else f"{part.first_page}–{part.last_page}"
    return _text(language, "record.place", pages=pages, total=part.file_pages)


def _may(caller: Caller | None, right: str, record: Record | None = None) -> bool:
    return caller is not None and access.may(caller.person, access.Right(right), record)


def _warnings(sample: bool, confined: bool, caller: Caller | None) -> list[str]:
    """Keys of what everybody must see before they trust the service with anything."""
    found = ["warning.sample"] if sample else []
    if caller is not None and not confined:
        found.append("warning.unconfined")
    if caller is not None and caller.person.role is Role.OFFICIAL and not has_key(caller.person):
        found.append("warning.no_key")
    return found


def has_key(person: Person) -> bool:
    """Whether the account has a key that may work: a key in a file must at least be there."""
    kind, _, place = (person.signing_key or "").partition(":")
    return Path(place).is_file() if kind == "file" else bool(place)


def _other_language(request: Request, language: Language) -> str:
    other = next(one for one in LANGUAGES if one != language)
    # an answer to a form has an address that can only be posted to
    query = parse_qsl(request.url.query) if request.method == "GET" else []
    kept = [(name, value) for name, value in query if name != "lang"]
    return f"{request.url.path}?{urlencode([*kept, ('lang', cast(str, other))])}"
