"""Folders of text sources about places and people that do not exist, and the fonts that set-up installs."""

import json
from pathlib import Path

from ocr.training.fonts import Fonts, find_fonts
from ocr.training.sources import Sources, read_sources
from tests.ocr.drawing import FONTS, PARAGRAPHS


def fictional(folder: Path) -> Sources:
    """Sources as `ocr.training.sources` takes them."""
    texts, lists = written(folder)
    return read_sources(texts, lists)


def written(folder: Path) -> tuple[Path, Path]:
    texts, lists = folder / "texts", folder / "lists"
    texts.mkdir()
    lists.mkdir()
    write(texts / "notice.txt", "\n".join(PARAGRAPHS))
    law = {"articles": [{"title": "Điều 1. Phạm vi điều chỉnh của quy chế mẫu", "text": ["Ngắn", "12"]}]}
    write(texts / "rules.json", json.dumps(law, ensure_ascii=False))
    write(lists / "vie.wordlist", "và\ncủa\nkhuỷu\nngoằn\n日本\n")
    units = [{"Code": "01", "FullName": "Tỉnh Mẫu Đơn", "Wards": [{"Code": "02", "FullName": "Xã Suối Mẫu"}]}]
    write(lists / "vn_units_2025.json", json.dumps(units, ensure_ascii=False))
    write(lists / "boy.txt", "Mẫu\nAn Khang\n")
    write(lists / "girl.txt", "Phương Mẫu\n")
    return texts, lists


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def fonts() -> Fonts:
    return find_fonts([FONTS])
