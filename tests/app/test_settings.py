from pathlib import Path

import pytest

from app.settings import BadSetting, load, read


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_defaults_are_embedded(tmp_path: Path) -> None:
    settings = load()
    assert settings.database_url == f"sqlite:///{tmp_path / 'var' / 'banchinh.sqlite'}"
    assert settings.objects_url == f"file:{tmp_path / 'var' / 'objects'}"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)


def test_an_unknown_name_suggests_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANCHINH_DATABSE", "sqlite:///x")
    with pytest.raises(BadSetting, match="BANCHINH_DATABSE is not a setting; did you mean BANCHINH_DATABASE"):
        load()


def test_an_unknown_name_in_the_env_file_is_an_error_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BANCHINH_PROT=9000\n")
    with pytest.raises(BadSetting, match="BANCHINH_PORT"):
        load()


def test_the_env_file_is_read_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("BANCHINH_PORT=9000\nBANCHINH_HOST=::1\nOTHER=1\n")
    monkeypatch.setenv("BANCHINH_PORT", "9001")
    settings = load()
    assert (settings.host, settings.port) == ("::1", 9001)


def test_a_value_of_the_wrong_kind_names_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANCHINH_PORT", "eighty")
    with pytest.raises(BadSetting, match="BANCHINH_PORT"):
        load()


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANCHINH_S3_SECRET_KEY", "hush-hush")
    for name in ("KEY_PASSPHRASE", "CSC_TOKEN", "CSC_PASSWORD", "CSC_OTP"):
        monkeypatch.setenv(f"BANCHINH_{name}", "also-hush")
    assert "hush" not in repr(load())


def test_an_empty_value_is_no_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TRUST", "DATA", "PORT", "DATABASE"):
        monkeypatch.setenv(f"BANCHINH_{name}", "")
    settings = load()
    assert settings.trust is None
    assert settings.data == Path("var")
    assert settings.port == 8000


def test_trust_that_is_not_there_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANCHINH_TRUST", str(tmp_path / "anchors"))
    with pytest.raises(BadSetting, match=r"BANCHINH_TRUST: .* / there is no file or folder"):
        load()
    assert read().trust == tmp_path / "anchors"
    (tmp_path / "anchors").mkdir()
    assert load().trust == tmp_path / "anchors"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("WORKERS", "-1"),
        ("PAGES", "0"),
        ("UPLOAD_BYTES", "-5"),
        ("CHILD_BYTES", "0"),
        ("PAGE_SECONDS", "0"),
        ("VERIFY_SECONDS", "inf"),
        ("PAGE_MEGAPIXELS", "nan"),
        ("SESSION_HOURS", "-1"),
        ("TOKEN_DAYS", "0"),
        ("SIGN_IN_ATTEMPTS_A_MINUTE", "0"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_value_out_of_bounds_names_its_setting(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"BANCHINH_{name}", value)
    with pytest.raises(BadSetting, match=f"BANCHINH_{name}"):
        load()


def test_the_log_level_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANCHINH_LOG_LEVEL", "debug")
    assert load().log_level == "DEBUG"


@pytest.mark.parametrize(
    "address",
    [
        "http://banchinh.example",
        "https://banchinh.example/x",
        "https://a@b.example",
        "banchinh.example",
        "https://",
        "https://b.example:abc",
        "https://b.example:99999",
        "https://b.example:",
        "https://b.example?",
        "https://b.example#",
        "https://:pw@b.example",
        "https://[::1",
        "https://bản-chính.example",
    ],
)
def test_the_public_address_is_one_of_its_own_and_never_in_the_open(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("BANCHINH_PUBLIC_URL", address)
    with pytest.raises(BadSetting, match=r"BANCHINH_PUBLIC_URL: .*https://HOST"):
        load()


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("https://banchinh.example", "https://banchinh.example"),
        ("https://b.example:8443/", "https://b.example:8443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        (" https://Ban-Chinh.example:443/ ", "https://ban-chinh.example"),
    ],
)
def test_a_public_address_is_taken_as_browsers_say_it(
    monkeypatch: pytest.MonkeyPatch, address: str, taken: str
) -> None:
    monkeypatch.setenv("BANCHINH_PUBLIC_URL", address)
    assert load().public_url == taken
