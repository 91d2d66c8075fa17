"""What an operator types wrong is told, all of it at once, and nothing that signs in is shown."""

from pathlib import Path

import pytest

from backend.errors import ConfigurationError
from backend.privacy.keys import create_key_file
from backend.settings import Settings, load_settings


def told(**values: str) -> str:
    with pytest.raises(ConfigurationError) as refused:
        load_settings({f"YIMEN_{name.upper()}": value for name, value in values.items()})
    return str(refused.value)


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    create_key_file(tmp_path / "keys")
    return {
        "YIMEN_PROFILE": "production",
        "YIMEN_DATA_KEY_FILE": str(tmp_path / "keys"),
        "YIMEN_BASE_URL": "https://x.example/",
    }


def test_production_starts_when_all_is_there(production: dict[str, str]) -> None:
    assert load_settings(production).settings.base_url == "https://x.example"


@pytest.mark.parametrize(
    ("switch", "needed"),
    [
        ("WECHAT_APP_ID", ("WECHAT_TOKEN", "WECHAT_AES_KEY")),
        ("WECOM_CORP_ID", ("WECOM_TOKEN", "WECOM_AES_KEY")),
        ("TELEGRAM_TOKEN", ("TELEGRAM_WEBHOOK_SECRET",)),
        ("TELEGRAM_STAFF_TOKEN", ("TELEGRAM_STAFF_WEBHOOK_SECRET",)),
    ],
)
def test_a_channel_that_is_on_needs_what_keeps_forgers_out(
    production: dict[str, str], switch: str, needed: tuple[str, ...]
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_settings(production | {f"YIMEN_{switch}": "x"})
    assert [problem.split()[0] for problem in refused.value.problems] == [f"YIMEN_{name}" for name in needed]
    load_settings(production | {f"YIMEN_{switch}": "x"} | {f"YIMEN_{name}": "y" for name in needed})


@pytest.mark.parametrize("url", ["http://x.example", "https://", "https:///desk", "x.example"])
def test_production_wants_a_real_https_address(production: dict[str, str], url: str) -> None:
    with pytest.raises(ConfigurationError, match="YIMEN_BASE_URL"):
        load_settings(production | {"YIMEN_BASE_URL": url})


@pytest.mark.parametrize(
    "url", ["http://speech.example/v1", "http://10.0.0.7:9000/v1", "http://127.0.0.1.x.example/v1"]
)
def test_production_sends_voices_nowhere_in_the_clear(production: dict[str, str], url: str) -> None:
    with pytest.raises(ConfigurationError, match="YIMEN_SPEECH_URL"):
        load_settings(production | {"YIMEN_SPEECH_URL": url})
    assert load_settings({"YIMEN_SPEECH_URL": url}).settings.speech_url == url, "a trial may"


@pytest.mark.parametrize("url", ["https://speech.example/v1", "http://127.0.0.1:9000/v1", "http://[::1]:9000/v1",
                                 "http://localhost:9000/v1"])  # fmt: skip
def test_production_sends_voices_sealed_or_not_off_this_machine(production: dict[str, str], url: str) -> None:
    load_settings(production | {"YIMEN_SPEECH_URL": url})


def test_a_speech_server_is_named_by_its_whole_address() -> None:
    assert "YIMEN_SPEECH_URL" in told(speech_url="speech.example/v1")


def test_production_wants_its_key_file_where_it_says_and_for_its_owner_only(production: dict[str, str]) -> None:
    file = Path(production["YIMEN_DATA_KEY_FILE"])
    file.chmod(0o640)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        load_settings(production)
    file.unlink()
    with pytest.raises(ConfigurationError, match="no file"):
        load_settings(production)


def test_a_wrong_value_does_not_hide_what_else_is_missing() -> None:
    said = told(profile="production", port="many")
    assert all(f"YIMEN_{name}" in said for name in ("PORT", "DATA_KEY_FILE", "BASE_URL"))
    assert said.count("YIMEN_BASE_URL") == 1


def test_a_file_may_quote_export_and_leave_empty(tmp_path: Path) -> None:
    file = tmp_path / "y.env"
    file.write_text(
        '\ufeffYIMEN_BASE_URL="https://x.example"\nexport YIMEN_PORT=9000\nYIMEN_COUNTY=north # here\n'
        "YIMEN_DATA_KEY_FILE=\nYIMEN_HOLIDAYS_DIR=\nYIMEN_WECHAT_TOKEN='a#b$c'\n",
        encoding="utf-8",
    )
    settings = load_settings({"YIMEN_CONFIG": str(file)}).settings
    assert (settings.base_url, settings.port, settings.county) == ("https://x.example", 9000, "north")
    assert settings.data_key_file is None
    assert settings.holidays_dir is None
    assert settings.wechat_token.get_secret_value() == "a#b$c"


@pytest.mark.parametrize("line", ["YIMEN_PORT 9000", "YIMEN_PORT", "YIMEN_PORT='9000"])
def test_a_line_that_is_no_pair_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    file = tmp_path / "y.env"
    file.write_text(f"YIMEN_COUNTY=north\n{line}\n", encoding="utf-8")
    assert "line 2" in told(config=str(file))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://u:s3@cret@h/d"),
        ("DATABASE_URL", "postgresql://h/d?password=s3cret"),
        ("SMS_URL", "https://s3cret@h/send"),
        ("SPEECH_URL", "https://h/v1?key=s3cret"),
        ("WECOM_ROBOT_URL", "https://h/send?key=s3cret"),
    ],
)
def test_nothing_that_signs_in_is_shown(name: str, value: str) -> None:
    shown = {row[0]: row[1] for row in load_settings({f"YIMEN_{name}": value}).rows()}[f"YIMEN_{name}"]
    assert "cret" not in shown
    assert "****" in shown


def test_the_demo_s_keys_lie_beside_its_database() -> None:
    def where(url: str) -> str:
        return str(Settings(database_url=url).key_file)

    assert where("sqlite:///var/yimen.db") == "var/demo.keys"
    assert where("sqlite:////data/other/y.db?timeout=5") == "/data/other/demo.keys"
    assert where("postgresql://h/d") == "var/demo.keys"
    assert str(Settings(data_key_file=Path("/k")).key_file) == "/k"
