"""Asking a timestamp authority (RFC 3161)."""

import asyncio

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError

from signing.fetching import Fetcher

CONTENT_TYPE = "application/timestamp-query"


class Timestamper(TimeStamper):
    """A timestamp authority at an address, reached only as the fetcher allows."""

    def __init__(self, url: str, fetcher: Fetcher) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._url, self._fetcher = url, fetcher

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Raises FetchFailed, TimestampRequestError."""
        answer = await asyncio.to_thread(self._fetcher.post, self._url, req.dump(), CONTENT_TYPE)
        try:
            response = tsp.TimeStampResp.load(answer)
            response["status"]["status"].native  # noqa: B018 (asn1crypto reads late; a fault must show here)
        except (ValueError, TypeError) as error:
            raise TimestampRequestError("not a timestamp response") from error
        return response
