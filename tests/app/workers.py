"""Real worker processes on a service of their own, and papers for them to read."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from pydantic import SecretStr

from app import recognising
from app.agencies import Agency
from app.people import Person, Role
from app.ports import Services
from app.records import AT_REST, Record
from app.settings import Settings
from tests.app.wired import wired
from tests.servers import sqlite

CLERK = Person("van-thu", "Nguyễn Thị Mẫu", Role.CLERK, "mau", "")
ARCHIVIST = Person("luu-tru", "Lê Văn Thí Dụ", Role.ARCHIVIST, "mau", "")
OFFICIAL = Person("lanh-dao", "Nguyễn Văn Mẫu", Role.OFFICIAL, "mau", "")
STRANGER = Person("nguoi-la", "Phạm Thị Giả Định", Role.CLERK, "khac", "")

_FONTS = ("LiberationSerif-Regular.ttf", "DejaVuSerif.ttf")


@dataclass(frozen=True, slots=True)
class Service:
    """A service on its own data: ports for the test, settings for the workers."""

    services: Services
    settings: Settings
    environment: dict[str, str]

    @contextmanager
    def worker(self) -> Iterator["subprocess.Popen[bytes]"]:
        """A worker process, killed at the end if it still lives."""
        with (self.settings.data / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "app.worker"],
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def log(self) -> str:
        return (self.settings.data / "worker.log").read_text("utf-8")


def serve(folder: Path, environment: dict[str, str]) -> Service:
    """A new service with the settings of `environment`, its data in `folder`."""
    secret = environment.get("BANCHINH_S3_SECRET_KEY", "")
    settings = Settings(
        data=folder,
        database=environment.get("BANCHINH_DATABASE", ""),
        objects=environment.get("BANCHINH_OBJECTS", ""),
        s3_access_key=environment.get("BANCHINH_S3_ACCESS_KEY", ""),
        s3_secret_key=SecretStr(secret),
        workers=2,
    )
    if not settings.database:
        sqlite.migrated(folder / "banchinh.sqlite")
    services = wired(settings)
    if not services.people.list():
        services.agencies.save(Agency("mau", "ỦY BAN NHÂN DÂN XÃ MẪU"))
        for person in (CLERK, ARCHIVIST, OFFICIAL, STRANGER):
            services.people.add(person)
    return Service(services, settings, {**environment, "BANCHINH_DATA": str(folder), "BANCHINH_WORKERS": "2"})


def read(service: Service, record: Record) -> Record:
    """What a worker does, in this process."""
    services, attempt = service.services, record.attempt
    for number in range(1, recognising.start_recognition(services, record.id, attempt) + 1):
        recognising.read_page(services, record.id, attempt, number)
    recognising.finish_recognition(services, record.id, attempt)
    return services.records.get(record.id)


def copied(template: Path, folder: Path) -> Service:
    """A service on a copy of another one's embedded data, so that a test need not read its paper again."""
    shutil.copytree(template, folder)
    return serve(folder, {})


def paper(pages: int, title: str = "QUYẾT ĐỊNH") -> BytesIO:
    """A TIFF of fictional pages, small and quick to read."""
    images = [_page(title, number) for number in range(1, pages + 1)]
    target = BytesIO()
    images[0].save(
        target, "TIFF", save_all=True, append_images=images[1:], compression="group4", dpi=(150, 150)
    )
    target.seek(0)
    return target


def _page(title: str, number: int) -> Image.Image:
    page = Image.new("1", (1240, 600), 1)
    draw = ImageDraw.Draw(page)
    lines = ["ỦY BAN NHÂN DÂN XÃ MẪU", "Số: 15/QĐ-UBND", title, f"Điều {number}. Phê duyệt kế hoạch mẫu"]
    for place, line in enumerate(lines):
        draw.text((120, 80 + 90 * place), line, font=_font(), fill=0)
    return page


def _font() -> ImageFont.FreeTypeFont:
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, 34)
        except OSError:
            continue
    raise RuntimeError(f"none of the fonts {_FONTS} is installed")


def wait_until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.05)


def at_rest(service: Service, record: Record) -> bool:
    return service.services.records.get(record.id).status in AT_REST


def kill(process: "subprocess.Popen[bytes]") -> None:
    """kill -9, as a power cut would."""
    process.send_signal(signal.SIGKILL)
    process.wait()
