"""What the record page shows of the standing of what was signed."""

from collections.abc import Mapping
from typing import Any

from app import register
from app.people import Person
from app.ports import Services
from app.records import Record, Status
from app.translations import Language
from app.wording import standing_words
from signing.reports.local_time import VIETNAM


def standing_view(
    services: Services, person: Person, record: Record, language: Language, posted: Mapping[str, str]
) -> dict[str, Any]:
    """The values of standing.html; of a record that is not signed there is nothing to show."""
    if record.status is not Status.SIGNED:
        return {"standing_words": [], "statable": False, "typed": {}, "today": ""}
    last = services.standings.of(record.id)[-1:]
    said = [standing_words(register.statement_json(services, one)) for one in last]
    return {
        "standing_words": [words[language] for words in said if words],
        "statable": register.may_state(services, person, record),
        "typed": {name: posted.get(name, "") for name in ("state", "since", "reason", "replaced_by")},
        "today": services.now().astimezone(VIETNAM).date().isoformat(),
    }
