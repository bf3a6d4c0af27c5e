"""The one table from what can go wrong to an HTTP answer (RFC 9457), in Vietnamese and English."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.access import Forbidden
from app.administration import ChangedMeanwhile
from app.agencies import AgencyNotFound, MergerToCome, NoMerger, NoRenaming
from app.awaiting import NoticeRefused
from app.batches import BatchBusy, BatchNotFound, NotThatKind
from app.codes import BadCode
from app.document_ports import ReadingFailed
from app.front.identity import ForgedRequest, NotSignedIn, WrongPassword
from app.front.people import BadUsername
from app.front.places import TooManyBatches, TooManyDrawings
from app.front.progress import TooManyStreams
from app.front.rate_limits import TooManyRequests
from app.front.uploads import BadUpload, RequestTooLarge
from app.front.verifying import NotOneFile
from app.idempotency import KeyReused
from app.kinds import ConsequenceUnsaid, KindFixed
from app.marking import NoImage
from app.passwords import LONGEST, SHORTEST, WeakPassword
from app.people import LastAdministrator, PersonNotFound, UsernameTaken
from app.records import IllegalTransition, NotReady, RecordChanged, RecordNotFound
from app.register import NotRegistered
from app.review import BadFieldValue
from app.said_words import BadWord
from app.splitting import SplitRefused
from app.standing import StandingRefused
from app.tickets import TicketRefused
from ocr.limits import Refusal
from signing.marks.appearance import MarkImpossible
from signing.refusals import SigningRefused
from signing.reports.etsi_report import NoSignatureToReport
from storage.objects import ObjectCorrupt, ObjectMissing, StoreUnavailable

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Answer:
    """A problem as people and programs see it."""

    status: int
    code: str
    vi: str
    en: str
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "type": f"urn:banchinh:problem:{self.code}",
            "title": self.en.split(". ")[0].rstrip("."),
            "status": self.status,
            "detail": f"{self.vi} — {self.en}",
            "code": self.code,
            "vi": self.vi,
            "en": self.en,
            **self.more,
        }

    def response(self) -> JSONResponse:
        return JSONResponse(self.to_json(), self.status, dict(self.headers), MEDIA_TYPE)


class Unprocessable(ValueError):
    """A request that is well formed and cannot be meant; says what to do."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} — {en}")
        self.code = code
        self.vi = vi
        self.en = en


def bad_cursor() -> Unprocessable:
    """For an `after` that was never the `next` of the listing."""
    return Unprocessable(
        "bad-cursor",
        "Giá trị `after` không phải của danh sách này. Hãy bắt đầu lại từ đầu.",
        "The value of `after` is not of this listing. Start again without it.",
    )


class AllRefused(ValueError):
    """Every file of an upload was refused; `refused` is the list of the HTTP contract."""

    def __init__(self, first: Refusal, refused: list[dict[str, Any]]) -> None:
        super().__init__(str(first))
        self.first = first
        self.refused = refused


_REFUSAL_STATUS = {"too-large": 413, "not-a-document": 415}
_SPLIT_STATUS = {"first-pages": 422}
_STANDING_STATUS = {"not-signed": 409, "no-change": 409, "not-in-force": 409}

_UNAVAILABLE = Answer(
    503,
    "unavailable",
    "Nơi lưu trữ tạm thời không dùng được; chưa có gì bị mất. Hãy thử lại sau ít phút.",
    "The store cannot be reached at the moment; nothing was lost. Try again in a few minutes.",
    {"Retry-After": "30"},
)

#: Errors whose answer does not depend on the case.
_FIXED: Mapping[type[Exception], Answer] = {
    RecordNotFound: Answer(
        404,
        "record-not-found",
        "Không có hồ sơ này, hoặc bạn không được xem.",
        "No such record, or none that you may see.",
    ),
    NotReady: Answer(
        404,
        "not-ready",
        "Hồ sơ chưa đọc xong nên chưa có phần này. Hãy xem trạng thái của hồ sơ rồi thử lại.",
        "The record has not been read, so it does not have this part. Look at its status, then try again.",
    ),
    NotRegistered: Answer(
        404,
        "not-registered",
        "Không có văn bản nào đã ký ở dịch vụ này mang mã hoặc mã băm đó. Văn bản có thể do nơi khác cấp.",
        "Nothing that was signed here has this code or digest. It may have been issued elsewhere.",
    ),
    BadCode: Answer(
        422,
        "bad-code",
        "Mã gõ chưa đúng: mã có 16 chữ và số, chia bốn nhóm. Hãy so lại từng nhóm với bản in.",
        "The code is mistyped: it has 16 letters and digits in four groups. Compare them with the print.",
    ),
    ObjectMissing: Answer(
        404,
        "file-missing",
        "Hồ sơ chưa có tệp này. Nếu hồ sơ đã đọc xong, hãy báo quản trị viên.",
        "The record does not have this file yet. If it has been read, tell the administrator.",
    ),
    ObjectCorrupt: Answer(
        500,
        "file-corrupt",
        "Tệp lưu trữ không còn khớp mã băm nên không được đưa ra. Hãy báo quản trị viên.",
        "The stored file no longer has its digest and is withheld. Ask the administrator to restore it.",
    ),
    RecordChanged: Answer(
        409,
        "record-changed",
        "Người khác vừa sửa hồ sơ này. Hãy tải lại trang, xem thay đổi rồi làm lại.",
        "Somebody else has just changed this record. Load it again, look at the change, and try again.",
    ),
    Forbidden: Answer(
        403,
        "forbidden",
        "Vai trò của bạn không được làm việc này. Hãy nhờ người có quyền.",
        "Your role may not do this. Ask somebody who may.",
    ),
    TicketRefused: Answer(
        403,
        "ticket-refused",
        "Lượt ký này không có, đã dùng hoặc đã hết hạn. Hãy bấm ký lại trên trang.",
        "This leave to sign does not exist, was used or has expired. Sign again on the page.",
    ),
    NoticeRefused: Answer(
        404,
        "nothing-awaited",
        "Không còn chờ việc này: đã xong, đã hết hạn, hoặc bắt đầu ở trình duyệt khác. Hãy mở trang Chờ ký "
        "để xem và ký tiếp.",
        "This is not waited for any more: it is done, has expired, or was begun in another browser. Open the "
        "page To sign to see, and go on.",
    ),
    NotSignedIn: Answer(
        401,
        "not-signed-in",
        "Bạn chưa đăng nhập hoặc phiên đã hết hạn. Hãy đăng nhập lại.",
        "You are not signed in, or the session has ended. Sign in again.",
        {"WWW-Authenticate": "Bearer"},
    ),
    WrongPassword: Answer(
        401,
        "wrong-password",
        "Tên đăng nhập hoặc mật khẩu không đúng. Hãy thử lại.",
        "The username or the password is wrong. Try again.",
    ),
    ForgedRequest: Answer(
        403,
        "forged-request",
        "Yêu cầu không đến từ trang của dịch vụ này nên bị từ chối. Hãy tải lại trang rồi làm lại.",
        "The request did not come from a page of this service. Load the page again and repeat.",
    ),
    UsernameTaken: Answer(
        409,
        "username-taken",
        "Tên đăng nhập đã có người dùng. Hãy chọn tên khác.",
        "The username is taken. Choose another.",
    ),
    BatchNotFound: Answer(
        404,
        "batch-not-found",
        "Không có lô ký này, hoặc không phải của bạn.",
        "No such batch, or none of yours.",
    ),
    BatchBusy: Answer(
        409,
        "batch-busy",
        "Lô này đang được ký, hoặc vừa bị gián đoạn. Hãy đợi vài giây rồi thử lại.",
        "This batch is being signed, or was interrupted a moment ago. Wait some seconds and try again.",
        {"Retry-After": "10"},
    ),
    NotThatKind: Answer(
        409,
        "other-kind-of-key",
        "Lô này dùng loại khóa khác. Khóa của tài khoản thì mở khóa lại; khóa ở ngoài thì gửi giá trị ký.",
        "This batch is signed by the other kind of key: an account's key is unlocked again, an outside key "
        "sends its values.",
    ),
    PersonNotFound: Answer(404, "person-not-found", "Không có tài khoản này.", "No such account."),
    NoImage: Answer(
        404,
        "no-image",
        "Chưa có ảnh chữ ký hoặc con dấu này. Hãy tải ảnh lên trước.",
        "There is no such image of a signature or seal. Send one first.",
    ),
    AgencyNotFound: Answer(
        422,
        "agency-not-found",
        "Không có cơ quan này. Hãy chọn mã trong danh sách.",
        "No such agency. Choose one of the list.",
    ),
    NoMerger: Answer(
        422,
        "no-merger",
        "Cơ quan này không thể sáp nhập vào chính nó, hay vào cơ quan đã sáp nhập vào nó.",
        "An agency cannot become a part of itself, nor of one that has become a part of it.",
    ),
    MergerToCome: Answer(
        422,
        "merger-to-come",
        "Chưa tới ngày sáp nhập. Hãy ghi khi ngày đó đã tới.",
        "The day of the merger has not come. State it when it has.",
    ),
    NoRenaming: Answer(
        422,
        "no-renaming",
        "Cần một tên khác tên hiện nay và một ngày đã tới, sau ngày bắt đầu của tên hiện nay; chỉ bỏ được "
        "lần đổi tên đã ghi.",
        "Another name than the present one is needed, and a day that has come, after the first of the "
        "present name; only a renaming that was stated can be taken back.",
    ),
    ChangedMeanwhile: Answer(
        409,
        "changed-meanwhile",
        "Quản trị viên khác vừa sửa đúng mục này. Hãy tải lại, xem thay đổi rồi làm lại.",
        "Another administrator has just changed the same. Load it again, look at the change, and try again.",
    ),
    BadUsername: Answer(
        422,
        "bad-username",
        "Tên đăng nhập chỉ gồm chữ thường không dấu, chữ số và . _ - ở giữa, dài 1 đến 64 ký tự.",
        "A username has 1 to 64 characters: a to z, digits, and . _ - between them.",
    ),
    LastAdministrator: Answer(
        409,
        "last-administrator",
        "Đây là quản trị viên cuối cùng đang hoạt động. Hãy thêm người khác trước.",
        "This is the last active administrator. Add another one first.",
    ),
    KeyReused: Answer(
        422,
        "idempotency-key-reused",
        "Idempotency-Key này đã dùng cho một yêu cầu khác. Hãy dùng khóa mới.",
        "This Idempotency-Key came with another request before. Use a new one.",
    ),
    WeakPassword: Answer(
        422,
        "weak-password",
        f"Mật khẩu phải có từ {SHORTEST} đến {LONGEST} ký tự.",
        f"A password has {SHORTEST} to {LONGEST} characters.",
    ),
    BadUpload: Answer(
        400,
        "bad-upload",
        "Dữ liệu gửi lên không trọn vẹn hoặc sai định dạng. Hãy gửi lại tệp trong phần `file` của "
        "multipart/form-data.",
        "What was sent is incomplete or no multipart form. Send the file again, as the part `file` of "
        "multipart/form-data.",
    ),
    RequestTooLarge: Answer(
        413,
        "request-too-large",
        "Gửi quá nhiều trong một lần. Hãy chia thành nhiều lần gửi.",
        "Too much in one request. Send it in several.",
        {"Connection": "close"},
    ),
    NotOneFile: Answer(
        422,
        "one-file",
        "Hãy gửi đúng một tệp trong phần `file`.",
        "Send exactly one file in the part `file`.",
    ),
    TooManyBatches: Answer(
        503,
        "too-many-batches",
        "Đang có quá nhiều loạt tệp được kiểm tra. Hãy thử lại sau ít phút, hoặc gửi từng tệp.",
        "Too many batches are being verified. Try again in a few minutes, or send single files.",
        {"Retry-After": "30", "Connection": "close"},
    ),
    TooManyDrawings: Answer(
        429,
        "too-many-drawings",
        "Bạn đang chờ quá nhiều trang và dấu hiệu được vẽ cùng lúc. Hãy đợi vài giây rồi thử lại.",
        "You are waiting for too many pages and marks to be drawn at once. Wait some seconds and try again.",
        {"Retry-After": "5"},
    ),
    TooManyStreams: Answer(
        503,
        "too-many-streams",
        "Quá nhiều người đang theo dõi. Hãy thử lại sau.",
        "Too many are watching. Try again later.",
        {"Retry-After": "10"},
    ),
    ReadingFailed: Answer(
        503,
        "reading-failed",
        "Lỗi của hệ thống, không phải của văn bản. Hãy thử lại sau ít phút.",
        "A fault of the service, not of the document. Try again in a few minutes.",
        {"Retry-After": "30"},
    ),
    StoreUnavailable: _UNAVAILABLE,
    DBAPIError: _UNAVAILABLE,
    OSError: _UNAVAILABLE,
    ClientDisconnect: Answer(400, "gone", "Kết nối đã ngắt.", "The connection was closed."),
}

_INTERNAL = Answer(
    500,
    "internal",
    "Lỗi của hệ thống; sự việc đã được ghi lại. Hãy thử lại, nếu vẫn lỗi hãy báo quản trị viên.",
    "A fault of the service, which has been recorded. Try again; if it stays, tell the administrator.",
)


def _refusal(error: Refusal) -> Answer:
    return Answer(_REFUSAL_STATUS.get(error.code, 422), error.code, error.vi, error.en)


def _all_refused(error: AllRefused) -> Answer:
    first = _refusal(error.first)
    return Answer(first.status, first.code, first.vi, first.en, more={"refused": error.refused})


def _unprocessable(error: Unprocessable) -> Answer:
    return Answer(422, error.code, error.vi, error.en)


def _bad_field(error: BadFieldValue) -> Answer:
    return Answer(422, "bad-field-value", error.vi, error.en, more={"field": error.name})


def _consequence(error: ConsequenceUnsaid) -> Answer:
    more = {"kept": list(error.consequence.kept), "left": list(error.consequence.left)}
    return Answer(409, "values-confirmed", error.vi, error.en, more=more)


def _kind_fixed(error: KindFixed) -> Answer:
    return Answer(409, "kind-fixed", error.vi, error.en)


def _bad_word(error: BadWord) -> Answer:
    return Answer(422, "bad-word", error.vi, error.en, more={"page": error.page, "word": error.word})


def _signing(error: SigningRefused) -> Answer:
    return Answer(422, error.code, error.vi, error.en)


def _undrawable(error: MarkImpossible) -> Answer:
    return Answer(503, error.code, error.vi, error.en)


def _no_signature(error: NoSignatureToReport) -> Answer:
    return Answer(422, error.code, error.vi, error.en)


def _split(error: SplitRefused) -> Answer:
    return Answer(_SPLIT_STATUS.get(error.code, 409), error.code, error.vi, error.en)


def _standing(error: StandingRefused) -> Answer:
    return Answer(_STANDING_STATUS.get(error.code, 422), error.code, error.vi, error.en)


def _transition(error: IllegalTransition) -> Answer:
    return Answer(
        409,
        "illegal-transition",
        "Hồ sơ đang ở trạng thái không cho phép việc này. Hãy tải lại trang để xem trạng thái mới.",
        f"The record is {error.present} and cannot become {error.wanted}. Load it again.",
        more={"present": str(error.present), "wanted": str(error.wanted)},
    )


def _too_often(error: TooManyRequests) -> Answer:
    return Answer(
        429,
        "too-many-requests",
        f"Bạn đã thử quá nhiều lần. Hãy đợi {error.retry_after} giây rồi thử lại.",
        f"Too many attempts. Wait {error.retry_after} seconds and try again.",
        {"Retry-After": str(error.retry_after)},
    )


def _invalid(error: RequestValidationError) -> Answer:
    where = [".".join(str(part) for part in item["loc"]) for item in error.errors()]
    names = ", ".join(where[:5])
    return Answer(
        422,
        "invalid-request",
        f"Yêu cầu có giá trị sai hoặc thiếu: {names}. Hãy sửa rồi gửi lại.",
        f"The request has wrong or missing values: {names}. Mend them and send it again.",
        more={
            "errors": [
                {"where": at, "message": _without_input(item)}
                for at, item in zip(where, error.errors(), strict=True)
            ]
        },
    )


def _without_input(item: Mapping[str, Any]) -> str:
    """What is wrong, in words that do not repeat what was sent: that may be a secret in the wrong place."""
    if item["type"] == "union_tag_invalid":
        return f"Should be one of {item['ctx']['expected_tags']}"
    return str(item["msg"])


_HTTP = {
    404: ("not-found", "Không có trang này.", "There is no such page."),
    405: (
        "method-not-allowed",
        "Địa chỉ này không nhận cách gọi đó.",
        "This address does not take that method.",
    ),
}


def _http(error: HTTPException) -> Answer:
    code, vi, en = _HTTP.get(
        error.status_code, ("http-error", "Yêu cầu không hợp lệ.", "The request is not valid.")
    )
    return Answer(error.status_code, code, vi, en, error.headers or {})


_BUILT: Mapping[type[Exception], Callable[[Any], Answer]] = {
    Refusal: _refusal,
    AllRefused: _all_refused,
    Unprocessable: _unprocessable,
    SigningRefused: _signing,
    MarkImpossible: _undrawable,
    NoSignatureToReport: _no_signature,
    BadFieldValue: _bad_field,
    BadWord: _bad_word,
    ConsequenceUnsaid: _consequence,
    KindFixed: _kind_fixed,
    SplitRefused: _split,
    StandingRefused: _standing,
    IllegalTransition: _transition,
    TooManyRequests: _too_often,
    RequestValidationError: _invalid,
    HTTPException: _http,
}

#: What the service answers by itself; anything else is a fault of ours.
EXPECTED: tuple[type[Exception], ...] = (*_FIXED, *_BUILT)


def answer_to(error: Exception) -> Answer:
    """The answer to an error; the nearest class of the table counts."""
    for kind in type(error).__mro__:
        if kind in _BUILT:
            return _BUILT[kind](error)
        if kind in _FIXED:
            return _FIXED[kind]
    return _INTERNAL
