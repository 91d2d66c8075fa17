"""Asks a server that speaks OpenAI's transcription interface what is said in a recording.

The interface: `POST …/audio/transcriptions`, multipart with `file`, `model`, `language`, `response_format`; 200 with
`{"text": …}`, where `segments` may say how sure it was; errors as `{"error": {"message", "type", "param", "code"}}`.
The one place that talks to such a server: what it says becomes a value, and nothing it sends is trusted or logged.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import time
import wave

import httpx
import msgspec

from backend.settings import Settings

PATH = "/audio/transcriptions"
LANGUAGE = "zh"
SECONDS = 60.0  # a recording of a minute on a small machine
LARGEST_ANSWER = 1024 * 1024  # bytes
#: Means over the segments, as whisper's own decoder judges them: below the first, or above the second, it is guessing.
LEAST_SURE = -1.0
MOST_SILENT = 0.6

_ENDINGS = {
    "audio/amr": "amr",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/webm": "webm",
    "audio/silk": "silk",
    "audio/mp4": "m4a",
}
#: Answers after which asking again can help.
_AGAIN = frozenset({408, 409, 425, 429})


class Transcript(msgspec.Struct, frozen=True):
    """What the server heard.

    Attributes:
        doubtful: by its own measure it is guessing.
    """

    text: str
    doubtful: bool = False


class SpeechError(Exception):
    """No words came.

    Attributes:
        code: why, for the row and the log.
        again: whether asking later can help.
        after: how long to wait at least, if the server said so.
    """

    def __init__(self, code: str, *, again: bool, after: dt.timedelta | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.again = again
        self.after = after


class _Segment(msgspec.Struct):
    avg_logprob: float | None = None
    no_speech_prob: float | None = None


class _Answer(msgspec.Struct):
    text: str
    segments: list[_Segment] | None = None


_decode = msgspec.json.Decoder(_Answer).decode


class SpeechServer:
    """The server named by SPEECH_URL.

    Args:
        seconds: how long one recording may take.
    """

    def __init__(self, settings: Settings, seconds: float = SECONDS) -> None:
        url = settings.speech_url.rstrip("/")
        self._url = url if httpx.URL(url).path.endswith(PATH) else url + PATH
        self._model = settings.speech_model
        self._seconds = seconds
        key = settings.speech_key.get_secret_value()
        # No proxy and no certificate comes from the environment: the settings are the one place that is read.
        self._client = httpx.AsyncClient(
            headers={"authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(seconds, connect=min(10.0, seconds)),
            trust_env=False,
        )

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def transcribe(self, data: bytes, media_type: str) -> Transcript:
        """What is said in a recording; the text may be empty.

        Raises:
            SpeechError: it could not be asked, or its answer is none.
        """
        name = f"voice.{_ENDINGS.get(media_type, 'bin')}"
        fields = {"model": self._model, "language": LANGUAGE, "response_format": "json"}
        try:
            async with asyncio.timeout(self._seconds):
                status, headers, body = await self._post(fields, {"file": (name, data, media_type)})
        except TimeoutError:
            raise SpeechError("timeout", again=True) from None
        except httpx.TimeoutException:
            raise SpeechError("timeout", again=True) from None
        except httpx.HTTPError as error:
            raise SpeechError(type(error).__name__, again=True) from None
        if status != 200:
            raise SpeechError(f"http_{status}", again=status >= 500 or status in _AGAIN, after=_after(headers))
        try:
            answer = _decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise SpeechError("no_answer", again=True) from None  # a page of something in between, perhaps
        return Transcript(answer.text, _doubtful(answer.segments or []))

    async def _post(
        self, fields: dict[str, str], files: dict[str, tuple[str, bytes, str]]
    ) -> tuple[int, httpx.Headers, bytes]:
        async with self._client.stream("POST", self._url, data=fields, files=files) as response:
            body = b""
            async for part in response.aiter_bytes():
                body += part
                if len(body) > LARGEST_ANSWER:
                    raise SpeechError("answer_too_long", again=False)
            return response.status_code, response.headers, body


def _after(headers: httpx.Headers) -> dt.timedelta | None:
    told = headers.get("retry-after", "")
    return dt.timedelta(seconds=int(told)) if told.isdecimal() and len(told) < 7 else None


def _doubtful(segments: list[_Segment]) -> bool:
    sure = [one.avg_logprob for one in segments if one.avg_logprob is not None]
    silent = [one.no_speech_prob for one in segments if one.no_speech_prob is not None]
    return bool(sure and sum(sure) / len(sure) < LEAST_SURE) or bool(silent and sum(silent) / len(silent) > MOST_SILENT)


def state_of(settings: Settings, seconds: float = 10.0) -> str:
    """Whether the server answers, asked with half a second of silence; for `yimen doctor`."""
    if not settings.speech_url:
        return "off: YIMEN_SPEECH_URL is unset; colleagues listen to voice messages"

    async def ask() -> None:
        server = SpeechServer(settings, seconds)
        try:
            await server.transcribe(silence(), "audio/wav")
        finally:
            await server.close()

    began = time.monotonic()
    try:
        asyncio.run(ask())
    except SpeechError as error:
        return f"does not answer: {error.code}; colleagues listen to voice messages meanwhile"
    return f"answers in {time.monotonic() - began:.1f} s (model {settings.speech_model})"


def silence(seconds: float = 0.5) -> bytes:
    """A WAV of nothing: 16 kHz, mono."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(b"\0\0" * int(16000 * seconds))
    return out.getvalue()
