"""A speech server that answers as the platforms with OpenAI's transcription interface do, troubles included."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Platform:
    """What it is told to answer next, and what it was asked.

    Attributes:
        answers: taken from the front, the last one for ever: a text, a dict (the whole JSON), (status, headers, bytes),
            or "hang".
        asked: the fields of each request, `file` as (name, type, bytes), `key` the bearer key.
    """

    def __init__(self) -> None:
        self.answers: list[Any] = [""]
        self.asked: list[dict[str, Any]] = []
        self.at_once = self.most_at_once = 0
        self.let_go = threading.Event()
        self.lock = threading.Lock()
        self.url = ""

    def says(self, *answers: Any) -> None:
        self.answers = list(answers)


def refusal(status: int, message: str = "no", kind: str = "invalid_request_error", **headers: str) -> Any:
    """An error as the platform words it."""
    body = {"error": {"message": message, "type": kind, "param": None, "code": None}}
    return status, {"content-type": "application/json", **headers}, json.dumps(body).encode()


GARBAGE = (200, {"content-type": "text/html"}, "<html>网关</html>".encode("gbk"))
HANG = "hang"


@contextmanager
def platform() -> Iterator[Platform]:
    """Running on a port of this machine."""
    twin = Platform()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            with twin.lock:
                twin.at_once += 1
                twin.most_at_once = max(twin.most_at_once, twin.at_once)
            try:
                self._answer()
            finally:
                with twin.lock:
                    twin.at_once -= 1

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            fields = self._fields(body)
            with twin.lock:
                twin.asked.append(fields)
                answer = twin.answers.pop(0) if len(twin.answers) > 1 else twin.answers[0]
            if self.path != "/v1/audio/transcriptions":
                answer = refusal(404, f"Invalid URL (POST {self.path})")
            if answer == HANG:
                twin.let_go.wait(30)
                return
            if isinstance(answer, str):
                answer = {"text": answer}
            if isinstance(answer, dict):
                answer = (200, {"content-type": "application/json"}, json.dumps(answer).encode())
            status, headers, data = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _fields(self, body: bytes) -> dict[str, Any]:
            head = f"content-type: {self.headers['content-type']}\r\n\r\n".encode()
            found: dict[str, Any] = {"key": self.headers.get("authorization", "").removeprefix("Bearer ")}
            for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
                name = part.get_param("name", header="content-disposition")
                content = part.get_payload(decode=True)
                file = part.get_filename()
                found[str(name)] = (file, part.get_content_type(), content) if file else content.decode()
            return found

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    twin.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield twin
    finally:
        twin.let_go.set()
        server.shutdown()
        server.server_close()
