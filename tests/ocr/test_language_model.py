"""The language model: a proper distribution, the same bytes again, and no say in what is not language."""

import json
import math
import random
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.language.language_file import LanguageFileError
from ocr.language.language_model import CERTAIN, NEUTRAL, LanguageModel, vietnamese
from ocr.language.orthography import TokenKind, mark_changes, spelling_key, tokenise
from ocr.training import count_language

SENTENCES = (
    "Ủy ban nhân dân phường An Lạc tổ chức cuộc họp về tổ dân phố.",
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19/6/2025;",
    "Hội đồng nhân dân phường đã xem xét, quyết định chủ trương đầu tư.",
    "Phòng Nội vụ chủ trì, phối hợp với các cơ quan liên quan tổ chức thực hiện.",
    "Trong thời gian đó, các hộ dân đã nộp đủ hồ sơ theo quy định.",
)
NAMES = ("ông", "Tôn", "Thất", "Khoáng", "và", "bà", "Lò", "Thị", "Tú")
NEUTRAL_WORDS = (
    "15/2022/QĐ-UBND", "1.250.000", "30%", "UBND", "HĐND", "TTr", "III", "VT,", "a)", "(b)", "./.", "–",
    "vanthu@example.vn", "Internet", "Agribank", "09:30", "QĐ-TTg", "eSign",
)  # fmt: skip


def write_sources(folder: Path) -> list[str]:
    """A small generated corpus and lists, as the arguments of the script."""
    texts = folder / "texts"
    texts.mkdir(parents=True)
    chance = random.Random(1)
    for i in range(6):
        lines = [chance.choice(SENTENCES) for _ in range(30)]
        (texts / f"{i}.txt").write_text("\n".join(lines), "utf-8")
    units = [{"FullName": "Tỉnh Đắk Mây", "Wards": [{"FullName": "Xã Krông Lá"}, {"FullName": "Xã Hòa An"}]}]
    (folder / "units.json").write_text(json.dumps(units), "utf-8")
    (folder / "names.txt").write_text("Thu Hà\nMinh Đức\n", "utf-8")
    (folder / "words.txt").write_text("và\ncủa\ntô\ntố\ntờ\nchỉ\nchi\nmạ\n", "utf-8")
    return [
        *("--official", str(texts), "--units", str(folder / "units.json")),
        *("--names", str(folder / "names.txt"), "--word-list", str(folder / "words.txt")),
    ]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> LanguageModel:
    folder = tmp_path_factory.mktemp("language")
    count_language.main([*write_sources(folder), "--out", str(folder / "small.bin")])
    return LanguageModel(folder / "small.bin")


def test_the_script_makes_the_same_bytes_again(tmp_path: Path) -> None:
    made = []
    for name in ("first", "second"):
        count_language.main([*write_sources(tmp_path / name), "--out", str(tmp_path / f"{name}.bin")])
        made.append((tmp_path / f"{name}.bin").read_bytes())
    assert made[0] == made[1]


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LanguageFileError):
        LanguageModel(tmp_path / "none.bin")
    (tmp_path / "bad.bin").write_bytes(b"VNLM0001" + b"\xff" * 40)
    with pytest.raises(LanguageFileError):
        LanguageModel(tmp_path / "bad.bin")


@pytest.mark.parametrize(
    "before", [(), ("dân",), ("nhân", "dân"), ("chữ", "lạ"), ("ngày", "5/6/2025"), ("Phòng", "Nội")]
)
@pytest.mark.parametrize("case", [str.lower, str.capitalize])
def test_probabilities_after_a_context_sum_to_at_most_one(
    small: LanguageModel, before: tuple[str, ...], case: Callable[[str], str]
) -> None:
    total = sum(math.exp(small.logp(case(word), before)) for word in small.words())
    assert 0.3 < total <= 1.0 + 1e-9


def test_probabilities_of_the_shipped_counts_sum_to_at_most_one() -> None:
    model = vietnamese()
    for before in ((), ("nhân", "dân"), ("tổ",), ("quy", "định")):
        assert 0.5 < sum(math.exp(model.logp(word, before)) for word in model.words()) <= 1.0 + 1e-9


def test_cases_of_a_word_sum_to_one(small: LanguageModel) -> None:
    for before in ((), ("dân",), ("Nhân",), ("NHÂN",), ("15",)):
        total = sum(math.exp(small.case_logp(word, before)) for word in ("dân", "Dân", "DÂN"))
        assert total == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("word", NEUTRAL_WORDS)
def test_language_has_no_say_in_what_is_not_a_syllable(word: str) -> None:
    model = vietnamese()
    assert not model.is_judged(word)
    assert model.logp(word, ("nhân", "dân"), ("tỉnh",)) == model.logp(word, ()) == NEUTRAL
    assert model.case_logp(word, ("nhân",)) == 0.0
    assert model.variants(word) == ()
    assert model.doubtful(["nhân", word, "dân"])[1] == CERTAIN


def test_the_place_of_the_tone_and_the_case_make_no_difference() -> None:
    model = vietnamese()
    assert spelling_key("hòa") == spelling_key("hoà") == spelling_key("HOÀ")
    assert model.logp("hoà", ("cộng",)) == model.logp("hòa", ("cộng",)) == model.logp("HÒA", ("CỘNG",))
    assert "hoà" not in model.variants("hòa")


@given(st.lists(st.sampled_from(" ".join(SENTENCES).split()), min_size=1, max_size=12))
def test_composed_and_decomposed_words_are_one(words: list[str]) -> None:
    model = vietnamese()
    decomposed = [unicodedata.normalize("NFD", w) for w in words]
    assert model.doubtful(decomposed) == model.doubtful(words)
    for i, word in enumerate(words):
        assert model.logp(decomposed[i], decomposed[:i], words[i + 1 :]) == model.logp(
            word, words[:i], decomposed[i + 1 :]
        )


@given(st.text(max_size=12), st.lists(st.text(max_size=8), max_size=3))
def test_anything_can_be_asked(word: str, context: list[str]) -> None:
    model = vietnamese()
    assert model.logp(word, context, context) <= 0.0
    assert all(math.isfinite(x) for x in model.doubtful([*context, word]))
    assert all(mark_changes(tokenise(v).key, tokenise(word).key) > 0 for v in model.variants(word))


@pytest.mark.parametrize(
    ("before", "right", "wrong", "after"),
    [
        (["quy", "định", "về"], "tổ", "tô", ["chức", "bộ", "máy"]),
        (["bồi", "thường", "trên"], "địa", "đia", ["bàn"]),
        (["Ủy", "ban", "nhân", "dân"], "tỉnh", "tinh", ["ban", "hành"]),
        (["nhiệm", "vụ"], "chủ", "chú", ["yếu", "sau"]),
        (["sửa", "đổi,"], "bổ", "bộ", ["sung", "một", "số", "điều"]),
        (["Sở", "Kế", "hoạch", "và"], "Đầu", "Dau", ["tư"]),
    ],
)
def test_the_neighbours_tell_the_marks(before: list[str], right: str, wrong: str, after: list[str]) -> None:
    model = vietnamese()
    assert model.logp(right, before, after) > model.logp(wrong, before, after) + 2
    assert model.odds(wrong, before, after) > 2
    assert model.odds(right, before, after) < -2


def test_a_grammatical_unknown_stands_above_a_broken_string() -> None:
    model = vietnamese()
    assert tokenise("nghoèo").kind is TokenKind.SYLLABLE
    assert tokenise("rnột").kind is TokenKind.BROKEN
    assert model.logp("nghoèo", ()) > model.logp("rnột", ())


def test_variants_come_in_the_case_of_the_word() -> None:
    model = vietnamese()
    assert {"tổ", "tố", "to"} <= set(model.variants("tô"))
    assert model.variants("tô")[0] == "tổ"
    assert "Đấu" in model.variants("Dau")
    assert "TỈNH" in model.variants("TINH")


def test_a_name_is_likelier_capitalised() -> None:
    model = vietnamese()
    assert model.case_logp("Ngãi", ["Quảng"]) > model.case_logp("ngãi", ["Quảng"])
    assert model.case_logp("chức", ["tổ"]) > model.case_logp("Chức", ["tổ"])
    assert model.case_logp("DÂN", ["NHÂN"]) > model.case_logp("dân", ["NHÂN"])


def test_a_name_costs_little_although_no_text_has_it() -> None:
    model = vietnamese()
    line = [*["Chủ", "tịch", "Ủy", "ban", "nhân", "dân", "xã", "đã", "mời"], *NAMES, *["đến", "làm", "việc"]]
    assert max(model.doubtful(line)) < 4


def test_a_page_of_words_is_quick() -> None:
    model = vietnamese()
    words = (" ".join(SENTENCES).split() * 100)[:5000]
    model.doubtful(words[:200])
    start = time.process_time()
    for i in range(2, len(words) - 2):
        model.logp(words[i], words[i - 2 : i], words[i + 1 : i + 3])
    assert time.process_time() - start < 0.5
