"""Version 2 of the Cloud Signature Consortium API: as version 1 with other names, and it may answer later."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from signing import csc_refusals as refusals
from signing.csc_client import Access, Client, Reply, byte_strings, text
from signing.csc_credential import (
    DIGESTS,
    Activation,
    Credential,
    Otp,
    algorithm,
    base64_of,
    credential_names,
    described,
    part,
)
from signing.mechanisms import Digest, Mechanism

VALIDITY_MILLISECONDS = 300_000  # how long a service keeps an answer for us


@dataclass(frozen=True, slots=True)
class V2:
    """A service of this version. `asynchronous`: signatures are asked for, and fetched later (operation
    mode A)."""

    client: Client
    access: Access
    asynchronous: bool

    @classmethod
    def of(cls, client: Client, access: Access, mode: str | None) -> "V2":
        """`mode`: `sync` or `async`, else as the service says that it can."""
        if mode is not None:
            return cls(client, access, mode == "async")
        offered = client.ask("info", {}).values.get("asynchronousOperationMode")
        return cls(client, access, offered is True)

    def credentials(self) -> list[str]:
        return credential_names(self.client)

    def credential(self, name: str) -> Credential:
        wanted = {"credentialID": name, "certificates": "chain", "certInfo": True, "authInfo": True}
        values = self.client.ask("credentials/info", wanted).values
        auth = part(values, "auth")
        objects = [one for one in auth.get("objects") or [] if isinstance(one, dict)]
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
            answer = self.client.ask("credentials/authorizeCheck", {"handle": handle})
            handle = str(answer.values.get("handle") or handle)  # the next one to ask with
            return answer

        return text(self._waited(check).values, "SAD", "credentials/authorizeCheck")

    def extend(self, credential: Credential, hashes: Sequence[bytes], digest: Digest, sad: str) -> str:
        wanted = {
            "credentialID": credential.id,
            "hashes": base64_of(hashes),
            "hashAlgorithmOID": DIGESTS[digest],
            "SAD": sad,
        }
        method = "credentials/extendTransaction"
        return text(self.client.ask(method, wanted).values, "SAD", method)

    def sign(
        self, credential: Credential, hashes: Sequence[bytes], mechanism: Mechanism, sad: str
    ) -> list[bytes]:
        name, parameters = algorithm(credential, mechanism)
        wanted = {
            "credentialID": credential.id,
            "SAD": sad,
            "hashes": base64_of(hashes),
            "hashAlgorithmOID": DIGESTS[mechanism.digest],
            "signAlgo": name,
            "signAlgoParams": parameters,
            "operationMode": "A" if self.asynchronous else "S",
            "validity_period": VALIDITY_MILLISECONDS if self.asynchronous else None,
        }
        values = self.client.ask("signatures/signHash", wanted).values
        if not self.asynchronous:
            return byte_strings(values, "signatures", "signatures/signHash")
        asked = {"requestID": text(values, "responseID", "signatures/signHash")}
        reply = self._waited(lambda: self.client.ask("signatures/signPolling", asked))
        return byte_strings(reply.values, "signatures", "signatures/signPolling")

    def _waited(self, ask: Callable[[], Reply]) -> Reply:
        """The answer, when it is there: the holder of the key may have to confirm first."""
        deadline = time.monotonic() + self.access.wait_seconds
        told = False
        while not (reply := ask()).done:
            if time.monotonic() >= deadline:
                raise refusals.too_late(self.access.wait_seconds)
            if not told:
                self.access.waiting()
                told = True
            time.sleep(self.access.poll_seconds)
        return reply
