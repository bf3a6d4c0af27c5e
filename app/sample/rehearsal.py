"""Makes the signed page with which processes that verify rehearse (`signing.validation.warm_up`):

    python -m app.sample.rehearsal

Keys last as long as the program runs. Run it again where the page no longer passes what a verification asks.
"""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf

from app.sample.authority import new_issuer
from signing import pades
from signing.keys.references import open_key
from signing.validation import REHEARSAL, REHEARSED

PASSPHRASE = "in memory only"  # noqa: S105 the key is thrown away


def make(folder: Path, moment: datetime) -> None:
    """A blank page signed at a moment, as `signed.pdf`, and what is trusted under it, as `trust`."""
    issuer = new_issuer(moment)
    issuer.write_trust(folder / "trust", moment)
    with TemporaryDirectory(prefix="banchinh-rehearsal-") as name:
        page, key = Path(name) / "page.pdf", Path(name) / "key.p12"
        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            pdf.save(page)
        key.write_bytes(issuer.bundle(issuer.issue(moment), PASSPHRASE))
        pades.sign(page, folder / "signed.pdf", open_key(f"file:{key}", PASSPHRASE), now=moment)


if __name__ == "__main__":
    make(REHEARSAL, REHEARSED)
