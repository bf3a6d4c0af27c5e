"""What the report can say, by code, in plain Vietnamese and English."""

from signing.report import Note, Text

TEXTS: dict[str, tuple[str, str]] = {
    # Why a file could not be read
    "empty": ("Tệp rỗng.", "The file is empty."),
    "not-a-pdf": ("Tệp không phải PDF.", "The file is not a PDF."),
    "encrypted": (
        "Tệp có mật khẩu; hãy gửi bản không khóa.",
        "The file is protected by a password; send one that is not.",
    ),
    "damaged": (
        "Cấu trúc tệp bị hỏng; hãy xin lại tệp gốc từ nơi phát hành.",
        "The structure of the file is damaged; ask the issuer for the original.",
    ),
    "too-costly": (
        "Kiểm tra tệp này vượt giới hạn thời gian hoặc bộ nhớ nên đã dừng.",
        "Checking this file went over the limit of time or memory and was stopped.",
    ),
    "not-found": ("Không mở được tệp.", "The file cannot be opened."),
    # Format and signed bytes
    "byte-range": (
        "Phạm vi được ký không hợp quy cách: có phần của tệp mà chữ ký không bao trùm.",
        "The signed range is malformed: there are bytes that the signature does not cover.",
    ),
    "contents-elsewhere": (
        "Giá trị chữ ký không nằm ở chỗ mà phạm vi được ký chừa ra.",
        "The signature value does not stand where the signed range leaves room for it.",
    ),
    "cms-unreadable": (
        "Không đọc được nội dung chữ ký.",
        "The signature value cannot be read.",
    ),
    "subfilter": (
        "Chữ ký thuộc loại ({subfilter}) mà phiên bản này chưa kiểm tra được.",
        "The signature is of a kind ({subfilter}) that this version cannot check.",
    ),
    "signature-removed": (
        "Tệp còn chữ ký của một bản trước, nhưng chữ ký đó đã bị gỡ khỏi văn bản hiện tại.",
        "The file still holds a signature of an earlier version that was removed from the present document.",
    ),
    # Certificate and cryptography
    "no-signing-certificate": (
        "Chữ ký không kèm chứng thư của người ký.",
        "The signature does not bring the signer's certificate.",
    ),
    "certificate-mismatch": (
        "Chứng thư đi kèm không phải chứng thư mà chữ ký đã nêu.",
        "The certificate is not the one that the signature names.",
    ),
    "signing-certificate-attribute": (
        "Chữ ký PAdES thiếu thuộc tính nêu chứng thư người ký.",
        "The PAdES signature lacks the attribute that names the signing certificate.",
    ),
    "hash-failure": (
        "Nội dung tệp không còn khớp với chữ ký.",
        "The content of the file no longer matches the signature.",
    ),
    "signature-failure": (
        "Giá trị chữ ký không khớp với chứng thư người ký.",
        "The signature value does not match the signer's certificate.",
    ),
    "cannot-verify": (
        "Gặp lỗi khi kiểm tra chữ ký này nên không kết luận được.",
        "Checking this signature failed, so nothing can be concluded.",
    ),
    # Path
    "no-chain": (
        "Chưa xác định được chứng thư của «{issuer}» có đáng tin hay không.",
        "It is not known whether certificates of “{issuer}” can be trusted.",
    ),
    "get-issuer": (
        "Cần chứng thư gốc và chứng thư trung gian của «{issuer}»; hãy lấy từ trang của cơ quan cấp "
        "rồi thêm vào danh sách tin cậy.",
        "The root and intermediate certificates of “{issuer}” are needed; "
        "get them from the authority's site and add them to the trusted ones.",
    ),
    "chain-broken": (
        "Đường dẫn chứng thư không hợp lệ.",
        "The certificate path is not valid.",
    ),
    "certificate-unfit": (
        "Chứng thư không được cấp để ký văn bản.",
        "The certificate was not issued for signing documents.",
    ),
    "expired-unproven": (
        "Chứng thư hết hiệu lực ngày {ends}, và không có dấu thời gian đáng tin chứng minh đã ký trước đó.",
        "The certificate expired on {ends}, and no trusted timestamp proves an earlier signature.",
    ),
    "get-timestamp": (
        "Cần dấu thời gian đáng tin, hoặc xin nơi phát hành ký lại văn bản.",
        "A trusted timestamp is needed, or the issuer must sign the document again.",
    ),
    "expired-before": (
        "Chứng thư đã hết hiệu lực ngày {ends}, trước khi ký.",
        "The certificate had expired on {ends}, before the signature.",
    ),
    "not-yet-valid": (
        "Chứng thư chỉ có hiệu lực từ {begins}, sau khi ký.",
        "The certificate came into force on {begins}, after the signature.",
    ),
    # Revocation
    "revocation-unknown": (
        "Chưa kiểm tra được chứng thư của «{subject}» có bị thu hồi hay không.",
        "It was not checked whether the certificate of “{subject}” has been revoked.",
    ),
    "get-revocation": (
        "Cần danh sách thu hồi hoặc trả lời OCSP của «{issuer}»{address}.",
        "The revocation list or an OCSP answer of “{issuer}” is needed{address_en}.",
    ),
    "revocation-not-declared": (
        "Chứng thư không chỉ ra nơi hỏi việc thu hồi; không có thông tin nào nói chứng thư bị thu hồi.",
        "The certificate names no place to ask about revocation; nothing says that it was revoked.",
    ),
    "revoked-before": (
        "Chứng thư của «{subject}» đã bị thu hồi ngày {day}, trước khi ký.",
        "The certificate of “{subject}” was revoked on {day}, before the signature.",
    ),
    "revoked-unproven": (
        "Chứng thư của «{subject}» đã bị thu hồi ngày {day}, và không có dấu thời gian đáng tin "
        "chứng minh đã ký trước đó.",
        "The certificate of “{subject}” was revoked on {day}, and no trusted timestamp "
        "proves an earlier signature.",
    ),
    "revoked-after": (
        "Ký khi chứng thư còn hiệu lực; chứng thư bị thu hồi sau đó, ngày {day}.",
        "Signed while the certificate was in force; it was revoked later, on {day}.",
    ),
    # Algorithms
    "weak-algorithm": (
        "Chữ ký dùng thuật toán cũ ({algorithm}), nay không còn an toàn: nội dung khớp nhưng không đủ để kết luận.",
        "The signature uses an old algorithm ({algorithm}) that is no longer safe: "
        "the content matches, but that is not enough to conclude.",
    ),
    "weak-now": (
        "Thuật toán ({algorithm}) còn dùng được lúc ký nhưng nay đã cũ.",
        "The algorithm ({algorithm}) was acceptable at signing but is old today.",
    ),
    "weak-chain": (
        "Chứng thư của «{subject}» được cấp bằng thuật toán cũ, nay không còn an toàn.",
        "The certificate of “{subject}” was issued with an old algorithm that is no longer safe.",
    ),
    "get-resigned": (
        "Hãy xin nơi phát hành ký lại bằng thuật toán hiện hành, hoặc đối chiếu với sổ của nơi phát hành.",
        "Ask the issuer to sign again with a present algorithm, or compare with the issuer's register.",
    ),
    # Times
    "signer-clock": (
        "Thời gian ký là giờ máy người ký, không có dấu thời gian đáng tin.",
        "The signing time is the signer's own clock; there is no trusted timestamp.",
    ),
    "signing-time-differs": (
        "Giờ ghi trong chữ ký lệch {hours:+.1f} giờ so với giờ ghi trong văn bản; "
        "thường do phần mềm ký ghi giờ địa phương thành giờ UTC.",
        "The time inside the signature differs by {hours:+.1f} hours from the one in the document, "
        "usually because signing software wrote local time as UTC.",
    ),
    "time-in-future": (
        "Thời gian ký nằm ở tương lai so với lúc kiểm tra.",
        "The signing time lies in the future of the moment of checking.",
    ),
    "timestamp-untrusted": (
        "Dấu thời gian của «{authority}» chưa xác định được có đáng tin hay không nên không dùng.",
        "The timestamp of “{authority}” leads to no trusted authority and was not used.",
    ),
    "timestamp-broken": (
        "Dấu thời gian trong chữ ký không khớp với chữ ký.",
        "The timestamp in the signature does not match the signature.",
    ),
    # After signing
    "later-signature": (
        "Sau đó có thêm {count} chữ ký.",
        "{count} signature(s) were added later.",
    ),
    "later-timestamp": (
        "Sau đó có thêm {count} dấu thời gian văn bản.",
        "{count} document timestamp(s) were added later.",
    ),
    "validation-data": (
        "Sau đó có thêm dữ liệu kiểm tra chữ ký; nội dung không đổi.",
        "Validation data was added later; the content did not change.",
    ),
    "bytes-after-end": (
        "Có dữ liệu lạ nối sau phần kết thúc của tệp.",
        "There is foreign data after the end of the file.",
    ),
    "not-covered": (
        "Chữ ký không bao trùm trọn bản đã ký.",
        "The signature does not cover the whole of the version that was signed.",
    ),
    "pages-changed": (
        "Số trang đã đổi sau khi ký: từ {before} thành {after}.",
        "The number of pages changed after signing: from {before} to {after}.",
    ),
    "content-changed": (
        "Bản đã ký còn trong tệp; có nội dung thêm hoặc sửa sau đó mà không được ký.",
        "The signed version is still in the file; content was added or changed later and is not signed.",
    ),
    "form-values": (
        "Giá trị biểu mẫu đã đổi sau khi ký: {fields}.",
        "Form values changed after signing: {fields}.",
    ),
    "not-permitted": (
        "Người ký không cho phép thay đổi này.",
        "The signer did not permit this change.",
    ),
    "change-unreadable": (
        "Không phân tích được phần thêm vào sau khi ký nên không thể coi là vô hại.",
        "What was added after signing cannot be analysed, so it cannot be held harmless.",
    ),
    "not-fetched": (
        "Không truy cập mạng để kiểm tra; chỉ dùng dữ liệu có sẵn.",
        "No network was used; only data at hand was checked.",
    ),
}


def note(code: str, **values: object) -> Note:
    """The statement of this code, with its values filled in."""
    vi, en = TEXTS[code]
    return Note(code, Text(vi.format(**values), en.format(**values)))
