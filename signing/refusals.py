"""Why a document is not signed: what is wrong and what to do."""

LONGEST_QUOTE = 60  # letters of a document in a refusal


class SigningRefused(Exception):
    """A signature that was not made; nothing was written."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} — {en}")
        self.code = code
        self.vi = vi
        self.en = en


def not_a_pdf() -> SigningRefused:
    return SigningRefused(
        "not-a-pdf",
        "Tệp không phải PDF nên không ký được. Hãy chuyển thành PDF hoặc xin lại tệp gốc.",
        "The file is not a PDF and cannot be signed. Turn it into a PDF or ask for the original file.",
    )


def bytes_before() -> SigningRefused:
    return SigningRefused(
        "bytes-before",
        "Trước phần PDF trong tệp có những byte khác (máy chủ, hộp thư hoặc máy quét ghi vào) nên chữ ký sẽ "
        "không đứng vững ở mọi phần mềm. Hãy tải lại tệp gốc, hoặc mở tệp, in lại thành PDF rồi ký bản đó.",
        "Other bytes stand before the PDF in the file (a server, a mailbox or a scanner wrote them), so a "
        "signature would not hold in every program. Get the original file again, or open it, print it to a "
        "new PDF and sign that.",
    )


def not_copied(why: str) -> SigningRefused:
    return SigningRefused(
        "not-copied",
        f"Không đọc được tệp hoặc không ghi được bản ký ({why}). Hãy kiểm tra quyền và chỗ trống trên đĩa.",
        f"The file cannot be read or the signed one not written ({why}). Check rights and free space.",
    )


def encrypted() -> SigningRefused:
    return SigningRefused(
        "encrypted",
        "Tệp có mật khẩu mở nên không ký được. Hãy xin bản không đặt mật khẩu; nếu tệp chưa có chữ ký số, "
        "có thể tự gỡ mật khẩu rồi ký.",
        "The file opens only by a password and cannot be signed. Ask for a copy without one or, where it has "
        "no signature yet, remove the password and sign that.",
    )


def restricted() -> SigningRefused:
    """An encrypted document is no archival one either (ISO 19005-2, 6.1.3)."""
    return SigningRefused(
        "restricted",
        "Tệp mở được không cần mật khẩu nhưng bị mã hóa để hạn chế quyền in, sửa, nên không ký thêm được và "
        "không lưu trữ lâu dài được. Hãy xin bản không mã hóa, hoặc in lại thành PDF rồi ký bản đó.",
        "The file opens without a password but is encrypted to restrict its use, so it can neither be signed "
        "nor archived. Ask for a copy that is not encrypted, or print it to a new PDF and sign that.",
    )


def damaged() -> SigningRefused:
    return SigningRefused(
        "damaged",
        "Cấu trúc tệp PDF bị hỏng hoặc sai chuẩn nên chữ ký sẽ không đứng vững, dù có thể vẫn xem được. "
        "Hãy mở tệp, in lại thành PDF rồi ký bản đó, hoặc xin lại tệp gốc.",
        "The structure of the PDF is damaged or not as the standard has it, so no signature would hold on "
        "it, although it may still be shown. Open it, print it to a new PDF and sign that, or ask for the "
        "original.",
    )


def unreadable(problem: str) -> SigningRefused:
    """For a code of parsing.Unreadable."""
    if problem in ("empty", "not-a-pdf") or problem.startswith("is-"):  # pdf/other_files.py
        return not_a_pdf()
    if problem == "bytes-before":
        return bytes_before()
    return encrypted() if problem == "encrypted" else damaged()


def locked() -> SigningRefused:
    return SigningRefused(
        "certified",
        "Người ký trước đã khóa văn bản; thêm chữ ký nữa sẽ làm hỏng chữ ký đó. Hãy xin bản chưa khóa.",
        "An earlier signer locked the document; another signature would break theirs. "
        "Ask for a copy that is not locked.",
    )


def mark_locked() -> SigningRefused:
    return SigningRefused(
        "mark-locked",
        "Người ký trước đã khóa hình văn bản: thêm hình chữ ký sẽ làm hỏng chữ ký đó. "
        "Hãy ký không kèm hình chữ ký, hoặc xin bản chưa khóa.",
        "An earlier signer locked what the document shows; a visible mark would break that signature. "
        "Sign without a mark, or ask for a copy that is not locked.",
    )


def unsound() -> SigningRefused:
    return SigningRefused(
        "unsound-signature",
        "Chữ ký đã có trong văn bản không còn đúng. Hãy xin lại văn bản trực tiếp từ nơi phát hành rồi ký.",
        "A signature that the document already has is not sound. "
        "Ask the issuer for the document again before signing it.",
    )


def not_in_force(begins: str, ends: str) -> SigningRefused:
    return SigningRefused(
        "certificate-not-in-force",
        f"Chứng thư chữ ký số chỉ có hiệu lực từ {begins} đến {ends}. Hãy gia hạn hoặc dùng chứng thư khác.",
        f"The certificate is in force only from {begins} to {ends}. Renew it or use another one.",
    )


def unfit_certificate() -> SigningRefused:
    return SigningRefused(
        "certificate-unfit",
        "Chứng thư này không được cấp để ký văn bản. Hãy dùng chứng thư có mục đích chữ ký số.",
        "This certificate was not issued for signing documents. Use one whose purpose is digital signatures.",
    )


def unreadable_certificate() -> SigningRefused:
    return SigningRefused(
        "certificate-unreadable",
        "Chứng thư gửi kèm không đọc được. Hãy xuất lại chứng thư (DER, chứng thư người ký đứng đầu) rồi ký "
        "lại.",
        "A certificate that came along cannot be read. Export the certificates again (DER, the signer's "
        "first) and sign again.",
    )


def unfit_mechanism() -> SigningRefused:
    return SigningRefused(
        "unfit-key",
        "Loại khóa hoặc cách ký này không dùng được: cần RSA từ 2048 bit hoặc ECDSA P-256, P-384, P-521, "
        "và cách ký phải hợp với khóa của chứng thư. Hãy dùng chứng thư khác hoặc cách ký khác.",
        "This kind of key or way of signing cannot be used: RSA from 2048 bits or ECDSA P-256, P-384, P-521 "
        "is needed, in a way that fits the key of the certificate. Use another certificate or another way.",
    )


def no_timestamp_authority(level: str) -> SigningRefused:
    return SigningRefused(
        "no-tsa",
        f"Mức {level} cần máy chủ dấu thời gian. Hãy ghi địa chỉ bằng --tsa hoặc BANCHINH_TSA.",
        f"Level {level} needs a timestamp authority. Give its address with --tsa or BANCHINH_TSA.",
    )


def no_anchors(level: str) -> SigningRefused:
    return SigningRefused(
        "no-trust",
        f"Mức {level} cần chứng thư gốc tin cậy. Hãy ghi thư mục chứng thư bằng --trust hoặc BANCHINH_TRUST.",
        f"Level {level} needs trusted root certificates. Give their folder with --trust or BANCHINH_TRUST.",
    )


def evidence_missing(level: str, holders: str) -> SigningRefused:
    return SigningRefused(
        "evidence-missing",
        f"Chưa có đủ bằng chứng cho mức {level}: không dựng được đường dẫn chứng thư hoặc không biết tình "
        f"trạng thu hồi của {holders}. Hãy thêm chứng thư và danh sách thu hồi (CRL) vào thư mục --trust, "
        "hoặc thử lại khi có mạng.",
        f"The evidence for level {level} is incomplete: no certificate path, or nobody to say whether it was "
        f"revoked, for {holders}. Add certificates and revocation lists (CRL) to the --trust folder, "
        "or try again with a network.",
    )


def revoked(holders: str) -> SigningRefused:
    return SigningRefused(
        "certificate-revoked",
        f"Chứng thư của {holders} đã bị thu hồi nên không ký được. Hãy dùng chứng thư khác.",
        f"The certificate of {holders} was revoked, so nothing is signed with it. Use another one.",
    )


def would_not_hold(vi: str, en: str) -> SigningRefused:
    """`vi`, `en`: what a verifier would say of the certificates."""
    return SigningRefused(
        "certificate-unsound",
        f"Chữ ký của chứng thư này sẽ không được công nhận khi kiểm tra, nên chưa ký gì cả. {vi} Hãy dùng "
        "chứng thư khác, hoặc báo nơi cấp chứng thư.",
        f"A signature by this certificate would not be accepted when it is verified, so nothing is signed. "
        f"{en} Use another certificate, or tell who issued it.",
    )


def standing_unknown(holders: str) -> SigningRefused:
    return SigningRefused(
        "certificate-unknown",
        f"Chưa biết chứng thư của {holders} có còn hiệu lực và được tin cậy không, nên chưa ký gì cả. Hãy "
        "thử lại sau ít phút; nếu vẫn vậy, báo quản trị viên: BANCHINH_TRUST cần có chứng thư gốc, và danh "
        "sách thu hồi (tệp .crl) nếu máy chủ không có đường mạng đến nơi công bố.",
        f"Whether the certificate of {holders} is in force and trusted could not be learnt, so nothing is "
        "signed. Try again in a few minutes; if that does not help, tell the administrator: BANCHINH_TRUST "
        "needs the root, and the revocation list (a .crl file) where the server cannot reach the place that "
        "publishes it.",
    )


def timestamp_failed() -> SigningRefused:
    return SigningRefused(
        "tsa-failed",
        "Không lấy được dấu thời gian từ máy chủ. Hãy thử lại sau hoặc đổi máy chủ dấu thời gian.",
        "No timestamp could be had from the authority. Try again later or use another one.",
    )


def clocks_differ(level: str) -> SigningRefused:
    return SigningRefused(
        "clocks-differ",
        f"Dấu thời gian nhận được ghi thời điểm chưa tới theo đồng hồ của máy này, nên chưa đạt mức {level} "
        "và chưa ký gì cả. Hãy báo quản trị viên chỉnh đồng hồ của máy chủ, hoặc đổi máy chủ dấu thời gian.",
        f"The timestamp that came tells a time that has not come yet by the clock of this machine, so level "
        f"{level} is not reached and nothing is signed. Have the administrator set the clock of the server "
        "right, or use another timestamp authority.",
    )


def no_such_page(page: int, pages: int) -> SigningRefused:
    return SigningRefused(
        "no-such-page",
        f"Văn bản chỉ có {pages} trang, không có trang {page}. Hãy chọn lại trang đặt chữ ký.",
        f"The document has no page {page}; its last is page {pages}. Choose another page for the mark.",
    )


def signature_unsound() -> SigningRefused:
    return SigningRefused(
        "signature-check-failed",
        "Chữ ký vừa tạo không qua được bước tự kiểm tra nên đã bỏ. Hãy xem khóa có đi với chứng thư không.",
        "The new signature did not pass our own check and was thrown away. "
        "Check that the key belongs to its certificate.",
    )


def breaks_earlier() -> SigningRefused:
    return SigningRefused(
        "breaks-earlier-signature",
        "Thêm chữ ký vào tệp này sẽ làm hỏng chữ ký đã có nên chữ ký mới đã bỏ. "
        "Hãy xin nơi phát hành một bản khác rồi ký bản đó.",
        "Another signature in this file would break one that it has, so the new one was thrown away. "
        "Ask the issuer for another copy and sign that.",
    )


def foreign_value() -> SigningRefused:
    return SigningRefused(
        "foreign-value",
        "Giá trị chữ ký nhận được không phải do khóa của chứng thư này tạo ra trên chính văn bản này "
        "nên đã bỏ. Hãy xem khóa có đi với chứng thư không rồi ký lại.",
        "The signature value was not made of this very document by the key of this certificate, and was "
        "thrown away. Check that the key belongs to the certificate and sign again.",
    )


def draft_changed() -> SigningRefused:
    return SigningRefused(
        "draft-changed",
        "Bản chờ ký không còn hoặc đã khác so với lúc chuẩn bị nên không ký vào được. "
        "Hãy chuẩn bị và ký lại từ đầu.",
        "The document that waits for its signature is gone or differs from what was prepared, "
        "so nothing is put into it. Prepare it and sign again.",
    )


def active_content(kind: str) -> SigningRefused:
    return SigningRefused(
        "active-content",
        f"Văn bản có lệnh tự chạy ({kind}) nên có thể tự đổi hình sau khi ký. "
        "Hãy in lại thành PDF rồi ký bản đó.",
        f"The document holds commands that run by themselves ({kind}) and may change it after signing. "
        "Print it to a new PDF and sign that.",
    )


def hidden_layers() -> SigningRefused:
    return SigningRefused(
        "hidden-layers",
        "Văn bản có lớp ẩn: người khác có thể thấy nội dung khác. Hãy in lại thành PDF rồi ký bản đó.",
        "The document has hidden layers: others may see something else. Print it to a new PDF and sign that.",
    )


def ambiguous(names: str) -> SigningRefused:
    return SigningRefused(
        "ambiguous",
        f"Tệp ghi hai giá trị khác nhau cho cùng một mục ({names}): mỗi phần mềm có thể hiện một khác. "
        "Hãy in lại thành PDF rồi ký bản đó.",
        f"The file gives two different values for one entry ({names}), so programs may show different "
        "things. Print it to a new PDF and sign that.",
    )


def hidden_field(field: str) -> SigningRefused:
    return SigningRefused(
        "hidden-field",
        f"Ô «{field}» trong biểu mẫu bị ẩn, không ai thấy giá trị hoặc chữ ký trong đó. "
        "Hãy in lại thành PDF rồi ký bản đó.",
        f"The field “{field}” of the form is hidden: nobody sees its value, or a signature in it. "
        "Print the document to a new PDF and sign that.",
    )


def portfolio() -> SigningRefused:
    return SigningRefused(
        "portfolio",
        "Tệp là một tập gồm nhiều tệp đính kèm: phần mềm hiện các tệp đó chứ không hiện trang sẽ ký. "
        "Hãy tách từng văn bản ra rồi ký.",
        "The file is a portfolio of attached files: programs show those, and not the pages to be signed. "
        "Take the documents out and sign them one by one.",
    )


def external_content(page: int) -> SigningRefused:
    return SigningRefused(
        "external-content",
        f"Trang {page} lấy nội dung từ ngoài tệp hoặc có phim, âm thanh nên không cố định. "
        "Hãy in lại thành PDF rồi ký bản đó.",
        f"Page {page} takes content from outside the file, or holds films or sounds. "
        "Print it to a new PDF and sign that.",
    )


def overlay(page: int) -> SigningRefused:
    return SigningRefused(
        "overlay",
        f"Trang {page} có ghi chú hoặc hình đặt chồng, gỡ đi được mà không ai biết. "
        "Hãy xóa chúng, hoặc in lại thành PDF rồi ký bản đó.",
        f"Page {page} has comments or drawings laid over it, which can be taken off again. "
        "Remove them, or print the document to a new PDF and sign that.",
    )


def form_values() -> SigningRefused:
    return SigningRefused(
        "form-values",
        "Biểu mẫu trong văn bản chưa cố định: mỗi máy vẽ giá trị một cách. "
        "Hãy in lại thành PDF rồi ký bản đó.",
        "The form in the document is not fixed: each program draws its values in its own way. "
        "Print it to a new PDF and sign that.",
    )


def form_shows_other(field: str) -> SigningRefused:
    return SigningRefused(
        "form-values",
        f"Ô «{field}» trong biểu mẫu hiện một đằng, giá trị ghi một nẻo. "
        "Hãy điền lại ô đó, hoặc in lại thành PDF rồi ký bản đó.",
        f"The field “{field}” of the form shows something else than its value. "
        "Fill it in again, or print the document to a new PDF and sign that.",
    )


def form_too_large() -> SigningRefused:
    return SigningRefused(
        "too-much",
        "Biểu mẫu có quá nhiều ô, hoặc hình của ô quá phức tạp, nên không so hết được hình với giá trị. "
        "Hãy in lại thành PDF rồi ký bản đó.",
        "The form has too many fields, or too intricate pictures of them, for these to be compared with the "
        "values. Print the document to a new PDF and sign that.",
    )


def unseen_text(page: int, text: str) -> SigningRefused:
    told = _quoted(text)
    return SigningRefused(
        "unseen-text",
        f"Trang {page} có chữ bị che hoặc trùng màu nền, không ai nhìn thấy: «{told}». "
        "Hãy xóa chữ đó, hoặc in lại thành PDF rồi ký bản đó.",
        f"Page {page} has text that is painted over or has the colour of its ground, so that nobody sees it: "
        f"“{told}”. Remove it, or print the document to a new PDF and sign that.",
    )


def covered_text(page: int, text: str) -> SigningRefused:
    told = _quoted(text)
    return SigningRefused(
        "covered-text",
        f"Trang {page} có chữ bị che hoặc bị cắt mất một phần, dễ đọc thành chữ khác: «{told}». "
        "Hãy bỏ phần che, hoặc in lại thành ảnh quét rồi ký bản đó.",
        f"Page {page} has letters that are partly covered or cut off and may be read as others: “{told}”. "
        "Take away what covers them, or sign a scan of the printed page.",
    )


def _quoted(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def font_missing(font: str, page: int) -> SigningRefused:
    return SigningRefused(
        "font-not-embedded",
        f"Trang {page} dùng phông chữ {font} không có trong tệp, máy khác có thể hiện chữ khác. "
        "Hãy xuất lại PDF có nhúng phông chữ rồi ký.",
        f"Page {page} uses the font {font}, which is not in the file; other machines may show other letters. "
        "Export the PDF again with its fonts embedded.",
    )


def too_much(page: int) -> SigningRefused:
    return SigningRefused(
        "too-much",
        f"Trang {page} vẽ quá nhiều thứ hoặc lồng nhau quá sâu nên không xem hết được có chữ ẩn hay không. "
        "Hãy in lại thành ảnh quét rồi ký bản đó.",
        f"Page {page} draws too many things, or too deep within one another, to be looked through for hidden "
        "text. Sign a scan of the printed page.",
    )


def font_of_state(page: int) -> SigningRefused:
    return SigningRefused(
        "font-of-state",
        f"Trang {page} đặt phông chữ bằng một cách ít dùng (ExtGState) mà mỗi phần mềm hiểu một khác, nên "
        "có thể hiện chữ khác nhau. Hãy in lại thành PDF rồi ký bản đó.",
        f"Page {page} sets fonts in a rare way (ExtGState) that programs understand differently, so they may "
        "show different letters. Print it to a new PDF and sign that.",
    )


def not_a_certificate() -> SigningRefused:
    return SigningRefused(
        "not-a-certificate",
        "Chứng thư gửi kèm không đọc được. Hãy chọn lại chứng thư của khóa ký.",
        "The certificate that was sent cannot be read. Choose the certificate of the signing key again.",
    )


def of_signed(found: SigningRefused) -> SigningRefused:
    """What to do about a document that has signatures already: the ways out of others would lose them."""
    return SigningRefused(
        found.code,
        f"{found.vi} Nhưng văn bản này đã có chữ ký số, in lại hay sửa là mất chữ ký đó: hãy xin nơi phát "
        "hành một bản khác.",
        f"{found.en} But this document has signatures already, which are lost by printing or changing it: "
        "ask the issuer for another copy.",
    )
