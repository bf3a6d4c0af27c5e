"""How a folder goes that untrusted children wrote into, whatever they made of it."""

import logging
import os
import subprocess
from pathlib import Path

log = logging.getLogger("banchinh.sandbox")

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def remove(folder: Path) -> None:
    """Take a folder away after its children; what cannot be taken away is told in the log and no error: the
    work on the file is done.

    Not by `shutil` or `tempfile`: these hold a descriptor for each folder in a folder, go no deeper than
    Python calls itself, and where they may not delete they change the mode of what a link points to
    (CVE-2023-6597).
    """
    try:
        _empty(folder)
        folder.rmdir()
    except OSError:  # more than we expect of our own children
        _remove_anything(folder)


def _empty(folder: Path) -> None:
    """Of files, and folders of files. Raises OSError where there is more."""
    top = os.open(folder, _FOLDER)
    try:
        for name in _unlinked(top):
            inner = os.open(name, _FOLDER, dir_fd=top)
            try:
                _unlinked(inner)
            finally:
                os.close(inner)
            os.rmdir(name, dir_fd=top)
    finally:
        os.close(top)


def _unlinked(folder: int) -> list[str]:
    """Delete the files of a folder, and name the folders in it."""
    with os.scandir(folder) as entries:
        found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in found:
        if not is_folder:
            os.unlink(name, dir_fd=folder)
    return [name for name, is_folder in found if is_folder]


def _remove_anything(folder: Path) -> None:
    """By programs of the system, which follow no link within and go to any depth."""
    for command in (["rm", "-rf", "--"], ["chmod", "-R", "u+rwX", "--"], ["rm", "-rf", "--"]):
        try:
            subprocess.run([*command, folder], capture_output=True, check=False)  # noqa: S603 our own words
        except OSError as error:
            log.warning("a program is missing", extra={"cause": type(error).__name__})
        if not folder.exists():
            return
    log.warning("a folder of children is left behind")
