"""HTTP by hand, where libraries would put things right: a client and an API on bare sockets."""

import json
import socket
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Reply:
    """What came back. `status` is 0 where the connection ended without a status line."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw: bytes = b""
    seconds: float = 0

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")

    def json(self):
        """The body as JSON; `{}` where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}


def connect(port: int, source: str = "127.0.0.1", seconds: float = 15) -> socket.socket:
    """A connection from one of this machine's loopback addresses."""
    return socket.create_connection(("127.0.0.1", port), seconds, (source, 0))


def exchange(port: int, data: bytes, source: str = "127.0.0.1", seconds: float = 15) -> Reply:
    """Sends bytes and reads until the server closes, the answer is whole, or the time is over."""
    start = time.monotonic()
    got = b""
    try:
        with connect(port, source, seconds) as connection:
            try:
                connection.sendall(data)
            except OSError:
                pass  # A server may answer and close before it has read everything.
            while (left := start + seconds - time.monotonic()) > 0:
                connection.settimeout(left)
                chunk = connection.recv(1 << 16)
                if not chunk:
                    break
                got += chunk
                if _whole(got):
                    break
    except OSError:
        pass
    return parse(got, time.monotonic() - start)


def parse(raw: bytes, seconds: float = 0) -> Reply:
    """The first response in these bytes."""
    head, _, body = raw.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    parts = status.split(" ")
    number = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = _unchunked(body)
    return Reply(number, headers, body, raw, seconds)


def _whole(raw: bytes) -> bool:
    head, found, body = raw.partition(b"\r\n\r\n")
    if not found:
        return False
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return len(body) >= int(value)
        if name.strip().lower() == b"transfer-encoding":
            return body.endswith(b"0\r\n\r\n")
    return False


def _unchunked(body: bytes) -> bytes:
    whole = b""
    while True:
        size, found, body = body.partition(b"\r\n")
        try:
            length = int(size.partition(b";")[0], 16)
        except ValueError:
            return whole
        if not found or length == 0:
            return whole
        whole, body = whole + body[:length], body[length + 2:]


@dataclass
class Request:
    """A request that arrived at a `RawApi`, and whether its sender was still there at the end."""

    head: str
    body: bytes
    at: float = field(default_factory=time.monotonic)
    # Set once the answer was written to a sender that still listened; `None` while it runs.
    delivered: bool | None = None

    @property
    def line(self) -> str:
        """Method, target and version."""
        return self.head.partition("\r\n")[0]

    @property
    def method(self) -> str:
        """The method."""
        return self.line.split(" ")[0]

    @property
    def target(self) -> str:
        """Path and query as sent."""
        return self.line.split(" ")[1]

    def header(self, name: str) -> str:
        """The first value of a header."""
        for line in self.head.split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.strip().lower() == name:
                return value.strip()
        return ""


class RawApi:
    """Stands in for Stream on a bare socket; each connection carries one request.

    `answer(request, connection)` gives the bytes to answer with, or writes to the connection itself and
    gives `None`.
    """

    def __init__(self, answer):
        self.answer = answer
        self.seen: list[Request] = []
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._ended = False

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._ended = True
        self._listener.close()
        for connection in list(self._open):
            connection.close()

    def _accept(self) -> None:
        while not self._ended:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        request = None
        try:
            head, body = read_request(connection)
            if not head:
                return
            request = Request(head.decode("latin-1"), body)
            self.seen.append(request)
            answer = self.answer(request, connection)
            if answer is not None:
                gone = _has_gone(connection)
                connection.sendall(answer)
                request.delivered = not gone
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            if request is not None and request.delivered is None:
                request.delivered = False
        finally:
            connection.close()
            self._open.discard(connection)


def read_request(connection: socket.socket) -> tuple[bytes, bytes]:
    """The head and the body of one request."""
    connection.settimeout(30)
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(1 << 16)
        if not chunk:
            return b"", b""
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        chunk = connection.recv(1 << 16)
        if not chunk:
            break
        body += chunk
    return head, body


def _has_gone(connection: socket.socket) -> bool:
    """Whether the other side has closed the connection."""
    connection.setblocking(False)
    try:
        return connection.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        connection.settimeout(30)


def response(status: int | str, body: bytes = b"{}", *headers: str) -> bytes:
    """A response with a body that says how long it is."""
    lines = [f"HTTP/1.1 {status} X", "content-type: application/json", f"content-length: {len(body)}",
             "connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
