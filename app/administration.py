"""What was done to accounts, keys and seals: kept for ever beside the histories of records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


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

    def newest(self, limit: int) -> Sequence[Done]:
        """The newest first."""
        ...
