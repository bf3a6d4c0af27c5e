"""What the two versions of the Cloud Signature Consortium API have in common: keys at a service, what
activates them, and the names of algorithms."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from asn1crypto import algos, x509

from signing.cms.mechanisms import Digest, Mechanism
from signing.identity import readable
from signing.keys import csc_refusals as refusals
from signing.keys.csc_client import Client, byte_strings
from signing.keys.signing_key import Later

DIGESTS: dict[Digest, str] = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
RSA, PSS = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"
RSA_WITH: dict[Digest, str] = {
    "sha256": "1.2.840.113549.1.1.11",
    "sha384": "1.2.840.113549.1.1.12",
    "sha512": "1.2.840.113549.1.1.13",
}
ECDSA_WITH: dict[Digest, str] = {
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}
EC_PUBLIC_KEY = "1.2.840.10045.2.1"  # some services name the key, not the algorithm
Otp = Literal["none", "offline", "online"]


@dataclass(frozen=True, slots=True)
class Credential:
    """A key at the service, as it describes it. `most`: signatures under one authorisation. `pin_id` and
    `otp_id`: what the service calls the two. `by_page`: its holder gives leave on the service's own page
    (`oauth2code`). `bound`: leave is for stated hashes alone (SCAL 2)."""

    id: str
    certificates: tuple[x509.Certificate, ...]
    algorithms: tuple[str, ...]
    pin: bool
    otp: Otp
    most: int
    pin_id: str = "PIN"
    otp_id: str = "OTP"
    by_page: bool = False
    bound: bool = False


@dataclass(frozen=True, slots=True)
class Activation:
    """What the holder of a key gives to let it sign."""

    pin: str | None = field(default=None, repr=False)
    otp: str | None = field(default=None, repr=False)


class Version(Protocol):
    """What differs between the versions. All raise RemoteFailed."""

    @property
    def names_digests(self) -> bool:
        """Whether it is told the algorithm of hashes before they are signed."""
        ...

    def bearing(self, token: str) -> "Version":
        """The same service, asked with this token."""
        ...

    def credentials(self) -> list[str]: ...

    def credential(self, name: str) -> Credential: ...

    def challenge(self, credential: Credential) -> None:
        """Have a one-time password sent to the holder."""
        ...

    def authorize(
        self, credential: Credential, hashes: Sequence[bytes], digest: Digest, given: Activation
    ) -> str:
        """Leave to sign as many hashes as there are: the signature activation data (SAD)."""
        ...

    def extend(self, credential: Credential, hashes: Sequence[bytes], digest: Digest, sad: str) -> str:
        """The activation data for the next hashes under the same leave."""
        ...

    def begin(
        self, credential: Credential, hashes: Sequence[bytes], order: "SignOrder"
    ) -> list[bytes] | Later:
        """The values, in the order of the hashes; or they come later."""
        ...

    def fetch(self, request: str) -> list[bytes] | None:
        """The values of what is `Later`; None where they are not there yet."""
        ...


@dataclass(frozen=True, slots=True)
class SignOrder:
    """How hashes are to be signed. `sad`: None where the token of the request is the leave. `notice`: an
    address that the service may call when values that come later are there."""

    mechanism: Mechanism
    sad: str | None = field(repr=False)
    notice: str | None = field(default=None, repr=False)


def credential_names(client: Client) -> list[str]:
    values = client.ask("credentials/list", {}).values.get("credentialIDs")
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise refusals.strange_answer("credentials/list")
    return values


def described(
    name: str, values: Mapping[str, Any], *, mode: str, pin: str | None, otp: tuple[Otp, str]
) -> Credential:
    """`pin` and `otp`: what the service calls them. Raises RemoteFailed for what cannot be used."""
    key = part(values, "key")
    if key.get("status") != "enabled":
        raise refusals.disabled()
    certified = part(values, "cert")
    if str(certified.get("status", "valid")) in ("expired", "revoked", "suspended"):
        raise refusals.certificate_not_good(str(certified["status"]))
    try:
        found = list(map(x509.Certificate.load, byte_strings(certified, "certificates", "credentials/info")))
    except ValueError:
        raise refusals.strange_answer("credentials/info") from None
    most, listed = values.get("multisign", 1), key.get("algo")
    if not found or not all(map(readable, found)) or not isinstance(most, int) or most < 1:
        raise refusals.strange_answer("credentials/info")
    algorithms = tuple(str(one) for one in listed) if isinstance(listed, list) else ()
    return Credential(
        name,
        tuple(found),
        algorithms,
        pin is not None,
        otp[0],
        most,
        pin or "PIN",
        otp[1],
        by_page=mode == "oauth2code",
        bound=str(values.get("SCAL", "1")) == "2",
    )


def part(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = values.get(name)
    return part if isinstance(part, dict) else {}


def algorithm(credential: Credential, mechanism: Mechanism) -> tuple[str, str | None]:
    """Which of the service's algorithms makes such values, and its parameters. Raises RemoteFailed."""
    if mechanism.scheme == "rsassa_pss":
        parameters = {
            "hash_algorithm": {"algorithm": mechanism.digest},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": mechanism.digest}},
            "salt_length": mechanism.digest_size,
        }
        candidates, der = [PSS], bytes(algos.RSASSAPSSParams(parameters).dump())
    else:
        with_digest, alone = (ECDSA_WITH, EC_PUBLIC_KEY) if mechanism.scheme == "ecdsa" else (RSA_WITH, RSA)
        candidates, der = [with_digest[mechanism.digest], alone], b""
    chosen = next((one for one in candidates if one in credential.algorithms), None)
    if chosen is None:
        raise refusals.no_algorithm()
    return chosen, base64.b64encode(der).decode() if der else None


def base64_of(hashes: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in hashes]
