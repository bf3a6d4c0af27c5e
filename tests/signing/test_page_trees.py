"""Programs must agree on the pages of a signed document, or nothing is concluded."""

from pathlib import Path

import pytest

from signing.keys.references import SigningKey
from signing.validation import validate
from tests.signing import handwritten as by_hand
from tests.signing.handwritten import Written

PAGE = by_hand.base()[3]
BRANCH = b"<</Type/Pages/Parent 2 0 R/Kids[9 0 R]/Count %d>>"


def _signed(key: SigningKey, tree: bytes, more: by_hand.Objects) -> bytes:
    held = by_hand.base() | {2: tree, **more}
    document = by_hand.updated(Written(by_hand.HEAD), held)
    return by_hand.signed(
        key, by_hand.updated(document, by_hand.signing(document.size, by_hand.base()) | dict(more))
    ).data


AGREED: dict[str, tuple[bytes, by_hand.Objects, int]] = {
    "a page": (b"<</Type/Pages/Kids[3 0 R]/Count 1>>", {}, 1),
    "without types": (b"<</Kids[3 0 R]/Count 1>>", {}, 1),
    "a page twice": (b"<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>", {}, 2),
    "a branch": (b"<</Type/Pages/Kids[3 0 R 8 0 R]/Count 2>>", {8: BRANCH % 1, 9: PAGE}, 2),
    "a branch that does not count": (
        b"<</Type/Pages/Kids[3 0 R 8 0 R]/Count 2>>",
        {8: BRANCH.replace(b"/Count %d", b""), 9: PAGE},
        2,
    ),
}
IN_DOUBT: dict[str, tuple[bytes, by_hand.Objects, int | None]] = {
    "one page told of two": (b"<</Type/Pages/Kids[3 0 R 9 0 R]/Count 1>>", {9: PAGE}, 2),
    "none told": (b"<</Type/Pages/Kids[3 0 R]/Count 0>>", {}, 1),
    "no number": (b"<</Type/Pages/Kids[3 0 R]>>", {}, 1),
    "a branch that counts wrongly": (
        b"<</Type/Pages/Kids[3 0 R 8 0 R]/Count 2>>",
        {8: BRANCH % 0, 9: PAGE},
        2,
    ),
    "a page that says to be a branch": (
        b"<</Type/Pages/Kids[3 0 R 9 0 R]/Count 2>>",
        {9: PAGE.replace(b"/Type/Page", b"/Type/Pages")},
        2,
    ),
    "a ring": (b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2>>", {}, 2),
    "a page that is missing": (b"<</Type/Pages/Kids[3 0 R 99 0 R]/Count 2>>", {}, 2),
}


@pytest.mark.parametrize("tree", AGREED)
def test_a_tree_that_agrees(tree: str, key: SigningKey, trust: Path, tmp_path: Path) -> None:
    root, more, pages = AGREED[tree]
    (path := tmp_path / "judged.pdf").write_bytes(_signed(key, root, more))
    report = validate(path, anchors=[trust])
    assert (report.verdict, report.pages) == ("valid", pages)


@pytest.mark.parametrize("tree", IN_DOUBT)
def test_a_tree_that_contradicts_itself(tree: str, key: SigningKey, trust: Path, tmp_path: Path) -> None:
    root, more, pages = IN_DOUBT[tree]
    (path := tmp_path / "judged.pdf").write_bytes(_signed(key, root, more))
    report = validate(path, anchors=[trust])
    assert (report.verdict, report.pages) == ("undetermined", pages)
    (found,) = report.signatures
    assert found.intact, "nobody changed it"
    assert (found.reason and found.reason.code) == "pages-uncertain"
