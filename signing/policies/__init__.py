"""Validation policies as data: which algorithms counted until when, by which law, under which root."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from asn1crypto import x509

from signing.cms import guessable_keys
from signing.cms.signature_values import Uncheckable, certificate_digest, key_bits
from signing.reports.report import Text

#: The names that `--policy` takes, each a file here. The last one is for whatever ends at neither root.
NAMES = ("vn-official", "vn-public", "strict")
KINDS = ("rsa", "ec", "dsa")  # of keys
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A text and the day since which it is in force."""

    text: Text
    since: date


@dataclass(frozen=True, slots=True)
class Root:
    """One of the two roots of Vietnam: `official` or `public`."""

    code: str
    text: Text
    anchors: frozenset[str]
    organisations: frozenset[str]

    def has(self, anchor: x509.Certificate) -> bool:
        """Is this anchor, which the administrator confirmed, a certificate of this root?"""
        named = anchor.subject.native.get("organization_name")
        return anchor.sha256.hex() in self.anchors or named in self.organisations

    def to_json(self) -> dict[str, str]:
        return {"code": self.code, **self.text.to_json()}


@dataclass(frozen=True, slots=True)
class Policy:
    """What is accepted until when. An algorithm that a policy does not name was never acceptable."""

    name: str
    version: str
    legal_basis: tuple[LegalBasis, ...]
    root: Root | None
    digests: Mapping[str, datetime]
    keys: Mapping[str, tuple[tuple[int, datetime], ...]]

    def digest_end(self, digest: str) -> datetime:
        """The last moment at which a signature with this digest was acceptable."""
        return self.digests.get(digest.lower(), BEFORE_ALL)

    def key_end(self, key: x509.PublicKeyInfo) -> datetime:
        """The last moment at which a signature by such a key was acceptable: never where all have it."""
        if guessable_keys.weakness(key) == "known":
            return BEFORE_ALL
        kind = {"rsassa_pss": "rsa"}.get(key.algorithm, key.algorithm)
        known = self.keys.get(kind, ())
        try:
            return next((end for bits, end in known if key_bits(key) >= bits), BEFORE_ALL)
        except Uncheckable:
            return BEFORE_ALL

    def certificate_end(self, certificate: x509.Certificate) -> datetime:
        """Until when a certificate could be relied on: its key, and the digest by which it was certified."""
        try:
            digest = certificate_digest(certificate["signature_algorithm"])
        except Uncheckable:
            return BEFORE_ALL
        of_key = self.key_end(certificate.public_key)
        return of_key if digest is None else min(self.digest_end(digest), of_key)

    def to_json(self) -> dict[str, Any]:
        """As a report names it."""
        basis = [{**b.text.to_json(), "since": b.since.isoformat()} for b in self.legal_basis]
        return {"name": self.name, "version": self.version, "legal_basis": basis}


@cache
def load(name: str) -> Policy:
    """The policy of this name, one of NAMES."""
    data = tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text("utf-8"))
    basis = [LegalBasis(Text(b["vi"], b["en"]), date.fromisoformat(b["since"])) for b in data["legal_basis"]]
    return Policy(
        name=data["name"],
        version=data["version"],
        legal_basis=tuple(basis),
        root=_root(data["root"]) if "root" in data else None,
        digests={digest: _end(day) for digest, day in data["digests"].items()},
        keys={
            kind: tuple((s["bits"], _end(s["until"])) for s in data[kind]) for kind in KINDS if kind in data
        },
    )


def choose(anchor: x509.Certificate | None, name: str | None = None) -> Policy:
    """The policy that was asked for by name, or else the one of the root at which a path ends."""
    if name is not None:
        return load(name)
    return next((p for p in map(load, NAMES) if anchor and p.root and p.root.has(anchor)), load(NAMES[-1]))


def root_of(anchor: x509.Certificate | None) -> Root | None:
    """Which of the two roots an anchor is, whatever the policy."""
    return choose(anchor).root


def _root(data: Mapping[str, Any]) -> Root:
    return Root(
        data["code"],
        Text(data["vi"], data["en"]),
        frozenset(data["anchors"]),
        frozenset(data["organisations"]),
    )


def _end(day: str) -> datetime:
    """The last moment of a day; none where there is no last day."""
    if not day:
        return datetime.max.replace(tzinfo=UTC)
    return datetime.combine(date.fromisoformat(day), time.max, UTC)
