"""Version 2 of the Cloud Signature Consortium API: as version 1 with other names, and it may answer later."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from signing.cms.mechanisms import Digest
from signing.keys.csc_client import Access, Client, Reply, byte_strings, text, waited
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
from signing.keys.signing_key import Later

#: How long a service keeps an answer for us: a holder may confirm late, and a service that was stopped
#: starts.
VALIDITY_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class V2:
    """A service of this version. `asynchronous`: signatures are asked for, and fetched later (operation
    mode A)."""

    client: Client
    access: Access
    asynchronous: bool
    names_digests: ClassVar[bool] = True

    @classmethod
    def of(cls, client: Client, access: Access, mode: str | None) -> "V2":
        """`mode`: `sync` or `async`, else as the service says that it can."""
        if mode is not None:
            return cls(client, access, mode == "async")
        offered = client.ask("info", {}).values.get("asynchronousOperationMode")
        return cls(client, access, offered is True)

    def bearing(self, token: str) -> "V2":
        return replace(self, client=replace(self.client, token=token))

    def credentials(self) -> list[str]:
        return credential_names(self.client)

    def credential(self, name: str) -> Credential:
        wanted = {"credentialID": name, "certificates": "chain", "certInfo": True, "authInfo": True}
        values = self.client.ask("credentials/info", wanted).values
        auth = part(values, "auth")
        listed = auth.get("objects")
        objects = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        secrets = [str(one.get("id", "PIN")) for one in objects if one.get("type") == "Password"]
        once = [one for one in objects if one.get("type") != "Password"]
        otp: tuple[Otp, str] = ("none", "OTP")
        if once:
            asked = next((one for one in once if one.get("type") == "ChallengeResponse"), None)
            otp = ("online" if asked else "offline", str((asked or once[0]).get("id", "OTP")))
        mode = str(auth.get("mode", ""))
        return described(name, values, mode=mode, pin=secrets[0] if secrets else None, otp=otp)

    def challenge(self, credential: Credential) -> None:
        wanted = {"credentialID": credential.id, "authObjectID": credential.otp_id}
        self.client.ask("credentials/getChallenge", wanted)

    def authorize(
        self, credential: Credential, hashes: Sequence[bytes], digest: Digest, given: Activation
    ) -> str:
        pairs = ((credential.pin_id, given.pin), (credential.otp_id, given.otp))
        wanted = {
            "credentialID": credential.id,
            "numSignatures": len(hashes),
            "hashes": base64_of(hashes),
            "hashAlgorithmOID": DIGESTS[digest],
            "authData": [{"id": name, "value": value} for name, value in pairs if value is not None] or None,
        }
        reply = self.client.ask("credentials/authorize", wanted)
        if reply.done:
            return text(reply.values, "SAD", "credentials/authorize")
        handle = text(reply.values, "handle", "credentials/authorize")

        def check() -> Reply:
            nonlocal handle
            answer = self.client.poll("credentials/authorizeCheck", {"handle": handle})
            handle = str(answer.values.get("handle") or handle)  # the next one to ask with
            return answer

        return text(waited(self.access, check).values, "SAD", "credentials/authorizeCheck")

    def extend(self, credential: Credential, hashes: Sequence[bytes], digest: Digest, sad: str) -> str:
        wanted = {
            "credentialID": credential.id,
            "hashes": base64_of(hashes),
            "hashAlgorithmOID": DIGESTS[digest],
            "SAD": sad,
        }
        method = "credentials/extendTransaction"
        return text(self.client.ask(method, wanted).values, "SAD", method)

    def begin(self, credential: Credential, hashes: Sequence[bytes], order: SignOrder) -> list[bytes] | Later:
        name, parameters = algorithm(credential, order.mechanism)
        wanted = {
            "credentialID": credential.id,
            "SAD": order.sad,
            "hashes": base64_of(hashes),
            "hashAlgorithmOID": DIGESTS[order.mechanism.digest],
            "signAlgo": name,
            "signAlgoParams": parameters,
            "operationMode": "A" if self.asynchronous else "S",
            "validity_period": VALIDITY_SECONDS * 1000 if self.asynchronous else None,
            "response_uri": order.notice if self.asynchronous else None,
        }
        values = self.client.ask("signatures/signHash", wanted).values
        if not self.asynchronous:
            return byte_strings(values, "signatures", "signatures/signHash")
        return Later(text(values, "responseID", "signatures/signHash"), len(hashes))

    def fetch(self, request: str) -> list[bytes] | None:
        reply = self.client.poll("signatures/signPolling", {"requestID": request})
        return byte_strings(reply.values, "signatures", "signatures/signPolling") if reply.done else None
