"""Every text in both languages, and none that a page asks for is missing."""

import re
import string
from pathlib import Path

import pytest

import app.web
from app.audit import Action
from app.marks import SigningRole
from app.people import Role
from app.records import Status
from app.standing import Standing
from app.translations import LANGUAGES, UnknownText, text, texts
from app.web.review import _DONE
from ocr.kinds.catalogue import ADMINISTRATIVE_FIELDS, LETTERHEAD_FIELDS, catalogue

_WEB = Path(app.web.__file__).parent
_STATES = (
    "valid",
    "digitised",
    "revoked_later",
    "revoked",
    "replaced",
    "bytes_differ",
    "partial",
    "unread",
    "added",
    "certificate",
    "invalid",
    "undetermined",
    "unsigned",
    "unreadable",
    "fault",
)


@pytest.mark.parametrize("key", texts())
def test_every_text_is_in_every_language(key: str) -> None:
    said = texts()[key]
    assert set(said) == set(LANGUAGES)
    assert all(words.strip() for words in said.values())
    names = [{name for _, name, _, _ in string.Formatter().parse(words) if name} for words in said.values()]
    assert names[0] == names[1], "both languages fill in the same values"


def _asked_for() -> set[str]:
    pages = "".join(path.read_text("utf-8") for path in _WEB.rglob("*.html"))
    code = "".join(path.read_text("utf-8") for path in (*_WEB.rglob("*.py"), *_WEB.parent.glob("*.py")))
    keys = set(re.findall(r"'([a-z_]+\.[a-z_]+)'", pages)) | set(re.findall(r'"([a-z_]+\.[a-z_]+)"', code))
    files = (".html", ".js", ".toml")
    # a key that ends so is put together; the parts are in `built` below
    keys = {key for key in keys if not key.endswith((*files, "_"))}
    return {key for key in keys if key.split(".")[0] in {known.split(".")[0] for known in texts()}}


def test_no_text_is_missing() -> None:
    built = {f"status.{status}" for status in Status} | {f"role.{role}" for role in Role}
    built |= {f"action.{action}" for action in Action} | {f"field.{name}" for name in ADMINISTRATIVE_FIELDS}
    built |= {f"field.{name}" for name in LETTERHEAD_FIELDS}
    built |= {f"field.{name}" for kind in catalogue().values() for name in kind.fields}
    built |= {f"verify.{state}_{part}" for state in _STATES for part in ("title", "advice")}
    built |= {f"verify.reply_{reply}" for reply in ("yes", "no", "unknown", "neutral")}
    built |= {f"standing.{state}" for state in Standing} | {f"standing.to_{state}" for state in Standing}
    built |= {f"standing.is_{state}" for state in ("revoked", "replaced")}
    built |= {f"lookup.{state}_title" for state in ("in_force", "revoked", "replaced")}
    built |= {f"lookup.{state}_advice" for state in ("revoked", "replaced")}
    built |= {f"lookup.file_{file}" for file in ("original", "searchable")}
    built |= {
        f"record.changed_{doing}" for doing in ("signing", "sealing", "splitting", "joining", "stating")
    }
    built |= {f"verify.indication_{reply}" for reply in ("yes", "no", "unknown")}
    built |= {
        f"verify.force_{why}"
        for why in ("yes", "revoked_later", "dates", "no", "unknown_time", "unknown_path", "unknown")
    }
    built |= {f"verify.intact_{why}" for why in ("yes", "no", "added", "partial")}
    built |= {f"verify.signer_{why}" for why in ("yes", "no", "unbound", "unknown")}
    built |= {
        f"value.mark_{kind}"
        for kind in ("person", "agency", "digitiser", "sao-y", "sao-luc", "trich-sao", "none")
    }
    built |= {f"value.role_{role}" for role in SigningRole}
    built |= {f"record.done_{what}" for what in sorted(_DONE)}
    assert (_asked_for() | built) - set(texts()) == set()


def test_an_unknown_text_is_an_error() -> None:
    with pytest.raises(UnknownText):
        text("nav.nothing", "vi")
