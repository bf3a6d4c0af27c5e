"""References to keys on tokens: `pkcs11:token=…;object=…;id=…?module-path=…&pin-source=…` (RFC 7512)."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from signing.keys import token_refusals as refusals

PATH = ("token", "manufacturer", "serial", "model", "slot-id", "object", "id", "type")
QUERY = ("module-path", "pin-source")
TYPES = ("private", "cert")  # either names the pair of a key and its certificate


@dataclass(frozen=True, slots=True)
class TokenUri:
    """Which key, on which token, by which module; None where the reference leaves it open."""

    token: str | None = None
    manufacturer: str | None = None
    serial: str | None = None
    model: str | None = None
    slot_id: int | None = None
    object: str | None = None
    id: bytes | None = None
    module_path: Path | None = None
    pin_source: Path | None = None

    @classmethod
    def parse(cls, reference: str) -> "TokenUri":
        """Raises KeyUnavailable."""
        path, _, query = reference.partition(":")[2].partition("?")
        if "pin-value" in reference.lower():  # wherever it stands: nothing of it may be repeated
            raise refusals.pin_in_reference()
        named = _attributes(path, ";", PATH)
        asked = _attributes(query, "&", QUERY)
        if named.get("type", b"private").decode() not in TYPES:
            raise refusals.bad_reference("type")
        slot = named.get("slot-id", b"").decode()
        if slot and not slot.isdecimal():
            raise refusals.bad_reference("slot-id")
        return cls(
            token=_text(named, "token"),
            manufacturer=_text(named, "manufacturer"),
            serial=_text(named, "serial"),
            model=_text(named, "model"),
            slot_id=int(slot) if slot else None,
            object=_text(named, "object"),
            id=named.get("id"),
            module_path=_path(asked, "module-path"),
            pin_source=_pin_source(asked),
        )

    def pin(self) -> str | None:
        """The PIN out of the file that the reference names; None where it names none. Raises
        KeyUnavailable."""
        if self.pin_source is None:
            return None
        try:
            return self.pin_source.read_text("utf-8").split("\n")[0].rstrip("\r")
        except (OSError, ValueError):
            raise refusals.pin_source_unread() from None


def _attributes(text: str, separator: str, known: tuple[str, ...]) -> dict[str, bytes]:
    """What is refused is told by its name alone: a value may be a PIN under a misspelt name."""
    found: dict[str, bytes] = {}
    for part in filter(None, text.split(separator)):
        name, equals, value = part.partition("=")
        if name.startswith("x-"):
            continue  # of a vendor; RFC 7512, 2.3 lets it be
        if not equals or name not in known or name in found:
            raise refusals.bad_reference(name if equals or name in known else "…")
        found[name] = unquote_to_bytes(value)
        try:
            if name != "id":
                found[name].decode()
        except UnicodeDecodeError:
            raise refusals.bad_reference(name) from None
    return found


def _text(found: dict[str, bytes], name: str) -> str | None:
    return found[name].decode() if name in found else None


def _path(found: dict[str, bytes], name: str) -> Path | None:
    return Path(found[name].decode()) if found.get(name) else None


def _pin_source(found: dict[str, bytes]) -> Path | None:
    """A file, with or without `file:` before it. RFC 7512 also knows programs (`|…`): nothing is started."""
    source = _text(found, "pin-source")
    if not source:
        return None
    name = source.removeprefix("file://").removeprefix("file:")
    if not name or name.startswith("|") or ":" in name.split("/")[0]:
        raise refusals.bad_reference("pin-source")
    return Path(name)
