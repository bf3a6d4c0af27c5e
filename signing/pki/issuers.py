"""Which certificates at hand may be of a path: those of authorities that stand under an anchor by their keys.

Anybody may put any certificate into a file. The library that goes up the path tries every way there is by
names alone, and keeps one certificate of each issuer and number: a dozen of one name and key would keep it
busy for days, and a copy of an authority's with another content would stand in the way of the real one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice

from asn1crypto import x509

from signing.pki import certificates
from signing.pki.trust import Trust

MAXIMUM_LENGTH = 10  # the longest path in use has five
MOST_OF_ONE_NAME = 50  # that are tried where no authority is the issuer
UNREADABLE = (ValueError, TypeError, KeyError)

ByName = dict[str | None, list[x509.Certificate]]


class Issued:
    """Whether one certificate was issued by the key of another, found once for all signers."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, bytes], bool] = {}

    def __call__(self, above: x509.Certificate, below: x509.Certificate) -> bool:
        key = above.sha256, below.sha256
        if key not in self._known:
            self._known[key] = certificates.issued(above, below)
        return self._known[key]


class Issuers:
    """The certificates that help to build paths. Each is looked at once, however many signers there are."""

    def __init__(self, trust: Trust, found: Iterable[x509.Certificate], issued: Issued) -> None:
        self.trust, self._issued = trust, issued
        given = filter(_can_help, (*trust.intermediates, *found))
        self._certificates = list({one.sha256: one for one in given}.values())
        self._named = _by_names((one.subject.hashable, one) for one in self._certificates)
        self._authorities = self._under_anchors()

    def above(self, certificate: x509.Certificate) -> list[x509.Certificate]:
        """Those that may be of its path, anchors among them. Where it leads to none: of each name one, so
        that the path tells what is wrong."""
        return self._leading(certificate) or self._nearest(certificate)

    def climb(self, certificate: x509.Certificate) -> tuple[x509.Certificate, ...]:
        """As far up as the known certificates lead: above the last one something is missing."""
        found = {certificate.sha256: certificate}
        below = certificate
        while not below.self_issued and len(found) <= MAXIMUM_LENGTH:
            above = next((c for c in self._near(below, found) if self._issued(c, below)), None)
            if above is None:
                break
            found[above.sha256] = below = above
        return tuple(found.values())

    def _under_anchors(self) -> ByName:
        """The anchors, and the authorities that they vouch for. Downwards: only authorities that are real are
        gone on from, so that each of the others is looked at once for each real one of its issuer's name."""
        below = _by_names((_name_of_issuer(one), one) for one in self._certificates if _is_authority(one))
        found: ByName = defaultdict(list)
        waiting, seen = list(filter(_can_help, self.trust.anchors)), set[bytes]()
        for above in waiting:  # which grows meanwhile
            if above.sha256 not in seen:
                seen.add(above.sha256)
                found[above.subject.hashable].append(above)
                waiting += [one for one in below.get(above.subject.hashable, ()) if self._issued(above, one)]
        return found

    def _leading(self, certificate: x509.Certificate) -> list[x509.Certificate]:
        """Those by whose keys it and each of them was issued, up to the anchors."""
        found: dict[bytes, x509.Certificate] = {}
        waiting = [certificate]
        while waiting:
            below = waiting.pop()
            named = self._authorities.get(_name_of_issuer(below), ())
            fresh = {c.sha256: c for c in named if c.sha256 not in found and self._issued(c, below)}
            found |= fresh
            waiting += fresh.values()
        return list(found.values())

    def _nearest(self, certificate: x509.Certificate) -> list[x509.Certificate]:
        """A way up by names, each of them once, and by keys where these are right."""
        found, below, names = list[x509.Certificate](), certificate, set[str | None]()
        while len(found) < MAXIMUM_LENGTH and (name := _name_of_issuer(below)) not in names:
            names.add(name)
            near = list(self._near(below, (certificate.sha256,)))
            if not near:
                break
            below = next((c for c in near if self._issued(c, below)), near[0])
            found.append(below)
            if leading := self._leading(below):
                return [*found, *leading]
        return found

    def _near(self, below: x509.Certificate, but: Collection[bytes]) -> Iterator[x509.Certificate]:
        """Those that may have issued it by their names, the real authorities first."""
        name = _name_of_issuer(below)
        others: Sequence[x509.Certificate] = self._named.get(name, ())
        near = chain(self._authorities.get(name, ()), islice(others, MOST_OF_ONE_NAME))
        return (one for one in near if one.sha256 not in but)


def _by_names(pairs: Iterable[tuple[str | None, x509.Certificate]]) -> ByName:
    named: ByName = defaultdict(list)
    for name, certificate in pairs:
        named[name].append(certificate)
    return named


def _name_of_issuer(certificate: x509.Certificate) -> str | None:
    with suppress(*UNREADABLE):  # one that cannot be read is nobody's
        return str(certificate.issuer.hashable)
    return None


def _is_authority(certificate: x509.Certificate) -> bool:
    """May it issue others? Those of the first versions do not say (RFC 5280, 6.1.4, k)."""
    with suppress(*UNREADABLE):
        return bool(certificate.ca) or certificate["tbs_certificate"]["version"].native != "v3"
    return False


def _can_help(certificate: x509.Certificate) -> bool:
    """Can all be read of it by which it is looked for? One that cannot must not be in the way of others:
    anybody may add a signature that brings such."""
    try:
        _ = certificate.issuer_serial, certificate.subject.hashable
        _ = certificate.public_key.sha1, certificate.key_identifier
    except UNREADABLE:
        return False
    return True
