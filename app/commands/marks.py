"""The options of `banchinh sign` that say what the visible mark is and where it stands."""

import argparse
import math
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from signing.keys.references import SigningKey
from signing.refusals import SigningRefused

if TYPE_CHECKING:
    from signing.marks.appearance import Appearance, ReadingCode

KINDS = ("none", "person", "agency", "digitiser", "copy", "annex", "code")
CODE_FIELDS = ("dossier", "procedure", "person", "paper")


def add_options(parser: argparse.ArgumentParser) -> None:
    mark = parser.add_argument_group("dấu hiệu nhìn thấy / the visible mark")
    mark.add_argument(
        "--appearance",
        choices=KINDS,
        default="none",
        help="người ký, cơ quan, người số hóa, bản sao, phụ lục, mã QR / whose mark; none by default",
    )
    mark.add_argument(
        "--page",
        type=int,
        metavar="N",
        help="trang đặt dấu hiệu (1; ảnh: trang có tên người ký) / its page (1; images: where the name is)",
    )
    mark.add_argument(
        "--copy",
        choices=("sao-y", "sao-luc", "trich-sao"),
        default="",
        help="hình thức sao / form of the copy",
    )
    mark.add_argument(
        "--number",
        default="",
        metavar="TEXT",
        help="số, ký hiệu của văn bản có phụ lục / document of an annex",
    )
    mark.add_argument(
        "--image",
        type=Path,
        metavar="PNG",
        help="ảnh chữ ký xanh hoặc con dấu đỏ, nền trong suốt, cỡ thật / a blue signature or red seal, "
        "transparent, true size",
    )
    mark.add_argument(
        "--at",
        type=_place,
        metavar="X,Y[,X2,Y2]",
        help="vị trí, mm từ góc trên bên trái, hoặc khung / its place in mm from the top left, or a box",
    )
    mark.add_argument(
        "--scanned-at",
        type=_moment,
        metavar="ISO8601",
        help="thời điểm số hóa, có múi giờ / time of scanning, with its zone",
    )
    mark.add_argument(
        "--code",
        action="append",
        default=[],
        metavar="NAME=TEXT",
        help="dữ liệu mã QR: dossier, procedure, person, paper / what the QR code tells",
    )


def appearance_of(arguments: argparse.Namespace, key: SigningKey) -> "Appearance | None":
    """The mark that the options ask for. Raises SigningRefused."""
    from signing.marks.appearance import Appearance  # heavy

    kind = arguments.appearance
    if kind == "none":
        return None
    return Appearance(
        kind,
        key.holder if kind in ("person", "digitiser") else key.organisation or key.holder,
        arguments.page,
        form=arguments.copy,
        number=arguments.number,
        image=_image(arguments.image) if arguments.image else None,
        at=arguments.at,
        code=_code(arguments.code) if arguments.code else None,
        time=arguments.scanned_at,
    )


def _image(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SigningRefused(
            "image-unfit",
            f"Không đọc được ảnh {path.name}. Hãy kiểm tra đường dẫn sau --image.",
            f"The image {path.name} cannot be read. Check the path after --image.",
        ) from error


def _code(pairs: list[str]) -> "ReadingCode":
    from signing.marks.appearance import ReadingCode  # heavy

    named = dict(pair.partition("=")[::2] for pair in pairs)
    if set(named) - set(CODE_FIELDS):
        raise SigningRefused(
            "code-fields",
            f"Mã QR chỉ gồm {', '.join(CODE_FIELDS)}. Hãy ghi dạng --code dossier=…",
            f"A QR code has the fields {', '.join(CODE_FIELDS)}. Write them as --code dossier=…",
        )
    return ReadingCode(**{name: named.get(name, "") for name in CODE_FIELDS})


def _place(text: str) -> tuple[float, ...]:
    try:
        place = tuple(float(side) for side in text.split(","))
    except ValueError:
        place = ()
    if len(place) not in (2, 4) or not _on_a_page(place) or (len(place) == 4 and not _is_box(place)):
        raise argparse.ArgumentTypeError(
            f"{text!r}: X,Y hay TRÁI,TRÊN,PHẢI,DƯỚI bằng mm / X,Y or LEFT,TOP,RIGHT,BOTTOM in millimetres"
        )
    return place


def _on_a_page(place: tuple[float, ...]) -> bool:
    return all(0 <= side < math.inf for side in place)


def _is_box(place: tuple[float, ...]) -> bool:
    left, top, right, bottom = place
    return left < right and top < bottom


def _moment(text: str) -> datetime:
    moment = None
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
    if moment is None or moment.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"{text!r}: cần ngày, giờ và múi giờ / a date, a time and its time zone: 2026-11-26T08:00+07:00"
        )
    return moment
