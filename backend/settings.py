"""The settings: one frozen object, read once, passed down. No other module looks at the environment."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from backend.errors import ConfigurationError

PREFIX = "YIMEN_"


class Settings(BaseSettings):
    """Every setting with what it is for; names are fixed in the interfaces page."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    database_url: str = Field(
        "sqlite:///var/yimen.db", description="where everything is kept; postgresql://… for many machines"
    )
    profile: Literal["demo", "production"] = Field(
        "demo", description="production refuses to start without key, https and safe-mode webhooks"
    )
    base_url: str = Field(
        "http://127.0.0.1:8460", description="the address people reach this service at; links begin with it"
    )
    host: str = Field("127.0.0.1", description="the address to listen on")
    port: int = Field(8460, ge=0, le=65535, description="the port to listen on; 0 takes a free one")
    county: str = Field("yunshan", description="the county file (rule pack) in force: a name or a path")
    language: str = Field("zh_CN", description="the language of the words")
    data_key_file: Path | None = Field(
        None, description="keys for sealed fields; readable by the service only; kept apart from backups"
    )
    media_dir: Path = Field(Path("var/media"), description="where sealed photos and files lie")
    holidays_dir: Path | None = Field(None, description="a folder of holiday files that go before the shipped ones")
    wechat_app_id: str = Field("", description="WeChat: app id")
    wechat_app_secret: SecretStr = Field(SecretStr(""), description="WeChat: app secret")
    wechat_token: SecretStr = Field(SecretStr(""), description="WeChat: callback token")
    wechat_aes_key: SecretStr = Field(SecretStr(""), description="WeChat: callback AES key (safe mode)")
    wechat_api_base: str = Field("", description="WeChat: address of the platform, for tests")
    wecom_corp_id: str = Field("", description="WeCom: corp id")
    wecom_agent_id: str = Field("", description="WeCom: agent id")
    wecom_secret: SecretStr = Field(SecretStr(""), description="WeCom: secret")
    wecom_token: SecretStr = Field(SecretStr(""), description="WeCom: callback token")
    wecom_aes_key: SecretStr = Field(SecretStr(""), description="WeCom: callback AES key")
    wecom_api_base: str = Field("", description="WeCom: address of the platform, for tests")
    wecom_robot_url: SecretStr = Field(SecretStr(""), description="WeCom: group robot")
    telegram_token: SecretStr = Field(SecretStr(""), description="Telegram for residents: bot token")
    telegram_webhook_secret: SecretStr = Field(SecretStr(""), description="Telegram for residents: webhook secret")
    telegram_api_base: str = Field("", description="Telegram for residents: address of the platform, for tests")
    telegram_staff_token: SecretStr = Field(SecretStr(""), description="Telegram for staff: bot token")
    telegram_staff_webhook_secret: SecretStr = Field(SecretStr(""), description="Telegram for staff: webhook secret")
    telegram_staff_chat: str = Field("", description="Telegram for staff: group id")
    telegram_staff_api_base: str = Field("", description="Telegram for staff: address of the platform, for tests")
    telegram_sensitive: bool = Field(
        False, description="Telegram: ask identity numbers, photos, health and income there"
    )
    speech_url: str = Field("", description="an OpenAI-compatible transcription endpoint")
    sms_url: str = Field("", description="a gateway for text messages")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Values come from `load_settings` alone, so that there is one order and one place."""
        return (init_settings,)

    @property
    def key_file(self) -> Path:
        """The key file; in the demo profile one beside the database is made on first use."""
        return self.data_key_file or Path("var/demo.keys")


class Loaded:
    """Settings together with where each value came from.

    Attributes:
        settings: the values.
        sources: name to "env", "file" or "default".
    """

    def __init__(self, settings: Settings, sources: Mapping[str, str]) -> None:
        self.settings = settings
        self.sources = dict(sources)

    def rows(self) -> list[tuple[str, str, str, str]]:
        """(name, value with secrets masked, source, description), for `yimen doctor`."""
        found = []
        for name, field in Settings.model_fields.items():
            value = getattr(self.settings, name)
            if isinstance(value, SecretStr):
                shown = "********" if value.get_secret_value() else ""
            else:
                shown = _without_password(str(value)) if value is not None else ""
            found.append((PREFIX + name.upper(), shown, self.sources.get(name, "default"), field.description or ""))
        return found


def load_settings(environ: Mapping[str, str] | None = None, **given: Any) -> Loaded:
    """Read the settings: the environment goes before the file named by YIMEN_CONFIG, both before defaults.

    Args:
        environ: instead of the process's environment.
        given: values that go before everything (command-line options).

    Raises:
        ConfigurationError: lists everything that must be mended.
    """
    env = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    problems: list[str] = []
    for source, found in (("file", _file(env.get(PREFIX + "CONFIG"), problems)), ("env", _env(env))):
        for name, value in found.items():
            if name not in Settings.model_fields:
                if source == "file":
                    problems.append(f"{PREFIX}{name.upper()} in the settings file is not a setting; check the name")
                continue
            values[name], sources[name] = value, source
    values |= {name: value for name, value in given.items() if value is not None}
    try:
        settings = Settings(**values)
    except ValidationError as error:
        problems += [f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
        raise ConfigurationError(problems) from None
    problems += _production_problems(settings)
    if problems:
        raise ConfigurationError(problems)
    return Loaded(settings, sources)


def _env(env: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in env.items()
        if name.startswith(PREFIX) and name != PREFIX + "CONFIG" and value != ""
    }


def _file(path: str | None, problems: list[str]) -> dict[str, Any]:
    if not path:
        return {}
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".toml":
            found = tomllib.loads(text)
        else:
            lines = (line.strip() for line in text.splitlines())
            pairs = (line.split("=", 1) for line in lines if "=" in line and line[0] != "#")
            found = {name.strip(): value.strip() for name, value in pairs}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{PREFIX}CONFIG names {file.name}, which cannot be read: {error}")
        return {}
    return {name.upper().removeprefix(PREFIX).lower(): value for name, value in found.items()}


def _production_problems(settings: Settings) -> list[str]:
    if settings.profile != "production":
        return []
    problems = []
    if settings.data_key_file is None:
        problems.append(f"{PREFIX}DATA_KEY_FILE is missing: make one with `yimen key create FILE`")
    if not settings.base_url.startswith("https://"):
        problems.append(f"{PREFIX}BASE_URL must begin with https:// in production")
    if settings.wechat_app_id and not settings.wechat_aes_key.get_secret_value():
        problems.append(f"{PREFIX}WECHAT_AES_KEY is missing: production takes safe-mode callbacks only")
    if settings.wecom_corp_id and not settings.wecom_aes_key.get_secret_value():
        problems.append(f"{PREFIX}WECOM_AES_KEY is missing: WeCom callbacks are always encrypted")
    if settings.telegram_token.get_secret_value() and not settings.telegram_webhook_secret.get_secret_value():
        problems.append(f"{PREFIX}TELEGRAM_WEBHOOK_SECRET is missing: anybody could post updates")
    return problems


def _without_password(text: str) -> str:
    head, found, rest = text.partition("://")
    if not found or "@" not in rest or ":" not in rest.split("@")[0]:
        return text
    return f"{head}://{rest.split(':')[0]}:********@{rest.split('@', 1)[1]}"


def env_example() -> str:
    """The text of `.env.example`, generated from the fields."""
    lines = [
        "# Generated by `yimen doctor --env-example`; every setting with its default. Change it there, not here.",
        "",
    ]
    for name, field in Settings.model_fields.items():
        default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        lines += [
            f"# {field.description}",
            f"#{PREFIX}{name.upper()}={'' if default is None else default}",
            "",
        ]
    return "\n".join(lines)
