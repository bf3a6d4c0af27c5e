"""A whole service behind a test client, with accounts of every role and papers read without a worker."""

import atexit
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app import recognising, workflow
from app.agencies import Agency
from app.asgi import create_app
from app.people import Person, Role
from app.ports import Services
from app.records import Record
from app.sample.authority import OFFICIAL, Issuer, SampleAuthority, create
from app.sample.papers import paper
from app.sample.scans import as_scan
from app.settings import Settings
from tests.app.wired import wired
from tests.servers import sqlite

PASSWORD = "mat-khau-thu-nghiem"
HERE, ELSEWHERE = "xa-mau", "xa-khac"
#: Takes a thousandth of the time that hashes of the service take, for the many tests that only come in.
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

#: By username; who signs has the name that the certificates of the sample authority give.
ACCOUNTS: Mapping[str, tuple[Role, str, str]] = {
    "clerk": (Role.CLERK, HERE, "Lê Văn Thử"),
    "official": (Role.OFFICIAL, HERE, OFFICIAL),
    "archivist": (Role.ARCHIVIST, ELSEWHERE, "Phạm Thị Thí Điểm"),
    "admin": (Role.ADMIN, HERE, "Đỗ Văn Giả Lập"),
    "stranger": (Role.CLERK, ELSEWHERE, "Trần Thị Giả Định"),
}


@dataclass(frozen=True, slots=True)
class Desk:
    """The service, its settings, and clients for it."""

    services: Services
    settings: Settings
    authority: SampleAuthority

    def client(self, **changes: Any) -> TestClient:
        """A client that is nobody yet. `changes` are settings of this one application."""
        settings = self.settings.model_copy(update=changes)
        app = create_app(self.services, settings)
        return TestClient(
            app, base_url="http://testserver", follow_redirects=False, raise_server_exceptions=False
        )

    def program(self, username: str, **changes: Any) -> TestClient:
        """A client with the token of that account."""
        client = self.client(**changes)
        answer = client.post("/api/v1/tokens", json={"username": username, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return client

    def browser(self, username: str, **changes: Any) -> "Browser":
        """A client with the session of that account."""
        client = self.client(**changes)
        answer = client.post("/sign-in", data={"username": username, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return Browser(client)

    def trust(self, issuer: Issuer) -> None:
        """Have the service trust that authority too, of a fresh folder of its own."""
        issuer.write_trust(Path(mkdtemp(dir=self.settings.trust_folder)), datetime.now(UTC))

    def receive(self, username: str = "clerk", data: bytes | None = None) -> Record:
        """A record that nobody has read yet."""
        person = self.services.people.get(username)
        content = decision() if data is None else data
        return workflow.receive(self.services, person, "quyet-dinh.pdf", BytesIO(content)).record

    def read(self, record: Record) -> Record:
        """The same record, read as a worker would."""
        pages = recognising.start_recognition(self.services, record.id, record.attempt)
        for number in range(1, pages + 1):
            recognising.read_page(self.services, record.id, record.attempt, number)
        recognising.finish_recognition(self.services, record.id, record.attempt)
        return self.services.records.get(record.id)


@dataclass(frozen=True, slots=True)
class Browser:
    """A signed-in browser, with the secret that its pages put into their forms."""

    client: TestClient

    def csrf(self) -> str:
        page = self.client.get("/verify").text
        found = re.search(r'name="csrf" (?:content|value)="([^"]+)"', page)
        assert found, page[:500]
        return found[1]

    def submit(self, path: str, values: Mapping[str, str] | None = None) -> Any:
        """Send a form as the page would."""
        return self.client.post(path, data={"csrf": self.csrf(), **(values or {})})


@cache
def decision() -> bytes:
    """A fictional decision of one page, as a scanner gives it."""
    return as_scan(paper("quyet-dinh").pdf_bytes, dpi=200, skew=0.5)


@cache
def _authority() -> SampleAuthority:
    """One authority for all desks of this process: its RSA keys take seconds."""
    folder = Path(mkdtemp(prefix="banchinh-authority-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return create(folder, datetime.now(UTC))


def open_desk(
    folder: Path,
    database: str = "",
    environment: Mapping[str, str] | None = None,
    trust: Path | None = None,
) -> Desk:
    """A service on a database, with its accounts and a fictional authority; S3 as `environment` has it.
    Where `trust` is given, it is trusted in place of that authority."""
    given = environment or {}
    authority = _authority()
    settings = Settings(
        data=folder,
        database=database,
        objects=given.get("BANCHINH_OBJECTS", ""),
        s3_access_key=given.get("BANCHINH_S3_ACCESS_KEY", ""),
        s3_secret_key=SecretStr(given.get("BANCHINH_S3_SECRET_KEY", "")),
        public_requests_a_minute=1000,
        trust=trust or shutil.copytree(authority.trust, folder / "trust", dirs_exist_ok=True),
    )
    if not database:
        sqlite.migrated(folder / "banchinh.sqlite")
    services = wired(settings)
    for code, name in ((HERE, "ỦY BAN NHÂN DÂN XÃ MẪU"), (ELSEWHERE, "ỦY BAN NHÂN DÂN XÃ KHÁC")):
        services.agencies.save(Agency(code, name))
    for username, (role, agency, name) in ACCOUNTS.items():
        key = authority.key_reference if role is Role.OFFICIAL else None
        services.people.add(Person(username, name, role, agency, _HASH, signing_key=key))
    return Desk(services, settings, authority)
