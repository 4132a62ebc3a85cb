"""Loopback HTTP servers that stand in for the API: they record every request, then answer it.

A function of the request chooses the answer: `forward` passes the request on to another server, `steps`
plays a list of answers, and a plain `Answer` always returns the same one.
"""

import http.client
import json
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


@dataclass
class Seen:
    """A request as it arrived, and the status it was answered with."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    at: float = field(default_factory=time.monotonic)
    status: int = 0
    violations: str = ""

    @property
    def path(self) -> str:
        """The path as sent, still encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query's pairs, sorted."""
        return sorted(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    def header(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for key, value in self.headers if key.lower() == name]

    def json(self):
        """The body as JSON; `None` where there is none."""
        return json.loads(self.body) if self.body else None


@dataclass
class Answer:
    """An answer: a body, sent after `delay`, whole or `cut` short; or the `end` of the connection without one."""

    body: object = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0
    end: str = ""
    cut: bool = False
    violations: str = ""

    def bytes(self) -> bytes:
        """The body on the wire."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Api:
    """A server that records all requests in `seen` and asks `answer` what to send back."""

    def __init__(self, answer):
        self.seen: list[Seen] = []
        self.answer = answer if callable(answer) else lambda _: answer
        api = self

        class Handler(_Handler):
            """Bound to this server."""

            owner = api

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def take(self) -> list[Seen]:
        """Returns what was recorded since the last call."""
        seen, self.seen = self.seen, []
        return seen


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Checks call many tools at once; the default backlog of 5 would make connections wait.
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    owner: Api

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (ConnectionError, BrokenPipeError):
            self.close_connection = True

    def serve(self):
        """Records, then answers."""
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        seen = Seen(self.command, self.path, list(self.headers.items()), body)
        self.owner.seen.append(seen)
        answer = self.owner.answer(seen)
        time.sleep(answer.delay)
        if answer.end:
            return self._end(answer.end)
        payload = answer.bytes()
        seen.status, seen.violations = answer.status, answer.violations
        self.send_response_only(answer.status)
        for name, value in ({"content-type": "application/json"} | answer.headers).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload[: len(payload) // 2] if answer.cut else payload)
        self.wfile.flush()
        if answer.cut:
            self._end("close")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve

    def _end(self, how: str) -> None:
        """Ends the connection, gracefully (`close`) or with a reset (`reset`)."""
        self.close_connection = True
        if how == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        else:
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_):
        """Logs nothing: the report is the only output."""


def steps(*answers: Answer):
    """Plays the answers in order and then repeats the last one."""
    lock, rest = threading.Lock(), list(answers)

    def answer(_: Seen) -> Answer:
        with lock:
            return rest.pop(0) if len(rest) > 1 else rest[0]

    return answer


def forward(port: int, prefer):
    """Forwards requests to a loopback server, with the `Prefer` header that `prefer()` returns."""
    connections = threading.local()

    def answer(seen: Seen) -> Answer:
        if not hasattr(connections, "one"):
            connections.one = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {name: value for name, value in seen.headers if name.lower() not in HOP_BY_HOP}
        if prefer():
            headers["prefer"] = prefer()
        try:
            connections.one.request(seen.method, seen.target, seen.body or None, headers)
            got = connections.one.getresponse()
            payload = got.read()
        except (http.client.HTTPException, OSError):
            connections.one.close()
            del connections.one
            return Answer(end="close")
        kept = {name.lower(): value for name, value in got.getheaders()
                if name.lower() not in HOP_BY_HOP | {"date", "server"}}
        return Answer(payload, got.status, kept, violations=kept.get("sl-violations", ""))

    return answer
