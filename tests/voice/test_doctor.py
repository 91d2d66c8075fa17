"""The operator asks how it stands: whether a speech server is named, and whether it answers."""

from __future__ import annotations

import pytest

from backend.settings import Settings
from bot import speech
from tests.voice.platform import GARBAGE, HANG, Platform, refusal


def test_without_a_server_the_doctor_says_who_listens() -> None:
    assert "YIMEN_SPEECH_URL is unset; colleagues listen" in speech.state_of(Settings())


@pytest.mark.parametrize("end", ["", "/", "/audio/transcriptions"])
def test_a_server_that_answers_is_said_to_answer(server: Platform, end: str) -> None:
    assert speech.state_of(Settings(speech_url=server.url + end, speech_model="m-1")).startswith("answers in")
    [asked] = server.asked
    assert asked["model"] == "m-1"
    assert asked["file"][2][:4] == b"RIFF"


@pytest.mark.parametrize(
    ("trouble", "why"),
    [(refusal(401), "http_401"), (refusal(500), "http_500"), (GARBAGE, "no_answer"), (HANG, "timeout")],
)
def test_a_server_in_trouble_is_named_with_its_trouble(server: Platform, trouble: object, why: str) -> None:
    server.says(trouble)
    assert f"does not answer: {why}" in speech.state_of(Settings(speech_url=server.url), seconds=0.5)


def test_a_server_that_is_not_there_is_said_not_to_be() -> None:
    assert "does not answer" in speech.state_of(Settings(speech_url="http://127.0.0.1:9/v1"))
