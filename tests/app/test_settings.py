from pathlib import Path

import pytest

from app.settings import BadSetting, load


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
    monkeypatch.setenv("BANCHINH_KEY_PASSPHRASE", "also-hush")
    assert "hush" not in repr(load())
