"""Version 1.0.4 of the Cloud Signature Consortium API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from signing.cms.mechanisms import Digest
from signing.keys.csc_client import Client, byte_strings, text
from signing.keys.csc_credential import (
    DIGESTS,
    Activation,
    Credential,
    Otp,
    SignOrder,
    algorithm,
    base64_of,
    credential_names,
    described,
    part,
)


@dataclass(frozen=True, slots=True)
class V1:
    """A service of this version."""

    client: Client
    names_digests: ClassVar[bool] = False

    def bearing(self, token: str) -> "V1":
        return V1(replace(self.client, token=token))

    def credentials(self) -> list[str]:
        return credential_names(self.client)

    def credential(self, name: str) -> Credential:
        wanted = {"credentialID": name, "certificates": "chain", "certInfo": True, "authInfo": True}
        values = self.client.ask("credentials/info", wanted).values
        pin, otp = part(values, "PIN"), part(values, "OTP")
        kind: Otp = "none"
        if _wanted(otp):
            kind = "online" if otp.get("type") == "online" else "offline"
        mode = str(values.get("authMode", ""))
        return described(name, values, mode=mode, pin="PIN" if _wanted(pin) else None, otp=(kind, "OTP"))

    def challenge(self, credential: Credential) -> None:
        self.client.ask("credentials/sendOTP", {"credentialID": credential.id})

    def authorize(
        self, credential: Credential, hashes: Sequence[bytes], digest: Digest, given: Activation
    ) -> str:
        del digest
        wanted = {
            "credentialID": credential.id,
            "numSignatures": len(hashes),
            "hash": base64_of(hashes),
            "PIN": given.pin,
            "OTP": given.otp,
        }
        return text(self.client.ask("credentials/authorize", wanted).values, "SAD", "credentials/authorize")

    def extend(self, credential: Credential, hashes: Sequence[bytes], digest: Digest, sad: str) -> str:
        del digest
        wanted = {"credentialID": credential.id, "hash": base64_of(hashes), "SAD": sad}
        method = "credentials/extendTransaction"
        return text(self.client.ask(method, wanted).values, "SAD", method)

    def begin(self, credential: Credential, hashes: Sequence[bytes], order: SignOrder) -> list[bytes]:
        name, parameters = algorithm(credential, order.mechanism)
        wanted = {
            "credentialID": credential.id,
            "SAD": order.sad,
            "hash": base64_of(hashes),
            "hashAlgo": DIGESTS[order.mechanism.digest],
            "signAlgo": name,
            "signAlgoParams": parameters,
        }
        values = self.client.ask("signatures/signHash", wanted).values
        return byte_strings(values, "signatures", "signatures/signHash")

    def fetch(self, request: str) -> None:
        """Nothing comes later in this version."""


def _wanted(secret: Mapping[str, Any]) -> bool:
    """`presence` is a string in version 1: true, false or optional."""
    return str(secret.get("presence", "false")).lower() == "true"
