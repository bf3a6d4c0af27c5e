"""The catalogue of paper kinds is complete and means one thing."""

import ast
from collections import Counter
from pathlib import Path

import ocr
from ocr.fields.forms import FORMS
from ocr.kinds.catalogue import catalogue, kind_of_symbol
from ocr.language.writing import fold_letters

#: Decree 30/2020 Article 7 and Annex III, công văn and thư công included, then the three kinds of copies.
DECREE_30 = {
    "NQ",
    "QĐ",
    "CT",
    "QC",
    "QyĐ",
    "TC",
    "TB",
    "HD",
    "CTr",
    "KH",
    "PA",
    "ĐA",
    "DA",
    "BC",
    "BB",
    "TTr",
    "HĐ",
    "CV",
    "CĐ",
    "BGN",
    "BTT",
    "GUQ",
    "GM",
    "GGT",
    "GNP",
    "PG",
    "PC",
    "PB",
    "thu-cong",
    "SY",
    "TrS",
    "SL",
}
CIVIL = {
    "giay-khai-sinh",
    "giay-chung-nhan-ket-hon",
    "giay-bao-tu",
    "trich-luc-khai-tu",
    "giay-xac-nhan-tinh-trang-hon-nhan",
    "can-cuoc",
    "chung-minh-nhan-dan",
    "ho-chieu",
    "giay-chung-nhan-quyen-su-dung-dat",
    "giay-phep-lai-xe",
    "phieu-ly-lich-tu-phap",
    "giay-chung-nhan-dang-ky-doanh-nghiep",
    "giay-chung-nhan-dang-ky-ho-kinh-doanh",
    "giay-phep-xay-dung",
    "bang-tot-nghiep",
    "so-ho-khau",
    "to-khai",
    "giay-chung-thuc-ban-sao",
}


def test_every_kind_of_the_decree_and_of_the_desk_is_there() -> None:
    groups = {
        group: {k.code for k in catalogue().values() if k.group == group}
        for group in ("administrative", "civil", "other")
    }
    assert groups == {"administrative": DECREE_30, "civil": CIVIL, "other": {"other", "unknown"}}


def test_no_module_names_a_kind_that_the_catalogue_describes() -> None:
    modules = Path(ocr.__file__).parent.rglob("*.py")
    texts = {
        (path.name, node.value)
        for path in modules
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert [found for found in texts if found[1] in CIVIL] == []


def test_what_certifies_a_copy_may_stand_on_papers_of_every_kind() -> None:
    certifying = {kind.code for kind in catalogue().values() if kind.certifies}
    assert certifying == {"SY", "TrS", "SL", "giay-chung-thuc-ban-sao"}


def test_every_kind_has_a_name_in_both_languages() -> None:
    assert all(kind.name and kind.name_en for kind in catalogue().values())


def test_no_two_kinds_share_a_title_or_a_symbol() -> None:
    titles = Counter(fold_letters(title) for kind in catalogue().values() for title in kind.titles)
    symbols = Counter(symbol for kind in catalogue().values() for symbol in kind.symbols)
    assert [t for t, n in titles.items() if n > 1] == []
    assert [s for s, n in symbols.items() if n > 1] == []


def test_every_field_has_labels_and_a_known_form() -> None:
    for kind in catalogue().values():
        for name, spec in kind.fields.items():
            assert spec.labels or not spec.listed, (kind.code, name)
            assert spec.form in FORMS, (kind.code, name)


def test_a_symbol_speaks_for_its_kind() -> None:
    spoken = {s: (kind_of_symbol(s) or catalogue()["unknown"]).code for s in SYMBOLS}
    assert spoken == SYMBOLS


SYMBOLS = {
    "CT-UBND": "CT",
    "TTr-UBND": "TTr",
    "QĐ-UBND": "QĐ",
    "UBND-KTTH": "unknown",
    "BNV-VP": "unknown",
    "TLKT-BS": "trich-luc-khai-tu",
    "GPXD": "giay-phep-xay-dung",
}
