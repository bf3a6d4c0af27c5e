"""The first sentence of a report: one of five verdicts, in words that accuse nobody."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from signing import policies
from signing.reports import local_time
from signing.reports.notes import note
from signing.reports.plain_text import shown
from signing.reports.questions import VALUE_UNREAD
from signing.reports.report import Indication, Integrity, Note, Report, SignatureReport, Text, Verdict

UNSIGNED = Text(
    "Tệp này không có chữ ký số. Chữ ký, con dấu nhìn thấy trên hình không kiểm được bằng máy.",
    "No signature: this file carries no digital signature. "
    "Handwritten signatures and seals seen in the picture cannot be checked by machine.",
)
STAMPED = Text(
    "Văn bản chỉ có dấu thời gian, không có chữ ký của ai.",
    "The document has only timestamps and nobody's signature.",
)
LIKELY_CAUSES = Text(
    "Nguyên nhân có thể là tệp được lưu lại, in thành PDF hoặc đi qua cổng thư; "
    "hãy xin lại tệp trực tiếp từ nơi phát hành.",
    "The cause may be a re-save, a print to PDF or a mail gateway; ask the issuer for the file again.",
)

STRAY = Text(
    "Không hợp lệ: tệp có dấu thời gian không thuộc văn bản này. Nội dung đã ký không đổi.",
    "Invalid: a timestamp in the file does not belong to this document. What is signed did not change.",
)
LATER = Text(
    "Sau đó có thêm chữ ký hoặc dấu thời gian, nội dung không đổi.",
    "Signatures or timestamps were added later; the content did not change.",
)
NOTHING = Text("", "")
#: The value of the signature is damaged; that says nothing of the document.
VALUE_DAMAGED = VALUE_UNREAD | {"signature-failure"}
ALTERED = ("FORMAT_FAILURE", "HASH_FAILURE")
#: How an invalid one is told; by the code of the cause, where it is not that the content differs.
DIFFERS = Text(
    "Không hợp lệ: nội dung đã khác so với lúc ký.", "Invalid: the document differs from what was signed."
)
DAMAGED = Text("Không hợp lệ: có chữ ký bị hỏng.", "Invalid: a signature is damaged.")
UNCOVERED = Text(
    "Không hợp lệ: chữ ký không bao trùm hết tệp.", "Invalid: the signature does not cover the whole file."
)
CUT_SHORT = Text("Không hợp lệ: tệp thiếu phần cuối.", "Invalid: the end of the file is missing.")
TWO_VALUES = Text("Không hợp lệ: tệp tự mâu thuẫn.", "Invalid: the file contradicts itself.")
HEADS = {
    **dict.fromkeys(VALUE_DAMAGED, DAMAGED),
    **dict.fromkeys(("not-covered", "byte-range", "contents-elsewhere", "gap-filled"), UNCOVERED),
    "entry-twice": TWO_VALUES,
    "cut-short": CUT_SHORT,
}
FARED: dict[Indication, Text] = {
    "TOTAL-PASSED": Text("đạt", "passed"),
    "TOTAL-FAILED": Text("không đạt", "failed"),
    "INDETERMINATE": Text("chưa rõ", "is open"),
}
#: Changes that are allowed and that a reader must know, in this order.
READ_BY_PEOPLE = (
    *("form-filled", "value-shown-otherwise", "value-drawn-otherwise", "value-not-compared"),
    *("comment-added", "comment-changed", "title-changed"),
)
ADDED = {"later-signature", "later-timestamp"}
STORED = "validation-data"  # nobody signed by it; the note of it is the sentence
MAXIMUM_TOLD = 6  # signatures in one sentence


def verdict_of(signatures: Sequence[SignatureReport]) -> Verdict:
    """All must pass; one that fails decides, then one that is open."""
    if not signatures:
        return "unsigned"
    indications = {s.indication for s in signatures}
    if "TOTAL-FAILED" in indications:
        return "invalid"
    if "INDETERMINATE" in indications or not any(s.level != "DocTimeStamp" for s in signatures):
        return "undetermined"
    return "valid"


def unreadable(sha256: str, code: str, checked_at: datetime) -> Report:
    """The report on a file that could not be read; also for who had to stop the reading."""
    problem = note(code)
    return Report(
        verdict="unreadable",
        summary=Text(
            f"Không đọc được tệp nên chưa kiểm tra được. {problem.text.vi}",
            f"The file could not be read, so it was not checked. {problem.text.en}",
        ),
        sha256=sha256,
        pages=None,
        checked_at=checked_at,
        policy=policies.choose(None).to_json(),
        problem=problem,
    )


def with_hints(report: Report, hints: Sequence[Note]) -> Report:
    """The report on a document without signatures, with why it may have none."""
    said = [report.summary, *(hint.text for hint in hints)]
    return replace(report, summary=Text(" ".join(one.vi for one in said), " ".join(one.en for one in said)))


def summarise(verdict: Verdict, signatures: Sequence[SignatureReport]) -> Text:
    """What a lay reader must know first."""
    if verdict == "unsigned":
        return UNSIGNED
    if verdict == "valid":
        return _valid(signatures)
    if verdict == "invalid":
        return _invalid(signatures)
    return _undetermined(signatures)


def _when(signature: SignatureReport) -> Text:
    """The time that the signer claims, unless it cannot be true: then the one that is proven, or none."""
    codes = {warning.code for warning in signature.warnings}
    if "claimed-after-timestamp" in codes and signature.best_time:
        proven = local_time.minute(signature.best_time)
        return Text(f" trước {proven}", f" before {proven}")
    if signature.claimed_time is None or "time-in-future" in codes:
        return NOTHING
    claimed = local_time.minute(signature.claimed_time)
    return Text(f" lúc {claimed}", f" at {claimed}")


def _signers(signatures: Sequence[SignatureReport]) -> tuple[str, str]:
    parts_vi, parts_en = [], []
    for s in signatures:
        if s.level == "DocTimeStamp" or not s.signer:
            continue
        office = f" ({s.organisation})" if s.organisation and s.organisation != s.signer else ""
        when = _when(s)
        parts_vi.append(f"{s.signer}{office}{when.vi}")
        parts_en.append(f"{s.signer}{office}{when.en}")
    return _told(parts_vi, "và {} chữ ký khác"), _told(parts_en, "and {} more")


def _told(parts: Sequence[str], more: str) -> str:
    """Signers of one sentence: who signed twice in a minute once, and of a crowd the first."""
    told = list(dict.fromkeys(parts))[:MAXIMUM_TOLD]
    left = sum(part not in told for part in parts)
    return "; ".join([*told, *([more.format(left)] if left else [])])


def _valid(signatures: Sequence[SignatureReport]) -> Text:
    who_vi, who_en = _signers(signatures)
    tail = _came_later(signatures)
    revoked = next((w.text for s in signatures for w in s.warnings if w.code == "revoked-after"), None)
    since_vi, since_en = (f" {revoked.vi}", f" {revoked.en}") if revoked else ("", "")
    return Text(
        f"Hợp lệ: văn bản còn nguyên vẹn từ khi ký. Người ký: {who_vi}.{since_vi}{tail.vi}",
        f"Valid: the document is whole since it was signed. Signed by {who_en}.{since_en}{tail.en}",
    )


def _came_later(signatures: Sequence[SignatureReport]) -> Text:
    """What was added after signing; what people read of it in the words of its own."""
    notes = {change.code: change for s in signatures for change in s.changes_after}
    if not notes:
        return NOTHING
    read = [notes[code].text for code in READ_BY_PEOPLE if code in notes]
    if read:
        return Text("".join(f" {text.vi}" for text in read), "".join(f" {text.en}" for text in read))
    if not ADDED & notes.keys() and STORED not in notes:
        return NOTHING
    said = LATER if ADDED & notes.keys() else notes[STORED].text
    return Text(f" {said.vi}", f" {said.en}")


def is_stray(broken: Sequence[SignatureReport], signatures: Sequence[SignatureReport]) -> bool:
    """Is all that is broken a document timestamp, beside signatures that are found whole? Whoever wrote it
    covered another document; what people signed is as it was."""
    stamps = all(s.level == "DocTimeStamp" and s.sub_indication == "HASH_FAILURE" for s in broken)
    signed = [s for s in signatures if s.level != "DocTimeStamp"]
    return stamps and bool(signed) and all(s.intact for s in signed)


def integrity_of(signatures: Sequence[SignatureReport]) -> Integrity:
    """Did the document change since it was signed? Only what was compared is `unchanged`: a signature whose
    value or range was taken away leaves nothing to compare with, and nobody's signature does either."""
    broken = [s for s in signatures if s.indication == "TOTAL-FAILED"]
    if any(_altered(s) for s in broken) and not is_stray(broken, signatures):
        return "changed"
    asked = [s for s in signatures if s.level != "DocTimeStamp"] or signatures
    return "unchanged" if asked and all(map(_compared, asked)) else "not-checked"


def _altered(signature: SignatureReport) -> bool:
    reason = signature.reason.code if signature.reason else ""
    told = signature.sub_indication in ALTERED and reason not in VALUE_UNREAD
    return told or signature.forbidden_change is not None


def _compared(signature: SignatureReport) -> bool:
    """With all that it signs, and with all that came after."""
    left_open = any(s.name == "changes" and s.outcome == "undetermined" for s in signature.steps)
    return signature.intact and signature.coverage != "partial" and not left_open


def _invalid(signatures: Sequence[SignatureReport]) -> Text:
    failed = [s for s in signatures if s.indication == "TOTAL-FAILED"]
    if is_stray(failed, signatures):
        each = _each(signatures)
        return Text(f"{STRAY.vi}{each.vi} {LIKELY_CAUSES.vi}", f"{STRAY.en}{each.en} {LIKELY_CAUSES.en}")
    worst = next((s for s in failed if s.reason and s.reason.code not in VALUE_DAMAGED), failed[0])
    cause = worst.reason.text if worst.reason else NOTHING
    each = _each(signatures)
    changed = next((s.forbidden_change for s in failed if s.forbidden_change), None)
    if worst.sub_indication in ("REVOKED", "EXPIRED", "NOT_YET_VALID") and changed:
        cause = Text(f"{changed.text.vi} {cause.vi}", f"{changed.text.en} {cause.en}")
    elif worst.sub_indication in ("REVOKED", "EXPIRED", "NOT_YET_VALID"):
        return Text(f"Không hợp lệ: {cause.vi}{each.vi}", f"Invalid: {cause.en}{each.en}")
    head = HEADS.get(worst.reason.code, DIFFERS) if worst.reason else DIFFERS
    return Text(
        f"{head.vi} {cause.vi}{each.vi} {LIKELY_CAUSES.vi}",
        f"{head.en} {cause.en}{each.en} {LIKELY_CAUSES.en}",
    )


def _undetermined(signatures: Sequence[SignatureReport]) -> Text:
    doubtful = next((s for s in signatures if s.indication == "INDETERMINATE"), signatures[0])
    whole = all(s.intact for s in signatures)
    cause = doubtful.reason.text if doubtful.reason else STAMPED
    needs = [m for s in signatures for m in s.missing]
    need_vi, need_en = (f" {needs[0].text.vi}", f" {needs[0].text.en}") if needs else ("", "")
    alone = all(s.level == "DocTimeStamp" for s in signatures)
    by_vi, by_en = ("dấu thời gian", "timestamp") if alone else ("chữ ký", "signature")
    whole_vi = f" Nội dung còn khớp với {by_vi}." if whole else ""
    whole_en = f" The content still matches the {by_en}." if whole else ""
    each = _each(signatures)
    rest_vi, rest_en = f"{each.vi}{need_vi}", f"{each.en}{need_en}"
    return Text(
        f"Chưa kết luận được: {cause.vi}{whole_vi} Đây không phải là kết luận văn bản sai.{rest_vi}",
        f"Not enough information: {cause.en}{whole_en} This does not mean that it is false.{rest_en}",
    )


def _each(signatures: Sequence[SignatureReport]) -> Text:
    """Where there are several signatures: how each of them fared, so that none goes unmentioned."""
    told = [s for s in signatures if s.level != "DocTimeStamp" or s.indication != "TOTAL-PASSED"]
    if len(told) < 2:
        return NOTHING
    vi = [f"{_label(s).vi} {FARED[s.indication].vi}" for s in told[:MAXIMUM_TOLD]]
    en = [f"{_label(s).en} {FARED[s.indication].en}" for s in told[:MAXIMUM_TOLD]]
    if (left := len(told) - MAXIMUM_TOLD) > 0:
        vi.append(f"và {left} chữ ký khác")
        en.append(f"and {left} more")
    return Text(f" Từng chữ ký: {'; '.join(vi)}.", f" Each signature: {'; '.join(en)}.")


def _label(signature: SignatureReport) -> Text:
    who, place = signature.signer, f"«{shown(signature.field)}»" if signature.field else ""
    if who:
        named = f"{who} ({place})" if place else who
        return Text(named, named)
    return Text(place or "một chữ ký không rõ của ai", place or "one by nobody knows whom")
