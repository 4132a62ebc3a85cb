"""An MCP client over pipes that keeps every line the server prints.

The official clients prove that the server works with them. This one shows what they would smooth over,
and it measures time.
"""

import contextlib
import json
import os
import select
import subprocess
import time
from pathlib import Path

from harness import LEGACY, MODERN, Target

CLIENT = {"name": "stream-e2e", "version": "1"}


class ServerGone(Exception):
    """The server exited or did not answer in time."""


class Server:
    """A running server. `era` is the protocol version, which decides whether `initialize` is sent."""

    def __init__(self, target: Target, environment: dict[str, str], era: str = LEGACY,
                 command: list[str] | None = None, folder: Path | None = None):
        self.era = era
        self.lines: list[bytes] = []
        folder = folder or target.folder
        # Logs stay out of the server's working folder, where a test may have laid out files of its own.
        self.errors = (target.folder / f"stderr-{time.monotonic_ns()}.log").open("w+b")
        self.process = subprocess.Popen(command or target.command(), env=environment, cwd=folder,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.errors, bufsize=0)
        self._rest = b""
        self._next = 0
        self._answers: dict[int, dict] = {}
        if era == LEGACY:
            try:
                self.initialize()
            except BaseException:
                self.__exit__()
                raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end_input()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
        self.process.stdout.close()
        self.errors.close()

    def end_input(self) -> None:
        """Closes its standard input, as a client that goes away does."""
        with contextlib.suppress(OSError):
            self.process.stdin.close()

    def initialize(self) -> dict:
        """The handshake of the older protocol versions."""
        result = self.request("initialize", {"protocolVersion": self.era, "capabilities": {},
                                             "clientInfo": CLIENT})
        self.write({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return result

    def send(self, method: str, params: dict | None = None) -> int:
        """Sends a request and returns its id, for `wait`."""
        number = self.number()
        params = dict(params or {})
        if self.era == MODERN:
            prefix = "io.modelcontextprotocol/"
            params["_meta"] = {prefix + "protocolVersion": MODERN, prefix + "clientInfo": CLIENT,
                               prefix + "clientCapabilities": {}}
        self.write({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return number

    def number(self) -> int:
        """An id that no request has had."""
        self._next += 1
        return self._next

    def wait(self, number: int, seconds: float = 30) -> dict:
        """Waits for the response to a request and returns the whole message, result or error."""
        return self.wait_any((number,), seconds)

    def wait_any(self, ids: tuple, seconds: float = 30) -> dict:
        """The first answer with one of these ids; `None` is the id of what could not be read."""
        end = time.monotonic() + seconds
        while not (there := [each for each in ids if each in self._answers]):
            message = self._read(end)
            if "id" in message:
                self._answers[message["id"]] = message
        return self._answers.pop(there[0])

    def request(self, method: str, params: dict | None = None, seconds: float = 30) -> dict:
        """Sends a request, waits, and returns the result."""
        message = self.wait(self.send(method, params), seconds)
        if "result" not in message:
            raise ServerGone(f"{method}: {json.dumps(message.get('error'))}")
        return message["result"]

    def call(self, tool: str, arguments: dict, seconds: float = 30) -> "Outcome":
        """Calls a tool."""
        return self.outcome(self.start_call(tool, arguments), seconds)

    def start_call(self, tool: str, arguments: dict) -> int:
        """Starts a call, which `outcome` waits for."""
        return self.send("tools/call", {"name": tool, "arguments": arguments})

    def outcome(self, number: int, seconds: float = 30) -> "Outcome":
        """Waits for a call and returns its outcome."""
        return Outcome(self.wait(number, seconds))

    def stderr(self) -> str:
        """Everything it has written to stderr so far."""
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace")

    def resident_kib(self) -> int:
        """Its resident memory."""
        done = subprocess.run(["ps", "-o", "rss=", "-p", str(self.process.pid)],
                              capture_output=True, text=True)
        return int(done.stdout or 0)

    def write(self, message: dict) -> None:
        """Sends any message."""
        data = json.dumps(message, separators=(",", ":")).encode() + b"\n"
        try:
            while data:
                data = data[os.write(self.process.stdin.fileno(), data):]
        except BrokenPipeError:
            raise ServerGone(f"the server exited: {self.stderr()[-500:]}") from None

    def _read(self, end: float) -> dict:
        """Reads the next message and raises if it is not one."""
        descriptor = self.process.stdout.fileno()
        while b"\n" not in self._rest:
            left = end - time.monotonic()
            # Not `select`, which cannot wait for descriptors from 1024 on.
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            if left <= 0 or not poll.poll(left * 1000):
                raise ServerGone("no answer in time")
            chunk = os.read(descriptor, 1 << 20)
            if not chunk:
                raise ServerGone(f"the server exited: {self.stderr()[-500:]}")
            self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\n")
        self.lines.append(line)
        message = json.loads(line)
        if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
            raise ServerGone(f"not a message of JSON-RPC 2.0 on stdout: {line[:200]!r}")
        return message


class Outcome:
    """The outcome of a call: a result, or a protocol error."""

    def __init__(self, message: dict):
        self.result = message.get("result") or {}
        self.error = message.get("error")

    @property
    def refused(self) -> bool:
        """Whether the call failed, either way."""
        return self.error is not None or self.result.get("isError") is True

    @property
    def structured(self):
        """Its structured content."""
        return self.result.get("structuredContent")

    @property
    def text(self) -> str:
        """All of its text."""
        if self.error is not None:
            return json.dumps(self.error)
        parts = self.result.get("content") or []
        return "\n".join(part.get("text", "") for part in parts)
