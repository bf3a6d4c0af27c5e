"""Agencies: who receives and issues records. One that was merged names its successor (F4.7), one that was
renamed its names of before: what it issued stays issued under the name of that day (F3.11)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Protocol

from app.administration import ChangedMeanwhile, Deed, Done
from signing.reports.local_time import VIETNAM

LONGEST_NAME = 200  # OrganName (Decree 30/2020, Annex VI)


class AgencyNotFound(LookupError):
    """No such agency."""


class NoMerger(ValueError):
    """An agency cannot become a part of itself, nor of one that has become a part of it."""


class MergerToCome(ValueError):
    """A merger is stated once its day has come."""


class NoRenaming(ValueError):
    """No other name, none of before, or a day on or before that on which the present name began or that has
    not come."""


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that an agency had; `until` is the first day of the one that followed."""

    name: str
    until: date


@dataclass(frozen=True, slots=True)
class Agency:
    """`code` is short and stays; `merged_into` is the code of the successor since `merged_on`. `seal_key`
    refers to the agency's own key (`file:PATH` or `pkcs11:…`) and is never the key. `seal_image`: the digest
    of the image of the seal, which proves nothing. `former`: its names of before, the oldest first."""

    code: str
    name: str
    parent: str | None = None
    merged_into: str | None = None
    merged_on: date | None = None
    seal_key: str | None = None
    seal_image: str | None = None
    former: tuple[FormerName, ...] = ()

    @property
    def named_since(self) -> date | None:
        """The first day of its present name; None where it never had another."""
        return self.former[-1].until if self.former else None

    def name_on(self, day: date) -> str:
        """What it was called on that day."""
        return next((one.name for one in self.former if day < one.until), self.name)


class Agencies(Protocol):
    def save(self, agency: Agency, deeds: Sequence[Done] = ()) -> None:
        """Keep the agency, and what is told of it, together."""
        ...

    def change(self, before: Agency, after: Agency, deeds: Sequence[Done]) -> None:
        """Keep what differs between the two, and nothing else: what others have changed since it was read
        stays. Raises AgencyNotFound, and ChangedMeanwhile where they changed the same."""
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


def names_of(agencies: Agencies, agency: Agency) -> Sequence[str]:
    """The names that a certificate of the agency may have: its own first, then those of before and those of
    its family; a certificate stays good until it is replaced (F3.11)."""
    names = (name for one in (agency, *family(agencies, agency)) for name in _ever(one))
    return list(dict.fromkeys(names))


def _ever(agency: Agency) -> list[str]:
    return [agency.name, *(one.name for one in reversed(agency.former))]


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


def renamed(agency: Agency, name: str, since: date) -> Agency:
    """The agency under its new name. Raises NoRenaming."""
    if not name or name == agency.name or (agency.named_since and since <= agency.named_since):
        raise NoRenaming(agency.code)
    return replace(agency, name=name, former=(*agency.former, FormerName(agency.name, since)))


def state_name(
    agencies: Agencies,
    code: str,
    name: str | None,
    since: date | None,
    actor: str,
    now: datetime,
    *,
    present: str | None = None,
) -> Agency:
    """State that an agency has another name, since today where no day is given; with None, take back its last
    renaming. `present`: the name that whoever states it saw, as a form that is sent twice, or after another
    administrator's, would take back one renaming more.

    Raises AgencyNotFound, NoRenaming, ChangedMeanwhile."""
    agency = agencies.get(code)
    if present is not None and present != agency.name:
        raise ChangedMeanwhile(f"{code}: name")
    if name is None:
        if not agency.former:
            raise NoRenaming(code)
        *kept, last = agency.former
        changed, deed = replace(agency, name=last.name, former=tuple(kept)), Deed.RENAMING_REMOVED
        since = last.until
    else:
        today = now.astimezone(VIETNAM).date()
        since = since or today
        if since > today:
            raise NoRenaming(code)
        changed, deed = renamed(agency, " ".join(name.split())[:LONGEST_NAME], since), Deed.AGENCY_RENAMED
    told = {"before": agency.name, "now": changed.name, "since": since.isoformat()}
    agencies.change(agency, changed, [Done(f"agency:{code}", deed, actor, now, told)])
    return changed
