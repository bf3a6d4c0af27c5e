"""`serve --sample`: the first start fills an empty service, the second finds all as it was."""

from pathlib import Path

from app import wiring
from app.ports import Services
from app.records import Query, Record
from app.sample.preparation import prepare
from app.sample.records import DOSSIER
from app.settings import Settings


def held(services: Services) -> tuple[Record, ...]:
    return services.records.list(Query(limit=100)).records


def test_two_starts(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    wiring.migrate(settings)
    services = wiring.build(settings)
    prepare(services, settings)
    first = held(services)
    assert len(first) == 14
    assert {record.dossier for record in first} == {DOSSIER}
    assert {record.media_type for record in first} == {"application/pdf", "image/jpeg", "image/tiff"}
    official = services.people.get("official")
    key = official.signing_key or ""
    assert Path(key.removeprefix("file:")).is_file()
    accounts = (tmp_path / "sample-accounts.json").read_bytes()
    prepare(services, settings)
    assert held(services) == first
    assert (tmp_path / "sample-accounts.json").read_bytes() == accounts
