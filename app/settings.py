"""Settings: the only reader of the environment."""

import difflib
import os
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

PREFIX = "BANCHINH_"
MEBIBYTE = 1024 * 1024

Positive = Annotated[int, Field(ge=1)]
Duration = Annotated[float, Field(gt=0, allow_inf_nan=False)]
#: Where, at PUBLIC_URL, the holder of a remote key comes back to.
RETURN_PATH = "/signing-return"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _public_url(given: str) -> str:
    """As browsers say it: they compare by the letter. One carries a holder's leave to it, so it is never in
    the open."""
    address = given.strip().lower().rstrip("/")
    refused = ValueError("must be https://HOST or https://HOST:PORT, and nothing after it")
    if not address:
        return ""
    try:
        url = urlsplit(address)
        host, port = url.hostname or "", url.port
    except ValueError:
        raise refused from None
    origin = f"{url.scheme}://[{host}]" if ":" in host else f"{url.scheme}://{host}"
    safe = url.scheme == "https" or (url.scheme == "http" and host in LOOPBACK)
    rebuilt = origin if port is None else f"{origin}:{port}"
    if not (host and host.isascii() and safe and rebuilt == address):
        raise refused
    return origin if port == {"https": 443, "http": 80}[url.scheme] else rebuilt


PublicUrl = Annotated[str, AfterValidator(_public_url)]
LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
    BeforeValidator(lambda value: value.upper() if isinstance(value, str) else value),
]


class BadSetting(ValueError):
    """A setting that does not exist or has a value that it cannot have."""


class Settings(BaseSettings):
    """Every setting with its default; docs/operations.md gives the reason for each."""

    # An empty variable is one that is not set: an empty path would mean the current folder.
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    data: Path = Path("var")
    database: str = ""
    objects: str = ""
    s3_access_key: str = ""
    s3_secret_key: SecretStr = SecretStr("")
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    public_url: PublicUrl = ""  # where browsers and remote signing services reach the service
    trust: Path | None = None
    tsa: str = ""
    fetch_allow: str = ""
    key_passphrase: SecretStr | None = None
    signing_level: Literal["", "B-B", "B-T", "B-LT", "B-LTA"] = ""  # the highest that TSA and TRUST allow
    seal_passphrases: dict[str, SecretStr] = Field(default_factory=dict)  # by the code of an agency
    renewal_months: Positive = 6
    pkcs11_module: str = ""
    csc_token: SecretStr | None = None
    csc_hosts: str = ""  # hosts of remote signing services that accounts and seals may name, by commas
    csc_user: str = ""
    csc_password: SecretStr | None = None
    csc_otp: SecretStr | None = None
    csc_client_id: str = ""
    csc_client_secret: SecretStr | None = None

    upload_bytes: Positive = 200 * MEBIBYTE
    pages: Positive = 500
    page_megapixels: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 120.0
    child_bytes: Positive = 2048 * MEBIBYTE
    page_seconds: Duration = 60.0
    verify_seconds: Duration = 60.0

    workers: Annotated[int, Field(ge=0)] = 0  # pages read at once by a worker process; 0: one for each core
    secure_cookies: bool = False  # True behind HTTPS
    batch_files: Positive = 50
    batch_bytes: Positive = 400 * MEBIBYTE
    public_requests_a_minute: Positive = 30
    sign_in_attempts_a_minute: Positive = 10
    session_hours: Duration = 10.0
    token_days: Duration = 30.0
    log_level: LogLevel = "INFO"

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data.absolute() / 'banchinh.sqlite'}"

    @property
    def objects_url(self) -> str:
        return self.objects or f"file:{self.data.absolute() / 'objects'}"

    @property
    def trust_folder(self) -> Path:
        """What is trusted; the default one need not exist."""
        return self.trust or self.data / "trust"

    def seal_secret(self, agency: str) -> str | None:
        """What opens the key of an agency's seal; None where nothing is needed."""
        secret = self.seal_passphrases.get(agency)
        return secret.get_secret_value() if secret else None

    @property
    def remote_signing_hosts(self) -> frozenset[str]:
        """HOST or HOST:PORT of the remote signing services that the service hands its access to."""
        return frozenset(host.strip().lower() for host in self.csc_hosts.split(",") if host.strip())

    @property
    def pages_at_once(self) -> int:
        return self.workers or os.cpu_count() or 1


def load() -> Settings:
    """Settings from the environment and `.env`, that a service can stand on. Raises BadSetting, which names
    the setting and the mend."""
    settings = read()
    if settings.trust is not None and not settings.trust.exists():
        raise BadSetting(
            f"{PREFIX}TRUST: không có {settings.trust}, hãy tạo hoặc sửa đường dẫn / "
            f"there is no file or folder {settings.trust}; make it or correct the path"
        )
    return settings


def read() -> Settings:
    """As `load`, for a diagnosis: what the settings name need not exist. Raises BadSetting."""
    names = set(os.environ) | set(dotenv_values(".env"))
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(n for n in names if n.startswith(PREFIX) and n not in known):
        close = difflib.get_close_matches(name, known, 1, 0)
        raise BadSetting(
            f"không có thiết lập {name}, có phải {close[0]}? / "
            f"{name} is not a setting; did you mean {close[0]}?"
        )
    try:
        return Settings()
    except SettingsError as error:  # its words may quote the value
        raise BadSetting(
            f"{PREFIX}SEAL_PASSPHRASES: phải là JSON gồm mã cơ quan và mật khẩu / "
            f'must be JSON of agency codes and passphrases: {{"ubnd-mau": "…"}}'
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise BadSetting(
            f"{PREFIX}{str(first['loc'][0]).upper()}: giá trị không dùng được / {first['msg']}"
        ) from error
