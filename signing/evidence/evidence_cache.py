"""What was fetched lately: certificates of issuers, revocation lists, OCSP answers. Nothing in it is trusted.

Each verification checks what it takes from here as if it had just come from the network. An answer that does
not settle a question is asked for anew, so that the cache never holds back a fresher one.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

HOUR = 3600.0
#: How long an answer is kept, by its kind. Authorities write lists daily; an OCSP answer is for now.
SECONDS = {".ocsp": HOUR, ".crl": 12 * HOUR, ".cer": 30 * 24 * HOUR}
BYTES = 200_000_000  # ten of the largest lists


@dataclass(frozen=True, slots=True)
class EvidenceCache:
    """A folder of answers, each under the digest of its question. A disk that fails is as an empty cache."""

    folder: Path
    now: Callable[[], float] = time.time

    def get(self, address: str, question: bytes, suffix: str) -> bytes | None:
        """The answer, while it is kept."""
        path = self._path(address, question, suffix)
        try:
            age = self.now() - path.stat().st_mtime
            return path.read_bytes() if 0 <= age <= SECONDS[suffix] else None
        except OSError:
            return None

    def put(self, address: str, question: bytes, suffix: str, answer: bytes) -> None:
        path = self._path(address, question, suffix)
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as draft:
                draft.write(answer)
            os.utime(draft.name, (self.now(), self.now()))
            Path(draft.name).replace(path)
            self._clear()

    def _path(self, address: str, question: bytes, suffix: str) -> Path:
        asked = hashlib.sha256(address.encode() + b"\0" + question).hexdigest()
        return self.folder / f"{asked}{suffix}"

    def _clear(self) -> None:
        """Drop what is no longer kept, then the oldest, until the rest fits."""
        files = sorted(
            ((f.stat().st_mtime, f.stat().st_size, f) for f in self.folder.iterdir()), reverse=True
        )
        held = 0
        for written, size, file in files:
            held += size
            if held > BYTES or self.now() - written > SECONDS.get(file.suffix, HOUR):
                file.unlink(missing_ok=True)
