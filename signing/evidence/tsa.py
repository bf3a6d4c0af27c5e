"""Asking timestamp authorities (RFC 3161): one after the other, until one answers as it must."""

import hashlib
import secrets
from dataclasses import dataclass

from asn1crypto import cms, tsp

from signing.evidence.fetching import Fetcher, FetchFailed
from signing.pdf.parsing import PARSE_ERRORS

CONTENT_TYPE = "application/timestamp-query"
DIGEST = "sha256"
TOKEN_BYTES = 10_000  # with the authority's chain; those of VGCA and of public authorities take 2 to 7 kB


class NoTimestamp(Exception):
    """No authority gave a timestamp; says of each why."""


@dataclass(frozen=True, slots=True)
class Token:
    """A timestamp as it is embedded. `authority`: the address that gave it."""

    der: bytes
    authority: str

    @property
    def signed_data(self) -> cms.SignedData:
        return cms.ContentInfo.load(self.der)["content"]


@dataclass(frozen=True, slots=True)
class Authorities:
    """Timestamp authorities in the order of preference, reached only as the fetcher allows."""

    urls: tuple[str, ...]
    fetcher: Fetcher

    @classmethod
    def named(cls, names: str, fetcher: Fetcher) -> "Authorities":
        """`names`: addresses, separated by commas."""
        return cls(tuple(url for part in names.split(",") if (url := part.strip())), fetcher)

    def preferring(self, url: str) -> "Authorities":
        """The same, with the one that answered before in front."""
        return Authorities((url, *(other for other in self.urls if other != url)), self.fetcher)

    def stamp(self, digest: bytes) -> Token:
        """A timestamp over a SHA-256 digest. Raises NoTimestamp."""
        failures = []
        for url in self.urls:
            try:
                return Token(_ask(url, digest, self.fetcher), url)
            except (FetchFailed, NoTimestamp) as error:
                failures.append(str(error))
        raise NoTimestamp("; ".join(failures))


def imprint(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _ask(url: str, digest: bytes, fetcher: Fetcher) -> bytes:
    """The token, once it is known to speak of this digest and to answer this question."""
    nonce = secrets.randbits(63)
    answer = fetcher.post(url, _question(digest, nonce), CONTENT_TYPE)
    try:
        return _token(answer, digest, nonce)
    except PARSE_ERRORS as error:
        raise NoTimestamp(f"{url}: not a timestamp that answers the question") from error


def _question(digest: bytes, nonce: int) -> bytes:
    imprinted = {"hash_algorithm": {"algorithm": DIGEST}, "hashed_message": digest}
    return bytes(
        tsp.TimeStampReq(
            {"version": 1, "message_imprint": imprinted, "nonce": nonce, "cert_req": True}
        ).dump()
    )


def _token(answer: bytes, digest: bytes, nonce: int) -> bytes:
    """Raises ValueError and what parsers raise."""
    response = tsp.TimeStampResp.load(answer)
    status = response["status"]["status"].native
    if status not in ("granted", "granted_with_mods"):
        raise ValueError(f"the authority answered: {status}")
    token = response["time_stamp_token"]
    signed = token["content"]
    if signed["encap_content_info"]["content"].parsed["nonce"].native != nonce:
        raise ValueError("an answer to another question")
    from signing.evidence import timestamps

    speaks_and_stands = timestamps.integrity(signed, lambda algorithm: digest if algorithm == DIGEST else b"")
    if not all(speaks_and_stands):
        raise ValueError("a timestamp over something else, or with a wrong signature")
    der = bytes(token.dump())
    if len(der) > TOKEN_BYTES:
        raise ValueError(f"a token of {len(der)} bytes, more than {TOKEN_BYTES}")
    return der
