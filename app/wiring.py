"""The composition root: the only place where adapters are built."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sqlalchemy.exc import SQLAlchemyError

from app import jobs
from app.confinement.benches import of_signed_documents
from app.confinement.fork_server import ForkServers
from app.confinement.key_process import KeyProcesses
from app.confinement.sandbox import Sandbox
from app.confinement.sandboxed import SandboxedReader
from app.confinement.sandboxed_pictures import SandboxedPictures
from app.confinement.sandboxed_returns import SandboxedReturns
from app.confinement.sandboxed_signing import SandboxedSigner
from app.confinement.sandboxed_verifying import SandboxedVerifier
from app.database import migrations
from app.database.engine import DatabaseUnavailable, parsed
from app.database.repositories import Repositories, open_repositories
from app.jobs import DurableJobs
from app.outward import build_cache, build_fetcher
from app.ports import Services
from app.settings import BadSetting, Settings
from ocr.limits import Limits
from storage.filesystem import FolderStore
from storage.objects import ObjectStore


def build(settings: Settings, servers: ForkServers | None = None) -> Services:
    """Every adapter that the settings name, in one frozen bundle. `servers`: where several services of one
    process share what their children are forked from."""
    repositories = build_repositories(settings)
    sandbox = Sandbox(settings, servers=servers)
    fetcher, cache = build_fetcher(settings), build_cache(settings)
    benches = of_signed_documents(sandbox)
    return Services(
        records=repositories.records,
        parts=repositories.parts,
        history=repositories.history,
        standings=repositories.standings,
        people=repositories.people,
        sessions=repositories.sessions,
        agencies=repositories.agencies,
        administration=repositories.administration,
        idempotency=repositories.idempotency,
        tickets=repositories.tickets,
        objects=build_objects(settings),
        reader=SandboxedReader(sandbox),
        pictures=SandboxedPictures(benches, settings.verify_seconds),
        batches=repositories.batches,
        awaiting=repositories.awaiting,
        keys=KeyProcesses(sandbox),
        signer=SandboxedSigner(sandbox, fetcher, cache, benches=benches),
        verifier=SandboxedVerifier(sandbox, fetcher, cache=cache, benches=benches),
        returned=SandboxedReturns(benches, settings.verify_seconds),
        jobs=DurableJobs(settings.database_url),
        limits=build_limits(settings),
        now=lambda: datetime.now(UTC),
        seal_secret=settings.seal_secret,
        public_url=settings.public_url,
    )


def build_repositories(settings: Settings) -> Repositories:
    """What the service keeps in its database. Raises BadSetting for a DATABASE that names none."""
    settings.data.mkdir(parents=True, exist_ok=True)
    return open_repositories(_database_url(settings))


def _database_url(settings: Settings) -> str:
    """The URL, once it is known to name a database. Raises BadSetting."""
    try:
        parsed(settings.database_url)
    except ValueError as error:
        raise BadSetting(f"BANCHINH_DATABASE: {error}") from error
    return settings.database_url


def build_limits(settings: Settings) -> Limits:
    return Limits(
        file_bytes=settings.upload_bytes, pages=settings.pages, page_megapixels=settings.page_megapixels
    )


def build_objects(settings: Settings) -> ObjectStore:
    """The store that OBJECTS names: `file:PATH` or `s3://HOST:PORT/BUCKET?secure=0|1`. Raises BadSetting."""
    url = urlsplit(settings.objects_url)
    if url.scheme == "file":
        return FolderStore(Path(settings.objects_url.removeprefix("file:")))
    bucket = url.path.strip("/")
    if url.scheme != "s3" or not url.netloc or not bucket:
        raise BadSetting("BANCHINH_OBJECTS: phải là / must be file:PATH or s3://HOST:PORT/BUCKET?secure=0|1")
    from storage.s3 import S3Store  # heavy, and most services keep their objects in a folder

    try:
        return S3Store(
            endpoint=url.netloc,
            bucket=bucket,
            access_key=settings.s3_access_key,
            secret_key=settings.s3_secret_key.get_secret_value(),
            secure=parse_qs(url.query).get("secure", ["1"])[0] != "0",
        )
    except ValueError as error:
        raise BadSetting(f"BANCHINH_OBJECTS: {error}") from error


def migrate(settings: Settings) -> None:
    """Bring the database to the present shape."""
    settings.data.mkdir(parents=True, exist_ok=True)
    url = _database_url(settings)
    migrations.migrate(url)
    try:
        jobs.migrate(url)
    except SQLAlchemyError as error:  # the job engine opens the database by itself
        raise DatabaseUnavailable("the database does not do its work; see BANCHINH_DATABASE") from error


def pending(settings: Settings) -> bool:
    """Whether the database is not in the present shape."""
    return migrations.pending(_database_url(settings))
