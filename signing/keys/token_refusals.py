"""Why a key on a token does not sign: what is wrong and what to do."""

from collections.abc import Sequence

from signing.keys.signing_key import KeyFailed, KeyUnavailable

FORM = "pkcs11:token=TOKEN;object=KEY?module-path=/PATH/MODULE.so"


def bad_reference(part: str) -> KeyUnavailable:
    return KeyUnavailable(
        "bad-reference",
        f"Không hiểu phần «{part}» của tham chiếu khóa. Hãy ghi theo mẫu {FORM} (RFC 7512), trong dấu nháy "
        "đơn.",
        f"The part “{part}” of the key reference is not understood. Write {FORM} (RFC 7512), in single "
        "quotes.",
    )


def pin_in_reference() -> KeyUnavailable:
    return KeyUnavailable(
        "pin-in-reference",
        "Không nhận PIN trong tham chiếu khóa (pin-value): người khác đọc được dòng lệnh và nhật ký. Hãy "
        "dùng "
        "pin-source=file:TỆP, biến BANCHINH_KEY_PASSPHRASE, hoặc nhập khi được hỏi.",
        "A PIN in the key reference (pin-value) is not taken: others can read command lines and logs. Use "
        "pin-source=file:FILE, the variable BANCHINH_KEY_PASSPHRASE, or enter it when asked.",
    )


def pin_source_unread() -> KeyUnavailable:
    return KeyUnavailable(
        "pin-source-unread",
        "Không đọc được tệp PIN ghi sau pin-source. Hãy kiểm tra đường dẫn và quyền đọc.",
        "The PIN file that pin-source names cannot be read. Check the path and the right to read it.",
    )


def no_module() -> KeyUnavailable:
    return KeyUnavailable(
        "no-token-module",
        "Chưa biết thư viện PKCS#11 của thiết bị. Hãy ghi ?module-path=/ĐƯỜNG/DẪN.so trong tham chiếu khóa "
        "hoặc đặt BANCHINH_PKCS11_MODULE.",
        "The PKCS#11 module of the device is not known. Write ?module-path=/PATH/MODULE.so in the key "
        "reference "
        "or set BANCHINH_PKCS11_MODULE.",
    )


def module_missing() -> KeyUnavailable:
    """Without the name: one that leads to no file may hold what belongs elsewhere, a PIN say."""
    return KeyUnavailable(
        "token-module-failed",
        "Không có tệp thư viện PKCS#11 ở đường dẫn đã ghi. Hãy kiểm tra module-path trong tham chiếu khóa "
        "hoặc BANCHINH_PKCS11_MODULE.",
        "There is no PKCS#11 module at the path that was given. Check module-path in the key reference, or "
        "BANCHINH_PKCS11_MODULE.",
    )


def module_failed(name: str, why: str) -> KeyUnavailable:
    return KeyUnavailable(
        "token-module-failed",
        f"Không nạp được thư viện PKCS#11 {name} ({why}). Hãy kiểm tra đường dẫn, và bản cho đúng loại máy.",
        f"The PKCS#11 module {name} cannot be loaded ({why}). Check the path, and that it is for this "
        "machine.",
    )


def no_token(present: Sequence[str]) -> KeyUnavailable:
    there_vi = f"Đang có: {', '.join(present)}." if present else "Không có thiết bị nào đang cắm."
    there_en = f"Present: {', '.join(present)}." if present else "No token is plugged in."
    return KeyUnavailable(
        "no-token",
        f"Không thấy thiết bị ký mà tham chiếu khóa nêu. {there_vi} Hãy cắm thiết bị hoặc sửa tham chiếu.",
        f"The token that the key reference names is not there. {there_en} Plug it in or correct the "
        "reference.",
    )


def ambiguous_token(present: Sequence[str]) -> KeyUnavailable:
    return KeyUnavailable(
        "ambiguous-token",
        f"Có nhiều thiết bị ký hợp với tham chiếu khóa: {', '.join(present)}. Hãy ghi thêm token= hoặc "
        "serial=.",
        f"Several tokens fit the key reference: {', '.join(present)}. Add token= or serial=.",
    )


def pin_missing(token: str) -> KeyUnavailable:
    return KeyUnavailable(
        "pin-missing",
        f"Thiết bị {token} cần mã PIN. Hãy nhập khi được hỏi, dùng pin-source=file:TỆP hoặc biến "
        "BANCHINH_KEY_PASSPHRASE.",
        f"The token {token} needs its PIN. Enter it when asked, use pin-source=file:FILE or the variable "
        "BANCHINH_KEY_PASSPHRASE.",
    )


def wrong_pin(token: str, *, last: bool) -> KeyUnavailable:
    left_vi = "Chỉ còn MỘT lần thử trước khi bị khóa. " if last else ""
    left_en = "ONE try is left before it locks. " if last else ""
    return KeyUnavailable(
        "wrong-pin",
        f"Mã PIN của thiết bị {token} không đúng. {left_vi}Nhiều thiết bị tự khóa sau 3 lần sai nên chương "
        "trình "
        "không tự thử lại. Hãy xem lại mã PIN rồi ký lại.",
        f"The PIN of the token {token} is wrong. {left_en}Many tokens lock after 3 wrong PINs, so it is "
        "never "
        "tried again by itself. Look the PIN up and sign again.",
    )


def last_try(token: str) -> KeyUnavailable:
    return KeyUnavailable(
        "pin-last-try",
        f"Thiết bị {token} chỉ còn một lần thử PIN, nhập sai nữa là bị khóa, nên không thử ở đây. Hãy mở "
        "thiết bị "
        "bằng chương trình đi kèm một lần với đúng mã PIN rồi ký lại.",
        f"The token {token} has one try of its PIN left and would lock after it, so it is not tried here. "
        "Unlock it once with the program that came with it and the right PIN, then sign again.",
    )


def locked(token: str) -> KeyUnavailable:
    return KeyUnavailable(
        "token-locked",
        f"Thiết bị {token} đã bị khóa vì sai PIN nhiều lần. Hãy nhờ nơi cấp thiết bị mở khóa; việc thử lại ở "
        "đây "
        "không mở được.",
        f"The token {token} is locked after too many wrong PINs. Ask who issued it to unlock it; "
        "trying again here does not.",
    )


def token_busy(token: str) -> KeyUnavailable:
    return KeyUnavailable(
        "token-busy",
        f"Thiết bị {token} đang được mở để ký việc khác. Hãy chờ việc đó xong rồi ký lại.",
        f"The token {token} is open for other signatures already. Wait until they are done and sign again.",
    )


def no_key(present: Sequence[str]) -> KeyUnavailable:
    there_vi = f"Trên thiết bị có: {', '.join(present)}." if present else "Thiết bị không có khóa bí mật nào."
    there_en = f"On it are: {', '.join(present)}." if present else "It holds no private key."
    return KeyUnavailable(
        "no-token-key",
        f"Thiết bị không có khóa mà tham chiếu nêu. {there_vi} Hãy sửa object= hoặc id=.",
        f"The token has no key as the reference names it. {there_en} Correct object= or id=.",
    )


def ambiguous_key(present: Sequence[str]) -> KeyUnavailable:
    return KeyUnavailable(
        "ambiguous-key",
        f"Có nhiều khóa hợp với tham chiếu: {', '.join(present)}. Hãy ghi thêm object= hoặc id=.",
        f"Several keys fit the reference: {', '.join(present)}. Add object= or id=.",
    )


def no_certificate(key: str) -> KeyUnavailable:
    return KeyUnavailable(
        "no-token-certificate",
        f"Thiết bị không có chứng thư đi với khóa {key} (cùng CKA_ID). Hãy nhờ nơi cấp nạp lại chứng thư.",
        f"The token holds no certificate for the key {key} (of the same CKA_ID). Ask the issuer to load it "
        "again.",
    )


def no_mechanism(token: str, scheme: str) -> KeyUnavailable:
    return KeyUnavailable(
        "token-mechanism-missing",
        f"Thiết bị {token} không ký được theo cách {scheme}. Hãy bỏ --pss, hoặc dùng thiết bị khác.",
        f"The token {token} cannot sign by {scheme}. Leave --pss out, or use another token.",
    )


def token_failed(why: str) -> KeyUnavailable:
    return KeyUnavailable(
        "token-failed",
        f"Thiết bị ký báo lỗi ({why}). Hãy rút ra cắm lại rồi ký lại; nếu còn lỗi, hãy hỏi nơi cấp thiết bị.",
        f"The token reports an error ({why}). Plug it in again and sign again; if it stays, ask who issued "
        "it.",
    )


def gone() -> KeyFailed:
    return KeyFailed(
        "token-gone",
        "Thiết bị ký đã bị rút hoặc mất kết nối nên văn bản này chưa được ký. Hãy cắm lại rồi ký tiếp.",
        "The token was pulled out or lost its connection, so this document is not signed. "
        "Plug it in and sign the rest.",
    )


def refused(why: str) -> KeyFailed:
    return KeyFailed(
        "key-failed",
        f"Thiết bị không tạo được chữ ký ({why}). Hãy rút ra cắm lại rồi ký lại.",
        f"The token made no signature ({why}). Plug it in again and sign again.",
    )
