"""The settings: one frozen object, read once, passed down. No other module looks at the environment."""

from __future__ import annotations

import io
import os
import tomllib
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator
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
    trusted_proxies: str = Field(
        "127.0.0.1,::1",
        description="addresses of our own reverse proxy, with commas; only it may say where a request is from",
    )
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="/metrics asks for this bearer token; empty: only this machine, no proxy between",
    )
    limit_messages_session: int = Field(60, ge=0, description="messages a minute of one session; 0 is no limit")
    limit_messages_source: int = Field(600, ge=0, description="messages a minute from one address; 0 is no limit")
    limit_messages_service: int = Field(6000, ge=0, description="messages a minute in all; 0 is no limit")
    limit_uploads_session: int = Field(
        20, ge=0, description="messages with files a minute of one session; 0 is no limit"
    )
    limit_uploads_source: int = Field(
        100, ge=0, description="messages with files a minute from one address; 0 is no limit"
    )
    limit_uploads_service: int = Field(1000, ge=0, description="messages with files a minute in all; 0 is no limit")
    limit_danger_times: int = Field(
        10, ge=1, description="words of danger pass up to so many times the limits on messages"
    )
    limit_codes_source: int = Field(20, ge=0, description="progress queries a minute from one address; 0 is no limit")
    limit_codes_service: int = Field(600, ge=0, description="progress queries a minute in all; 0 is no limit")
    limit_sign_in_source: int = Field(40, ge=0, description="tries to sign in a minute from one address; 0 is no limit")
    limit_sign_in_service: int = Field(300, ge=0, description="tries to sign in a minute in all; 0 is no limit")
    notice_link_days: int = Field(60, ge=1, le=365, description="how long a resident's link to her notice works")
    transfer_link_days: int = Field(7, ge=1, le=60, description="how long a department's link to one transfer works")
    sign_in_link_hours: int = Field(24, ge=1, le=72, description="how long an unused link to sign in works")
    desk_idle_minutes: int = Field(30, ge=5, le=720, description="a desk nobody touches is signed out after so long")
    desk_session_hours: int = Field(12, ge=1, le=24, description="a desk is signed out after so long in any case")
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
    read_photos: bool = Field(
        True, description="read photographed identity cards and the like; needs the extra photos (make photos)"
    )
    speech_url: str = Field(
        "", description="an OpenAI-compatible transcription endpoint: …/v1, or the whole …/audio/transcriptions"
    )
    speech_model: str = Field("whisper-1", description="the model the transcription endpoint is asked for")
    speech_key: SecretStr = Field(
        SecretStr(""), description="the bearer key of the transcription endpoint, if it wants"
    )
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

    @field_validator("base_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("speech_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and not (parts.scheme in ("http", "https") and parts.hostname):
            raise ValueError("write the whole address, beginning with http:// or https://")
        return value

    @property
    def key_file(self) -> Path:
        """The key file; in the demo profile one beside the database is made on first use."""
        if self.data_key_file is not None:
            return self.data_key_file
        scheme, _, rest = self.database_url.partition(":///")
        database = rest.partition("?")[0]
        beside = scheme.startswith("sqlite") and database and not database.startswith(":memory:")
        return Path(database).parent / "demo.keys" if beside else Path("var/demo.keys")


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
                shown = _without_secrets(str(value)) if value is not None else ""
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
        wrong = {str(e["loc"][0]) for e in error.errors()}
        problems += [f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
        # What is right is looked at too, so that everything to mend is told at once.
        settings = Settings(**{name: value for name, value in values.items() if name not in wrong})
        problems += [p for p in _production_problems(settings) if not any(f"{PREFIX}{n.upper()} " in p for n in wrong)]
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
        text = file.read_text(encoding="utf-8-sig")
        found = tomllib.loads(text) if file.suffix == ".toml" else _lines(text, problems)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{PREFIX}CONFIG names {file.name}, which cannot be read: {error}")
        return {}
    # Like an empty variable, an empty value leaves the default in force.
    return {name.upper().removeprefix(PREFIX).lower(): value for name, value in found.items() if value != ""}


def _lines(text: str, problems: list[str]) -> dict[str, str]:
    """The pairs of an .env file, quotes and `export` understood; a line that is no pair is named."""
    found = {}
    for pair in parse_stream(io.StringIO(text)):
        if pair.error or (pair.key is not None and pair.value is None):
            problems.append(f"line {pair.original.line} of the settings file is no pair; write NAME=value")
        elif pair.key is not None and pair.value is not None:
            found[pair.key] = pair.value
    return found


# What a channel needs in production besides its switch, and why.
_CHANNELS = (
    ("wechat_app_id", "wechat_token", "without it anybody could send callbacks"),
    ("wechat_app_id", "wechat_aes_key", "production takes safe-mode callbacks only"),
    ("wecom_corp_id", "wecom_token", "without it anybody could send callbacks"),
    ("wecom_corp_id", "wecom_aes_key", "WeCom callbacks are always encrypted"),
    ("telegram_token", "telegram_webhook_secret", "without it anybody could post updates"),
    ("telegram_staff_token", "telegram_staff_webhook_secret", "without it anybody could post updates"),
)


def _production_problems(settings: Settings) -> list[str]:
    if settings.profile != "production":
        return []
    problems = []
    key_file = settings.data_key_file
    if key_file is None:
        problems.append(f"{PREFIX}DATA_KEY_FILE is missing: make one with `yimen key create FILE`")
    elif not key_file.is_file():
        problems.append(f"{PREFIX}DATA_KEY_FILE names {key_file}, which is no file: put the key file back, or make one")
    elif key_file.stat().st_mode & 0o077:
        problems.append(f"{PREFIX}DATA_KEY_FILE names {key_file}, which others can read: chmod 600 {key_file}")
    if not _is_https(settings.base_url):
        problems.append(f"{PREFIX}BASE_URL must begin with https:// and name a host in production")
    if settings.speech_url and not (_is_https(settings.speech_url) or _is_loopback(settings.speech_url)):
        problems.append(f"{PREFIX}SPEECH_URL must begin with https:// in production, or name this machine: voices are "
                        "sent there")  # fmt: skip
    for switch, needed, why in _CHANNELS:
        if _plain(settings, switch) and not _plain(settings, needed):
            problems.append(f"{PREFIX}{needed.upper()} is missing: {why}")
    return problems


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)


def _is_loopback(url: str) -> bool:
    """Whether an address is on this very machine."""
    try:
        host = urlsplit(url).hostname or ""
        return urlsplit(url).scheme == "http" and (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:
        return False


def _plain(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _without_secrets(text: str) -> str:
    """An address without what signs in: its password, a name that stands alone, whatever follows `?`."""
    scheme, found, rest = text.partition("://")
    if not found:
        return text
    address, asked, _ = rest.partition("?")
    sign_in, at, place = address.rpartition("@")
    name, colon, _ = sign_in.partition(":")
    shown = f"{name}:********@" if colon else "********@" if at else ""
    return f"{scheme}://{shown}{place}" + ("?********" if asked else "")


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
