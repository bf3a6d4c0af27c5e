"""Settings: the only reader of the environment."""

import difflib
import os
from pathlib import Path

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "BANCHINH_"
MEBIBYTE = 1024 * 1024


class BadSetting(ValueError):
    """A setting that does not exist or has a value that it cannot have."""


class Settings(BaseSettings):
    """Every setting with its default; docs/operations.md gives the reason for each."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    data: Path = Path("var")
    database: str = ""
    objects: str = ""
    s3_access_key: str = ""
    s3_secret_key: SecretStr = SecretStr("")
    host: str = "127.0.0.1"
    port: int = 8000
    trust: Path | None = None
    tsa: str = ""
    fetch_allow: str = ""
    key_passphrase: SecretStr | None = None

    upload_bytes: int = 200 * MEBIBYTE
    pages: int = 500
    page_megapixels: float = 120.0
    child_bytes: int = 2048 * MEBIBYTE
    page_seconds: float = 60.0
    verify_seconds: float = 60.0

    workers: int = 0  # pages read at once by a worker process; 0: one for each core
    secure_cookies: bool = False  # True behind HTTPS
    public_requests_a_minute: int = 30
    sign_in_attempts_a_minute: int = 10
    session_hours: float = 10.0
    token_days: float = 30.0
    log_level: str = "INFO"

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data.absolute() / 'banchinh.sqlite'}"

    @property
    def objects_url(self) -> str:
        return self.objects or f"file:{self.data.absolute() / 'objects'}"

    @property
    def pages_at_once(self) -> int:
        return self.workers or os.cpu_count() or 1


def load() -> Settings:
    """Settings from the environment and `.env`. Raises BadSetting, which names the setting and the mend."""
    names = set(os.environ) | set(dotenv_values(".env"))
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(n for n in names if n.startswith(PREFIX) and n not in known):
        close = difflib.get_close_matches(name, known, 1, 0)
        raise BadSetting(f"{name} is not a setting; did you mean {close[0]}?")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        raise BadSetting(f"{PREFIX}{str(first['loc'][0]).upper()}: {first['msg']}") from error
