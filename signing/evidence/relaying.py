"""Fetching by a process that has no network: it says what it wants, and another one fetches it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from signing.evidence.fetching import Fetcher, FetchFailed


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be fetched: posted where there is a `body`, and in `seconds` at most."""

    url: str
    body: bytes | None
    content_type: str
    seconds: float

    def to_json(self) -> dict[str, Any]:
        body = None if self.body is None else self.body.hex()
        return {"url": self.url, "body": body, "type": self.content_type, "seconds": self.seconds}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises ValueError, TypeError, KeyError for what `to_json` did not make."""
        body = None if data["body"] is None else bytes.fromhex(data["body"])
        return cls(str(data["url"]), body, str(data["type"]), float(data["seconds"]))

    def run(self, fetcher: Fetcher) -> bytes:
        """By the one who has a network, within the fetcher's own limits. Raises FetchFailed."""
        hurried = replace(fetcher, seconds=max(0.0, min(self.seconds, fetcher.seconds)))
        if self.body is None:
            return hurried.get(self.url)
        return hurried.post(self.url, self.body, self.content_type)


@dataclass(frozen=True, slots=True)
class Relay(Fetcher):
    """A fetcher that has its errands run by `ask`, which raises FetchFailed."""

    ask: Callable[[Errand], bytes] | None = None

    def get(self, url: str) -> bytes:
        return self._asked(Errand(url, None, "", self.seconds))

    def post(self, url: str, body: bytes, content_type: str) -> bytes:
        return self._asked(Errand(url, body, content_type, self.seconds))

    def _asked(self, errand: Errand) -> bytes:
        if self.ask is None:
            raise FetchFailed(f"{errand.url}: nobody fetches here")
        return self.ask(errand)
