"""The verification report: value types and their JSON, as the contract has it."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

#: Of the document against what was signed; what could not be compared is never `unchanged`.
Integrity = Literal["unchanged", "changed", "not-checked"]
Verdict = Literal["valid", "invalid", "undetermined", "unsigned", "unreadable"]
Indication = Literal["TOTAL-PASSED", "TOTAL-FAILED", "INDETERMINATE"]
Coverage = Literal["whole", "revision", "partial"]
Outcome = Literal["passed", "failed", "undetermined", "not-checked"]
RevocationStatus = Literal["good", "revoked", "unknown", "not-declared", "not-checked"]


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


@dataclass(frozen=True, slots=True)
class Text:
    """One statement in both languages."""

    vi: str
    en: str

    def to_json(self) -> dict[str, str]:
        return {"vi": self.vi, "en": self.en}


@dataclass(frozen=True, slots=True)
class Note:
    """A statement that programs can tell by its code. `pages` are those that it concerns, from 1; `areas` the
    places on them."""

    code: str
    text: Text
    pages: tuple[int, ...] = ()
    areas: tuple["Area", ...] = ()

    def to_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {"code": self.code, "message": self.text.to_json()}
        if self.pages:
            said["pages"] = list(self.pages)
        if self.areas:
            said["areas"] = [area.to_json() for area in self.areas]
        return said


@dataclass(frozen=True, slots=True)
class Area:
    """A place on a page as it is shown: points (1/72 inch) from its top left corner, x0 y0 x1 y1."""

    page: int
    box: tuple[float, float, float, float]

    def to_json(self) -> dict[str, Any]:
        return {"page": self.page, "box": [round(v, 1) for v in self.box]}


@dataclass(frozen=True, slots=True)
class Algorithm:
    digest: str
    signature: str
    key_bits: int
    acceptable_at_signing: bool
    acceptable_now: bool
    listed: bool = True  # by the policy, for whatever time

    def to_json(self) -> dict[str, Any]:
        return {
            "digest": self.digest,
            "signature": self.signature,
            "key_bits": self.key_bits,
            "acceptable_at_signing": self.acceptable_at_signing,
            "acceptable_now": self.acceptable_now,
        }


@dataclass(frozen=True, slots=True)
class Revocation:
    """`not-declared`: the certificate names no place to ask, and nobody said that it is revoked."""

    status: RevocationStatus
    source: str | None = None
    time: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        return {"status": self.status, "source": self.source, "time": iso(self.time)}


@dataclass(frozen=True, slots=True)
class CertificateStanding:
    """What a source said of one certificate of the path. `certificate` is its SHA-256, `sha256` that of the
    source, where there was one; `reason` why it was revoked, after RFC 5280, 5.3.1."""

    certificate: str
    status: RevocationStatus
    source: str | None = None
    time: datetime | None = None
    sha256: str | None = None
    reason: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "certificate": self.certificate,
            "status": self.status,
            "source": self.source,
            "time": iso(self.time),
            "sha256": self.sha256,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A timestamp inside a signature. `trusted`: intact, and its authority leads to a trust anchor. `sha256`
    is that of the token, `certificates` those of the authority's and of the others that it brings."""

    time: datetime
    authority: str
    intact: bool
    trusted: bool
    sha256: str | None = None
    certificates: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "time": iso(self.time),
            "authority": self.authority,
            "intact": self.intact,
            "trusted": self.trusted,
            "sha256": self.sha256,
            "certificates": list(self.certificates),
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the recipe and what came of it. `number` is its place in the list of the steps
    (validation.py); `note` says why it did not pass, or what it rests on."""

    number: int
    name: str
    outcome: Outcome
    note: Note | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "name": self.name,
            "outcome": self.outcome,
            "note": self.note.to_json() if self.note else None,
        }


@dataclass(frozen=True, slots=True)
class Want:
    """What would settle an open question and can be asked of the network. `issuer`: certificates above this
    one. `revocation`: an OCSP answer to `question`, or else a revocation list."""

    kind: Literal["issuer", "revocation"]
    urls: tuple[str, ...]
    ocsp_urls: tuple[str, ...] = ()
    question: bytes = b""

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "urls": list(self.urls),
            "ocsp_urls": list(self.ocsp_urls),
            "question": self.question.hex(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Want":
        question = bytes.fromhex(data["question"])
        return cls(data["kind"], tuple(data["urls"]), tuple(data["ocsp_urls"]), question)


@dataclass(frozen=True, slots=True)
class Compared:
    """How many of the `pages` of the present file were drawn beside the same ones of the version that was
    signed and look `alike`, later signatures apart, and by which renderers; the others were not reached."""

    pages: int
    alike: int
    renderers: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {"pages": self.pages, "alike": self.alike, "renderers": list(self.renderers)}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Compared":
        return cls(said["pages"], said["alike"], tuple(said["renderers"]))


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """What is to be said of one signature. Times carry their zone. `signed_length`: how many bytes from the
    start of the file are the version that it covers, where it covers one. `compared`: where its pages were
    drawn beside those of today and none was seen to differ."""

    field: str
    indication: Indication
    sub_indication: str | None
    level: str
    subfilter: str | None
    intact: bool
    coverage: Coverage
    signed_length: int | None = None
    signer: str | None = None
    organisation: str | None = None
    claimed_time: datetime | None = None
    best_time: datetime | None = None
    best_time_source: str | None = None
    changes_after: tuple[Note, ...] = ()
    compared: Compared | None = None
    algorithm: Algorithm | None = None
    certificate: Mapping[str, str] | None = None
    chain: tuple[Mapping[str, str], ...] = ()
    trust_anchor: str | None = None
    root: Mapping[str, str] | None = None  # which of the two roots of Vietnam the anchor is
    policy: Mapping[str, Any] | None = None
    revocation: Revocation = Revocation("not-checked")
    revocations: tuple[CertificateStanding, ...] = ()  # of each certificate below the anchor
    signature_value: bytes | None = None
    cms_sha256: str | None = None
    timestamps: tuple[Timestamp, ...] = ()
    warnings: tuple[Note, ...] = ()
    reason: Note | None = None  # why it did not pass
    missing: tuple[Note, ...] = ()  # what would settle it, and how to get it
    wants: tuple[Want, ...] = ()  # the part of it that the network may have
    steps: tuple[Step, ...] = ()  # in the order of their numbers; none where no step could be taken

    @property
    def forbidden_change(self) -> Note | None:
        """What was added to the signed version and breaks the signature, whatever else breaks it too."""
        failed = (step for step in self.steps if step.name == "changes" and step.outcome == "failed")
        return next((step.note for step in failed), None)

    def to_json(self) -> dict[str, Any]:
        return {
            "field": self.field,
            "signer": self.signer,
            "organisation": self.organisation,
            "indication": self.indication,
            "sub_indication": self.sub_indication,
            "reason": self.reason.to_json() if self.reason else None,
            "level": self.level,
            "subfilter": self.subfilter,
            "intact": self.intact,
            "claimed_time": iso(self.claimed_time),
            "best_time": iso(self.best_time),
            "best_time_source": self.best_time_source,
            "coverage": self.coverage,
            "signed_length": self.signed_length,
            "changes_after": [c.to_json() for c in self.changes_after],
            "compared": self.compared.to_json() if self.compared else None,
            "algorithm": self.algorithm.to_json() if self.algorithm else None,
            "certificate": dict(self.certificate) if self.certificate else None,
            "chain": [dict(c) for c in self.chain],
            "trust_anchor": self.trust_anchor,
            "root": dict(self.root) if self.root else None,
            "policy": dict(self.policy) if self.policy else None,
            "revocation": self.revocation.to_json(),
            "revocations": [r.to_json() for r in self.revocations],
            "signature_value": b64encode(self.signature_value).decode() if self.signature_value else None,
            "cms_sha256": self.cms_sha256,
            "timestamps": [t.to_json() for t in self.timestamps],
            "missing": [m.to_json() for m in self.missing],
            "warnings": [w.to_json() for w in self.warnings],
            "steps": [s.to_json() for s in self.steps],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on a document. `registered` is filled in by who keeps the register of records."""

    verdict: Verdict
    summary: Text
    sha256: str
    pages: int | None
    checked_at: datetime
    signatures: tuple[SignatureReport, ...] = ()
    integrity: Integrity = "not-checked"
    changes: tuple[Note, ...] = ()
    policy: Mapping[str, Any] = field(default_factory=dict)
    problem: Note | None = None  # why the file could not be read

    @property
    def changed_after_signing(self) -> bool:
        """Is it known that it was? False says nothing where `integrity` is `not-checked`."""
        return self.integrity == "changed"

    def to_json(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "summary": self.summary.to_json(),
            "document": {
                "sha256": self.sha256,
                "pages": self.pages,
                "registered": None,
                "integrity": self.integrity,
                "changed_after_signing": self.changed_after_signing,
                "changes": [c.to_json() for c in self.changes],
            },
            "signatures": [s.to_json() for s in self.signatures],
            "problem": self.problem.to_json() if self.problem else None,
            "wants": [w.to_json() for s in self.signatures for w in s.wants],
            "policy": dict(self.policy),
            "checked_at": iso(self.checked_at),
        }
