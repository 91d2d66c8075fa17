"""Settings come from one place, say where from, and refuse what would be unsafe in production."""

from pathlib import Path

import pytest

from backend.errors import ConfigurationError
from backend.settings import Settings, env_example, load_settings

ROOT = Path(__file__).parents[2]


def test_defaults_need_nothing() -> None:
    settings = load_settings({}).settings
    assert settings.database_url == "sqlite:///var/yimen.db"
    assert settings.profile == "demo"


def test_the_environment_goes_before_the_file_and_each_value_says_where_it_is_from(tmp_path) -> None:
    file = tmp_path / "y.env"
    file.write_text("# 注释\nYIMEN_COUNTY=north\nYIMEN_PORT=9000\n", encoding="utf-8")
    loaded = load_settings({"YIMEN_CONFIG": str(file), "YIMEN_PORT": "9001"})
    assert (loaded.settings.county, loaded.settings.port) == ("north", 9001)
    assert loaded.sources == {"county": "file", "port": "env"}


def test_a_toml_file_works_too(tmp_path) -> None:
    file = tmp_path / "y.toml"
    file.write_text('county = "north"\nport = 9000\n', encoding="utf-8")
    assert load_settings({"YIMEN_CONFIG": str(file)}).settings.port == 9000


def test_production_lists_everything_that_is_unsafe_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_settings({"YIMEN_PROFILE": "production", "YIMEN_WECHAT_APP_ID": "wx1", "YIMEN_TELEGRAM_TOKEN": "1:a"})
    told = str(refused.value)
    for name in ("DATA_KEY_FILE", "BASE_URL", "WECHAT_AES_KEY", "TELEGRAM_WEBHOOK_SECRET"):
        assert f"YIMEN_{name}" in told


@pytest.mark.parametrize("text", ["YIMEN_NO_SUCH=1\n", "YIMEN_PORT=many\n"])
def test_a_mistake_in_the_file_is_named(tmp_path, text: str) -> None:
    file = tmp_path / "y.env"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=text.split("=")[0]):
        load_settings({"YIMEN_CONFIG": str(file)})


def test_secrets_are_masked_where_settings_are_shown() -> None:
    loaded = load_settings({"YIMEN_WECHAT_APP_SECRET": "s3cret", "YIMEN_DATABASE_URL": "postgresql://u:pw@h/d"})
    shown = "\n".join(row[1] for row in loaded.rows())
    assert "s3cret" not in shown
    assert "pw@" not in shown


def test_the_example_file_is_the_generated_one() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == env_example()
    assert all(field.description for field in Settings.model_fields.values())
