"""Why a remote signing service does not sign: what is wrong and what to do. The words of the service itself
are not passed on: it may repeat in them what was sent to it."""

from collections.abc import Sequence

FORM = "csc:https://HOST/csc/v1?credential=ID"
#: The service wants its holder to sign in on its page before anything else.
SIGN_IN = "csc-sign-in"


class RemoteFailed(Exception):
    """A remote signing service that gives no signature. `passing`: nothing is known of the order but that it
    could not be asked about now."""

    def __init__(self, code: str, vi: str, en: str, *, passing: bool = False) -> None:
        super().__init__(f"{vi} — {en}")
        self.passing = passing
        self.code = code
        self.vi = vi
        self.en = en


def bad_reference(part: str) -> RemoteFailed:
    return RemoteFailed(
        "bad-reference",
        f"Không hiểu phần «{part}» của tham chiếu khóa. Hãy ghi theo mẫu {FORM} (v1 hoặc v2), trong dấu nháy "
        "đơn.",
        f"The part “{part}” of the key reference is not understood. Write {FORM} (v1 or v2), in single "
        "quotes.",
    )


def unreachable(why: str) -> RemoteFailed:
    return RemoteFailed(
        "csc-unreachable",
        f"Không gọi được dịch vụ ký từ xa ({why}). Hãy kiểm tra mạng và địa chỉ; địa chỉ nội bộ phải có "
        "trong "
        "BANCHINH_FETCH_ALLOW.",
        f"The remote signing service cannot be reached ({why}). Check network and address; a private address "
        "must "
        "be in BANCHINH_FETCH_ALLOW.",
        passing=True,
    )


def strange_answer(method: str) -> RemoteFailed:
    return RemoteFailed(
        "csc-answer",
        f"Dịch vụ ký từ xa trả lời không đúng chuẩn CSC ({method}). Hãy kiểm tra địa chỉ và phiên bản v1, "
        "v2; nếu "
        "đúng, hãy báo nhà cung cấp.",
        f"The remote signing service does not answer as CSC says ({method}). Check the address and the "
        "version, v1 "
        "or v2; if they are right, tell the provider.",
    )


def no_access() -> RemoteFailed:
    return RemoteFailed(
        "csc-no-access",
        "Chưa có quyền vào dịch vụ ký từ xa. Hãy đặt BANCHINH_CSC_TOKEN, hoặc BANCHINH_CSC_USER và "
        "BANCHINH_CSC_PASSWORD.",
        "There is no access to the remote signing service. Set BANCHINH_CSC_TOKEN, or BANCHINH_CSC_USER and "
        "BANCHINH_CSC_PASSWORD.",
    )


def access_refused() -> RemoteFailed:
    return RemoteFailed(
        "csc-access-refused",
        "Dịch vụ ký từ xa không nhận thông tin đăng nhập, hoặc phiên đã hết hạn. Hãy lấy mã truy cập mới rồi "
        "ký lại.",
        "The remote signing service does not take the access data, or they have expired. Get a new token and "
        "sign "
        "again.",
    )


def no_credential(present: Sequence[str]) -> RemoteFailed:
    there_vi = f"Đang có: {', '.join(present)}." if present else "Tài khoản này không có khóa nào."
    there_en = f"There are: {', '.join(present)}." if present else "This account has no key."
    return RemoteFailed(
        "csc-no-credential",
        f"Chưa rõ dùng khóa nào của dịch vụ ký từ xa. {there_vi} Hãy ghi credential= trong tham chiếu khóa.",
        f"It is not clear which key of the remote signing service to use. {there_en} Write credential= in "
        "the key "
        "reference.",
    )


def disabled() -> RemoteFailed:
    return RemoteFailed(
        "csc-disabled",
        "Khóa ở dịch vụ ký từ xa đã bị khóa hoặc chưa kích hoạt. Hãy hỏi nhà cung cấp.",
        "The key at the remote signing service is locked or not active. Ask the provider.",
    )


def certificate_not_good(status: str) -> RemoteFailed:
    words = {"expired": "đã hết hạn", "revoked": "đã bị thu hồi", "suspended": "đang bị tạm dừng"}
    return RemoteFailed(
        "csc-certificate",
        f"Chứng thư của khóa này {words[status]}, theo dịch vụ ký từ xa. Hãy dùng khóa khác hoặc gia hạn.",
        f"The certificate of this key is {status}, says the remote signing service. "
        "Use another key or renew it.",
    )


def browser_only() -> RemoteFailed:
    return RemoteFailed(
        "csc-browser-only",
        "Khóa này chỉ ký sau khi bạn xác nhận trên trang web của nhà cung cấp (oauth2code), dòng lệnh không "
        "làm được. Hãy ký trên trang của dịch vụ, khi quản trị viên đã đặt BANCHINH_PUBLIC_URL và "
        "BANCHINH_CSC_CLIENT_ID.",
        "This key signs only after a confirmation on the provider's web page (oauth2code), which a command "
        "line cannot give. Sign on the pages of the service, once the administrator has set "
        "BANCHINH_PUBLIC_URL and BANCHINH_CSC_CLIENT_ID.",
    )


def no_algorithm() -> RemoteFailed:
    return RemoteFailed(
        "csc-algorithm",
        "Khóa ở dịch vụ ký từ xa không ký được theo cách này. Hãy bỏ --pss, hoặc dùng khóa khác.",
        "The key at the remote signing service does not sign in this way. Leave --pss out, or use another "
        "key.",
    )


def secret_missing(name: str) -> RemoteFailed:
    return RemoteFailed(
        "csc-secret-missing",
        f"Dịch vụ ký từ xa cần {name}. Hãy nhập vào ô của nó rồi ký lại (trên trang ký: PIN ở ô mật khẩu "
        "khóa, OTP ở ô OTP); ở dòng lệnh cũng đặt được BANCHINH_KEY_PASSPHRASE (PIN), "
        "BANCHINH_CSC_OTP (OTP).",
        f"The remote signing service needs the {name}. Enter it in its field and sign again (on the page: a "
        "PIN as the passphrase, an OTP as one-time password); the command line also takes it from "
        "BANCHINH_KEY_PASSPHRASE (PIN), BANCHINH_CSC_OTP (OTP).",
    )


def wrong_secret() -> RemoteFailed:
    return RemoteFailed(
        "csc-wrong-secret",
        "Mã PIN hoặc OTP không đúng. Sai nhiều lần khóa sẽ bị khóa nên chương trình không tự thử lại. Hãy "
        "xem lại "
        "rồi ký lại.",
        "The PIN or OTP is wrong. Several wrong ones lock the key, so it is never tried again by itself. "
        "Look it up "
        "and sign again.",
    )


def denied() -> RemoteFailed:
    return RemoteFailed(
        "csc-denied",
        "Người giữ khóa đã từ chối ký, hoặc dịch vụ không cho phép. Nếu đó là nhầm lẫn, hãy ký lại và xác "
        "nhận.",
        "The holder of the key refused to sign, or the service does not allow it. If that was a mistake, "
        "sign again "
        "and confirm.",
    )


def expired() -> RemoteFailed:
    return RemoteFailed(
        "csc-expired",
        "Lần cho phép ký đã hết hạn trước khi ký xong. Hãy ký lại các văn bản còn lại.",
        "The authorisation expired before everything was signed. Sign the remaining documents again.",
    )


def too_late(seconds: float) -> RemoteFailed:
    return RemoteFailed(
        "csc-too-late",
        f"Chờ {seconds:.0f} giây mà chưa có xác nhận của người giữ khóa. Hãy ký lại và xác nhận trên điện "
        "thoại.",
        f"The holder of the key did not confirm within {seconds:.0f} seconds. Sign again and confirm on the "
        "phone.",
    )


def failed(error: str, *, passing: bool = False) -> RemoteFailed:
    return RemoteFailed(
        "csc-failed",
        f"Dịch vụ ký từ xa báo lỗi {error}. Hãy thử lại sau; nếu còn lỗi, hãy hỏi nhà cung cấp.",
        f"The remote signing service reports {error}. Try again later; if it stays, ask the provider.",
        passing=passing,
    )


def sign_in_needed() -> RemoteFailed:
    return RemoteFailed(
        SIGN_IN,
        "Dịch vụ ký từ xa cần bạn đăng nhập trên trang của họ trước. Hãy bấm để sang trang đó; xong việc ký "
        "sẽ tự tiếp tục.",
        "The remote signing service wants you to sign in on its own page first. Go there; signing goes on by "
        "itself afterwards.",
    )


def leave_needed() -> RemoteFailed:
    return RemoteFailed(
        "csc-leave",
        "Dịch vụ ký từ xa cần bạn xác nhận trên trang của họ trước khi ký. Hãy bấm để sang trang đó; xong "
        "việc ký sẽ tự tiếp tục.",
        "The remote signing service wants you to confirm on its own page before it signs. Go there; signing "
        "goes on by itself afterwards.",
    )


def leave_refused(status: int, code: str) -> RemoteFailed:
    if code in ("invalid_grant", "access_denied"):
        return RemoteFailed(
            "csc-leave-refused",
            "Dịch vụ ký từ xa không nhận lần xác nhận này: đã hết hạn hoặc đã dùng. Hãy sang trang của họ "
            "xác nhận lại.",
            "The remote signing service does not take this confirmation: it has expired, or was used. "
            "Confirm on its page again.",
        )
    if code in ("invalid_client", "unauthorized_client") or status == 401:
        return RemoteFailed(
            "csc-client",
            "Dịch vụ ký từ xa không nhận phần mềm này. Hãy báo quản trị viên xem lại BANCHINH_CSC_CLIENT_ID "
            "và BANCHINH_CSC_CLIENT_SECRET.",
            "The remote signing service does not know this software. Have the administrator look at "
            "BANCHINH_CSC_CLIENT_ID and BANCHINH_CSC_CLIENT_SECRET.",
        )
    return failed(code if code.replace("_", "").isalpha() and len(code) <= 40 else f"HTTP {status}")


def foreign_page(host: str) -> RemoteFailed:
    return RemoteFailed(
        "csc-page-host",
        f"Trang xác nhận của dịch vụ ký từ xa ở {host}, nơi chưa được phép. Hãy nhờ quản trị viên thêm vào "
        "BANCHINH_CSC_HOSTS.",
        f"The page of the remote signing service is at {host}, which is not allowed. Have it added to "
        "BANCHINH_CSC_HOSTS.",
    )


def open_page(host: str) -> RemoteFailed:
    return RemoteFailed(
        "csc-page-open",
        f"Trang xác nhận của dịch vụ ký từ xa ở {host} không dùng https nên không an toàn. Hãy báo nhà "
        "cung cấp.",
        f"The page of the remote signing service at {host} is not on https, so it is not safe. Tell the "
        "provider.",
    )
