"""What was done to accounts, keys and seals: kept for ever beside the histories of records."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class ChangedMeanwhile(RuntimeError):
    """Another administrator has changed the same since it was read."""


class Deed(StrEnum):
    """Everything that is done to an account or an agency; the words are part of the HTTP contract."""

    ACCOUNT_ADDED = "account-added"
    ACCOUNT_CHANGED = "account-changed"
    KEY_SET = "key-set"
    KEY_REMOVED = "key-removed"
    SEAL_KEY_SET = "seal-key-set"
    SEAL_KEY_REMOVED = "seal-key-removed"
    IMAGE_SET = "image-set"
    IMAGE_REMOVED = "image-removed"
    SEAL_IMAGE_SET = "seal-image-set"
    SEAL_IMAGE_REMOVED = "seal-image-removed"
    AGENCY_MERGED = "agency-merged"
    MERGER_REMOVED = "merger-removed"
    AGENCY_RENAMED = "agency-renamed"
    RENAMING_REMOVED = "renaming-removed"


@dataclass(frozen=True, slots=True)
class Done:
    """One deed. `subject` is `person:USERNAME` or `agency:CODE`, `actor` a username; `details` are short JSON
    values without anything secret. `sequence` is given where it is kept, and grows."""

    subject: str
    action: Deed
    actor: str
    at: datetime
    details: Mapping[str, str | bool | None] = field(default_factory=dict)
    sequence: int | None = None


class Administration(Protocol):
    """Reads what was done. It is written together with what it tells of (People, Agencies), never changed."""

    def newest(self, limit: int, before: int | None = None) -> Sequence[Done]:
        """The newest first, of those before that sequence number where there is one."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """A part of the list of deeds; `next` goes on with it, None at its end."""

    deeds: Sequence[Done]
    next: str | None


def told_after(kept: Administration, after: str | None, limit: int) -> Told:
    """The newest deeds, or what follows where `after` says so. Raises ValueError for what was never a
    `next`."""
    before = None if after is None else _place(after)
    found = kept.newest(limit + 1, before)
    last = found[limit - 1].sequence if len(found) > limit else None
    return Told(found[:limit], None if last is None else f"{last:x}")


def _place(after: str) -> int:
    if not re.fullmatch(r"[0-9a-f]{1,15}", after):
        raise ValueError("not of this list")
    return int(after, 16)
