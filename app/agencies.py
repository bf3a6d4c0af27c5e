"""Agencies: who receives and issues records; an agency that was merged names its successor (F4.7)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Protocol

from app.administration import Deed, Done
from signing.summary import VIETNAM


class AgencyNotFound(LookupError):
    """No such agency."""


class NoMerger(ValueError):
    """An agency cannot become a part of itself, nor of one that has become a part of it."""


class MergerToCome(ValueError):
    """A merger is stated once its day has come."""


@dataclass(frozen=True, slots=True)
class Agency:
    """`code` is short and stays; `merged_into` is the code of the successor since `merged_on`. `seal_key`
    refers to the agency's own key (`file:PATH` or `pkcs11:…`) and is never the key. `seal_image`: the digest
    of the image of the seal, which proves nothing."""

    code: str
    name: str
    parent: str | None = None
    merged_into: str | None = None
    merged_on: date | None = None
    seal_key: str | None = None
    seal_image: str | None = None


class Agencies(Protocol):
    def save(self, agency: Agency, deeds: Sequence[Done] = ()) -> None:
        """Keep the agency, and what is told of it, together."""
        ...

    def change(self, before: Agency, after: Agency, deeds: Sequence[Done]) -> None:
        """Keep what differs between the two, and nothing else: what others have changed since it was read
        stays. Raises AgencyNotFound."""
        ...

    def set_image(self, code: str, digest: str | None, deeds: Sequence[Done]) -> None:
        """Set the image of the seal, and nothing else. Raises AgencyNotFound."""
        ...

    def get(self, code: str) -> Agency:
        """Raises AgencyNotFound."""
        ...

    def list(self) -> Sequence[Agency]: ...


def named(agencies: Agencies, code: str) -> Agency:
    """The agency of this code; where nobody knows it any more, its code is its name."""
    try:
        return agencies.get(code)
    except AgencyNotFound:
        return Agency(code, code)


def heirs(agencies: Agencies, agency: Agency) -> Sequence[Agency]:
    """The agencies of which this one has become a part, the present one last: mergers may follow one another
    (F4.7)."""
    return _followed(agency, partial(named, agencies))


def _followed(agency: Agency, get: Callable[[str], Agency]) -> list[Agency]:
    found: list[Agency] = []
    seen, present = {agency.code}, agency
    while present.merged_into and present.merged_into not in seen:
        present = get(present.merged_into)
        seen.add(present.code)
        found.append(present)
    return found


def family(agencies: Agencies, agency: Agency) -> Sequence[Agency]:
    """The agencies that have become a part of this one, and those of which it has: certificates keep an older
    name after a merger, or have the newer one already (F3.11)."""
    known = {one.code: one for one in agencies.list()}  # read once: a country has thousands

    def get(code: str) -> Agency:
        return known.get(code) or Agency(code, code)

    parts = [one for one in known.values() if agency.code in {heir.code for heir in _followed(one, get)}]
    return [*parts, *_followed(agency, get)]


def merged(agencies: Agencies, agency: Agency, successor: Agency, since: date) -> Agency:
    """The agency as a part of its successor. What it issued stays issued by it (F3.11). Raises NoMerger."""
    if agency.code in {one.code for one in (successor, *heirs(agencies, successor))}:
        raise NoMerger(f"{agency.code}: {successor.code}")
    return replace(agency, merged_into=successor.code, merged_on=since)


def confirm_day(since: date | None, now: datetime) -> date:
    """The day of a merger, today where none is given. Raises MergerToCome."""
    today = now.astimezone(VIETNAM).date()
    if since is not None and since > today:
        raise MergerToCome(since.isoformat())
    return since or today


def state_merger(
    agencies: Agencies, code: str, into: str | None, since: date | None, actor: str, now: datetime
) -> Agency:
    """State that an agency became a part of `into`, today where no day is given; with None, take back what
    was stated. Raises AgencyNotFound, NoMerger, MergerToCome."""
    agency = agencies.get(code)
    if into is None:
        changed, deed = replace(agency, merged_into=None, merged_on=None), Deed.MERGER_REMOVED
        told = {"into": agency.merged_into}
    else:
        day = confirm_day(since, now)
        changed, deed = merged(agencies, agency, agencies.get(into), day), Deed.AGENCY_MERGED
        told = {"into": into, "since": day.isoformat()}
    if changed != agency:
        agencies.change(agency, changed, [Done(f"agency:{code}", deed, actor, now, told)])
    return changed
