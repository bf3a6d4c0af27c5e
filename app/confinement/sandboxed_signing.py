"""The port DocumentSigner: confined children look into the documents, and have neither key nor network."""

import json
import logging
import math
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from asn1crypto import x509

from app.batches import PublicKey
from app.confinement.benches import Benches, Seat, of_signed_documents, trusted
from app.confinement.sandbox import Sandbox, refusing
from app.holders import Holder
from app.ports import SignerFailed, SigningOrder, UnlockedKey
from app.settings import Settings
from signing import witness
from signing.cms.mechanisms import Mechanism
from signing.evidence.evidence_cache import EvidenceCache
from signing.evidence.fetching import Fetcher, FetchFailed
from signing.evidence.relaying import Errand
from signing.evidence.tsa import CONTENT_TYPE as TIMESTAMP_QUERY
from signing.evidence.tsa import Authorities
from signing.identity import Identity, issued_by_others
from signing.pki.trust import load
from signing.prepared import Level, Prepared
from signing.refusals import draft_changed

LEVELS: Sequence[Level] = ("B-B", "B-T", "B-LT", "B-LTA")

log = logging.getLogger("banchinh.sandbox")

#: By the clock a child may take twice its processor time, and as long again for what is fetched for it.
_PATIENCE = 3.0
#: What was fetched so lately is not fetched again, although an order asks for it twice.
_FRESH_SECONDS = 600.0
_KEPT = {True: ".ocsp", False: ".crl"}  # an answer to a question, or what lies at an address


class SandboxedSigner:
    """Prepares and completes signatures. What a child says that is to be signed is not believed: it is
    computed here from the bytes of the draft (signing.witness)."""

    def __init__(
        self,
        sandbox: Sandbox,
        fetcher: Fetcher,
        cache: EvidenceCache | None = None,
        *,
        benches: Benches | None = None,
    ) -> None:
        """`benches`: those of signed documents, where they are shared; its own otherwise."""
        self._settings = sandbox.settings
        self._fetcher = fetcher
        self._cache = cache
        self._fetched_at: dict[tuple[str, bytes], float] = {}
        self._benches = benches or of_signed_documents(sandbox)

    def check(self, key: PublicKey, now: datetime) -> Holder:
        request = {"key": key.to_json(), "now": now.isoformat(), **self._means()}
        with NamedTemporaryFile() as nothing, self._seat(Path(nothing.name)) as seat:
            found = self._ask(seat, "check_key", request)
        return Holder(found["name"], tuple(found["belongs_to"]))

    def sign(
        self, source: Path, target: Path, order: SigningOrder, key: UnlockedKey, now: datetime
    ) -> Mapping[str, Any]:
        draft = target.with_name(_name("draft"))
        with self._seat(source) as seat:
            prepared = self._prepared(seat, draft, order, key.public, now)
            asked = witness.to_be_signed(source, draft, prepared, _identity(key.public))
            return self._completed(seat, draft, target, prepared, key.sign(asked), now)

    def prepare(
        self, source: Path, draft: Path, order: SigningOrder, key: PublicKey, now: datetime
    ) -> tuple[str, bytes]:
        with self._seat(source) as seat:
            prepared = self._prepared(seat, draft, order, key, now)
        asked = witness.to_be_signed(source, draft, prepared, _identity(key))
        return json.dumps(prepared.to_json()), asked

    def complete(
        self, source: Path, draft: Path, target: Path, state: str, value: bytes, now: datetime
    ) -> Mapping[str, Any]:
        with self._seat(source) as seat:
            return self._completed(seat, draft, target, _read(json.loads(state)), value, now)

    def renew(self, source: Path, target: Path, now: datetime) -> Mapping[str, Any]:
        return self._extend(source, target, "renew", now)

    def raise_level(
        self, source: Path, target: Path, now: datetime, *, followed: bool
    ) -> Mapping[str, Any] | None:
        level = wanted_level(self._settings, followed=followed)
        return None if level == "B-B" else self._extend(source, target, "raise_level", now, level=level)

    def _extend(self, source: Path, target: Path, task: str, now: datetime, **more: str) -> Mapping[str, Any]:
        made = _name("extended")
        with self._seat(source) as seat:
            request = {"target": made, "now": now.isoformat(), **more, **self._means()}
            extended: Mapping[str, Any] = self._ask(seat, task, request)
            seat.take(made, target)
        if not witness.begins(target, source):
            raise draft_changed()
        return extended

    def preview(
        self, source: Path, order: SigningOrder, now: datetime, seal: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any]:
        request = {"order": asdict(order), "now": now.isoformat(), "seal": seal}
        with self._seat(source) as seat:
            seen: Mapping[str, Any] = self._ask(seat, "preview", request)
        return seen

    def draw_page(self, source: Path, number: int, target: Path) -> None:
        self._make(source, target, "draw_page", number=number)

    def ink(self, source: Path, target: Path, kind: str, width: float | None) -> None:
        self._make(source, target, "ink", kind=kind, width=width)

    def _make(self, source: Path, target: Path, task: str, **request: Any) -> None:
        """Have a child make one file of `source`."""
        made = _name(task)
        with self._seat(source) as seat:
            self._ask(seat, task, {"target": made, **request})
            seat.take(made, target)

    def _prepared(
        self, seat: Seat, draft: Path, order: SigningOrder, key: PublicKey, now: datetime
    ) -> Prepared:
        level = wanted_level(self._settings, followed=order.followed)
        name = _name("draft")
        request = {
            "draft": name,
            "order": asdict(order),
            "key": key.to_json(),
            "now": now.isoformat(),
            "level": level,
        }
        prepared = _read(self._ask(seat, "prepare", request))
        seat.take(name, draft)
        asked = (level, now, key.certificates[0])
        if (prepared.level, prepared.signed_at, prepared.identity.certificate.dump()) != asked:
            raise draft_changed()
        return prepared

    def _completed(
        self, seat: Seat, draft: Path, target: Path, prepared: Prepared, value: bytes, now: datetime
    ) -> Mapping[str, Any]:
        lent, made = _name("lent"), _name("signed")
        request = {
            "draft": lent,
            "target": made,
            "prepared": prepared.to_json(),
            "value": value.hex(),
            "now": now.isoformat(),
            **self._means(),
        }
        seat.copy(draft, lent)
        summary: Mapping[str, Any] = self._ask(seat, "complete", request)
        seat.take(made, target)
        witness.check_covered(target, prepared)
        who = prepared.identity
        return {**summary, "level": prepared.level, "serial": who.serial, "signer": who.holder}

    def close(self) -> None:
        self._benches.close()

    @contextmanager
    def _seat(self, source: Path) -> Iterator[Seat]:
        """A child for one order or two, and no longer: where its thread ends it would end, too."""
        try:
            with _telling(), self._benches.seat(source, reads=False) as seat:
                yield seat
        finally:
            self._benches.clear(source)

    def _ask(self, seat: Seat, task: str, request: Mapping[str, Any]) -> Any:
        seconds = self._settings.verify_seconds
        return seat.child.ask(task, request, seconds, _PATIENCE * seconds, run=self._errands())

    def _means(self) -> dict[str, Any]:
        trust = [str(path) for path in trusted(self._settings)]
        return {"tsa": self._settings.tsa, "trust": trust}

    def _errands(self) -> "_Errands":
        authorities = Authorities.named(self._settings.tsa, self._fetcher).urls
        return _Errands(self._fetcher, frozenset(authorities), self._cache, self._fetched_at)


def _telling() -> AbstractContextManager[None]:
    """What goes wrong with a child, as the port says it."""
    failed = SignerFailed(
        "signing-failed",
        "Chương trình ký dừng giữa chừng nên tài liệu chưa được ký. Hãy thử lại.",
        "The signing program stopped halfway, so the document is not signed. Try again.",
    )
    return refusing(failed, "signing failed", log)


class _Errands:
    """Runs the errands of one order. Timestamps are asked of the authorities of the settings alone; what was
    fetched lately is kept, as 500 documents of a batch want the same lists."""

    def __init__(
        self,
        fetcher: Fetcher,
        authorities: frozenset[str],
        cache: EvidenceCache | None,
        fetched_at: dict[tuple[str, bytes], float],
    ) -> None:
        self._fetcher = fetcher
        self._authorities = authorities
        self._cache = cache
        self._fetched_at = fetched_at
        self._asked: set[tuple[str, bytes]] = set()

    def __call__(self, errand: Errand) -> bytes:
        if errand.content_type == TIMESTAMP_QUERY:
            if errand.url not in self._authorities:
                raise FetchFailed(f"{errand.url}: not a timestamp authority of the settings")
            return errand.run(self._fetcher)
        question = errand.body or b""
        place, suffix = (errand.url, question), _KEPT[bool(question)]
        fresh = time.monotonic() - self._fetched_at.get(place, -math.inf) < _FRESH_SECONDS
        # what an order asks twice was not settled by what is kept, unless that is as good as new
        kept_will_do = fresh or place not in self._asked
        self._asked.add(place)
        kept = self._cache.get(errand.url, question, suffix) if self._cache and kept_will_do else None
        if kept is None:
            kept = errand.run(self._fetcher)
            self._fetched(place, time.monotonic())
            if self._cache:
                self._cache.put(errand.url, question, suffix, kept)
        return kept

    def _fetched(self, place: tuple[str, bytes], now: float) -> None:
        """Note it, and forget what is no longer fresh."""
        for other, at in list(self._fetched_at.items()):  # a copy: other orders write beside this one
            if now - at >= _FRESH_SECONDS:
                self._fetched_at.pop(other, None)
        self._fetched_at[place] = now


def wanted_level(settings: Settings, *, followed: bool = False) -> Level:
    """The level of the settings, or the highest that they allow. Where another signature follows, it is that
    one which brings the archive timestamp over both."""
    level: Level = settings.signing_level or highest_level(settings)
    return "B-LT" if followed and level == "B-LTA" else level


def highest_level(settings: Settings) -> Level:
    if not settings.tsa:
        return "B-B"
    return "B-LTA" if load(trusted(settings)).anchors else "B-T"


def _identity(key: PublicKey) -> Identity:
    signer, *others = [x509.Certificate.load(der) for der in key.certificates]
    return Identity(signer, issued_by_others(others), Mechanism(key.scheme, key.digest))


def _read(shape: Any) -> Prepared:
    """Raises SigningRefused for what no child that did as it was told would say."""
    try:
        return Prepared.from_json(shape)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise draft_changed() from error


def _name(what: str) -> str:
    return f"{what}-{secrets.token_hex(8)}.pdf"
