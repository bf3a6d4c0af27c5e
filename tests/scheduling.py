"""How the files of tests are dealt to the processes of one run: each file whole, and the longest first.

What a file makes once, by a fixture of its module or a cached function, is then made once; dealt test by
test, each process made it anew. All that a browser does is one unit: two browsers at once slow each other
down on two cores, and what waits for a page waits longer than it should. xdist has `--dist loadgroup` for
this, which takes the groups from the names of the tests; under pytest 9.2 nothing gets into the names any
more, and it groups nothing, without a word (pytest-dev/pytest-xdist#1386).
"""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

#: Files that take long, by the seconds of a processor that they took when this was last measured: begun late
#: they keep one process busy while the others are done. The others count by their number of tests.
LONG: Mapping[str, float] = {
    "tests/e2e": 350,
    "tests/app/test_batch_kills.py": 60,
    "tests/ocr/test_reading.py": 42,
    "tests/app/test_digitise.py": 40,
    "tests/app/test_jobs.py": 35,
    "tests/ocr/test_real_pages.py": 32,
    "tests/ocr/test_stamps.py": 25,
    "tests/app/test_levels.py": 22,
    "tests/app/api/test_signing_batches.py": 21,
    "tests/app/commands/test_serve.py": 20,
    "tests/signing/test_odd_values.py": 18,
    "tests/signing/test_every_way.py": 18,
    "tests/app/api/test_records.py": 17,
    "tests/ocr/test_viewing_copies.py": 16,
    "tests/ocr/test_sheet.py": 15,
    "tests/ocr/test_faint.py": 15,
    "tests/signing/test_remote.py": 15,
    "tests/app/api/test_marks.py": 15,
    "tests/ocr/test_annotations.py": 14,
    "tests/ocr/test_engine.py": 14,
    "tests/ocr/test_unread_ink.py": 12,
    "tests/ocr/test_stretched.py": 12,
    "tests/signing/test_mutations.py": 12,
}
#: Of one test of another file.
_USUAL_SECONDS = 0.2
_BROWSER = "tests/e2e"


def unit(nodeid: str) -> str:
    """What of the tests goes to one process together: a file, and all that a browser does."""
    file = nodeid.split("::", 1)[0]
    return _BROWSER if PurePosixPath(file).is_relative_to(_BROWSER) else file


def longest_first(items: list[pytest.Item]) -> None:
    """Put the units into the order in which they are to begin; the tests of each stay in their order."""
    seconds: dict[str, float] = {}
    for item in items:
        seconds[unit(item.nodeid)] = seconds.get(unit(item.nodeid), 0.0) + _USUAL_SECONDS
    seconds |= {name: LONG[name] for name in seconds if name in LONG}
    items.sort(key=lambda item: (-seconds[unit(item.nodeid)], unit(item.nodeid)))


class WholeFiles(LoadFileScheduling):
    """Deals the units in the order of the collection."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # by their number of tests

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):  # where one process runs all, it runs them as they are listed
        longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WholeFiles:
    return WholeFiles(config, log)
