"""The way out to the network as the settings allow it; light, for commands that need no service."""

from app.settings import BadSetting, Settings
from signing.evidence.evidence_cache import EvidenceCache
from signing.evidence.fetching import Fetcher


def build_fetcher(settings: Settings) -> Fetcher:
    """The one way out for revocation data. Raises BadSetting for a FETCH_ALLOW that names no network."""
    try:
        return Fetcher.allowing(settings.fetch_allow)
    except ValueError as error:
        raise BadSetting(f"BANCHINH_FETCH_ALLOW: {error}") from error


def build_cache(settings: Settings) -> EvidenceCache:
    """What was fetched for verifications lately; nothing in it is trusted."""
    return EvidenceCache(settings.data / "cache" / "fetched")
