"""What an attack stands on: the registry, the programs under attack, and the processes it starts."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from harness import CLOSED, KEY, KEY_PAIR, LEGACY, MODERN, Process, Target, free_port
from raw import RawApi, Reply, exchange
from servers import Answer, Api
from stdio import Server

ID = "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c"
META = "io.modelcontextprotocol/"
CLIENT = {"name": "attacker", "version": "1"}
# The owner's key, which no attack may see or use.
OWNER_PAIR = "ownerKeyTz5Wq8Lm3:ownerSecretYb6Nc4Xr9Pk2Gd7"


class Skip(Exception):
    """The attack cannot run on this machine; the text says why."""


@dataclass(frozen=True)
class Attack:
    """One attack: what it does, and the function that does it and reports what got through."""

    name: str
    title: str
    function: Callable[["Trial"], None]
    # Floods run on their own, so that other attacks do not disturb their measurements.
    alone: bool


ATTACKS: list[Attack] = []


def attack(title: str, alone: bool = False):
    """Registers an attack under `module/function`."""

    def add(function):
        name = f"{function.__module__}/{function.__name__.replace('_', '-')}"
        ATTACKS.append(Attack(name, title, function, alone))
        return function

    return add


@dataclass(frozen=True)
class Ground:
    """The programs under attack and where logs go."""

    target: Target
    sandbox: Path
    folder: Path

    @property
    def slower(self) -> float:
        """How much slower than a release build this one may be."""
        return 1 if self.target.release else 10


class Trial:
    """One run of an attack. Everything it starts ends with it."""

    def __init__(self, ground: Ground, attack: Attack):
        self.ground, self.attack = ground, attack
        self.folder = ground.folder / attack.name.replace("/", ".")
        self.folder.mkdir(parents=True)
        self.breaches: list[str] = []
        self.figures = ""
        self._stack = contextlib.ExitStack()
        self._started = 0

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        return self._stack.__exit__(*problem)

    def breach(self, text: str) -> None:
        """Something got through."""
        self.breaches.append(text)

    def check(self, holds: bool, text: str) -> None:
        """`text` says what got through if this does not hold."""
        if not holds:
            self.breach(text)

    def api(self, answer) -> Api:
        """A stand-in for Stream that answers whole HTTP responses."""
        return self._stack.enter_context(Api(answer))

    def raw_api(self, answer) -> RawApi:
        """A stand-in for Stream that answers bytes."""
        return self._stack.enter_context(RawApi(answer))

    def environment(self, base_url: str = CLOSED, key: str | None = KEY,
                    **more: str | None) -> dict[str, str]:
        """Settings for a server; only `PATH` comes from outside. `None` leaves a setting out."""
        settings = self.ground.target.environment(base_url, key) | more
        return {name: value for name, value in settings.items() if value is not None}

    def fresh_folder(self, name: str) -> Path:
        """An empty folder of this trial."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def stdio(self, base_url: str = CLOSED, *flags: str, key: str | None = KEY, era: str = LEGACY,
              cwd: Path | None = None, **env: str | None) -> Server:
        """A server over stdio."""
        command = [str(self.ground.target.binary), *flags, "stdio"]
        server = Server(self.ground.target, self.environment(base_url, key, **env), era,
                        command=command, folder=cwd or self.folder)
        return self._stack.enter_context(server)

    def serve(self, base_url: str = CLOSED, *flags: str, key: str | None = None,
              cwd: Path | None = None, **env: str | None) -> "Serve":
        """A server over HTTP on a free port."""
        self._started += 1
        command = [str(self.ground.target.binary), "serve", "--http", "127.0.0.1:0", *flags]
        log = self.folder / f"serve-{self._started}.log"
        serve = Serve(command, log, env=self.environment(base_url, key, **env), cwd=cwd or self.folder)
        self._stack.enter_context(serve)
        serve.ready()
        return serve

    def start(self, command: list[str], name: str, **options) -> Process:
        """Any other process."""
        return self._stack.enter_context(Process(command, self.folder / f"{name}.log", **options))

    def run(self, *flags: str, seconds: float = 15, cwd: Path | None = None, key: str | None = KEY,
            base_url: str = CLOSED, **env: str | None) -> subprocess.CompletedProcess:
        """Runs the program to its end, which comes soon because its standard input is empty."""
        try:
            return subprocess.run([str(self.ground.target.binary), *flags], cwd=cwd or self.folder,
                                  env=self.environment(base_url, key, **env), capture_output=True,
                                  stdin=subprocess.DEVNULL, text=True, errors="replace", timeout=seconds)
        except subprocess.TimeoutExpired as late:
            output = (late.stderr or b"").decode(errors="replace")
            return subprocess.CompletedProcess(late.cmd, 124, "", f"still running after {seconds} s: {output}")

    def sandbox(self, *flags: str) -> "SandboxProcess":
        """A simulator on a free port."""
        self._started += 1
        command = [str(self.ground.sandbox), "--listen", "127.0.0.1:0", *flags]
        log = self.folder / f"sandbox-{self._started}.log"
        sandbox = SandboxProcess(command, log, env={"PATH": os.environ.get("PATH", "")}, cwd=self.folder)
        self._stack.enter_context(sandbox)
        sandbox.ready()
        return sandbox


class Serve(Process):
    """`stream-mcp serve`, with the requests that attacks make of it."""

    def ready(self) -> None:
        """Waits until it listens."""
        self.wait_for("serving MCP at http", 15)
        self.port = int(re.search(r"serving MCP at https?://[^:]+:(\d+)", self.text())[1])

    def memory(self) -> "Memory":
        """Starts watching the memory that the process holds."""
        return Memory(self.popen.pid)

    def cpu(self) -> float:
        """The seconds of processor time that it has used."""
        fields = Path(f"/proc/{self.popen.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def alive(self) -> bool:
        """Whether it still runs."""
        return self.popen.poll() is None

    def send(self, data: bytes, source: str = "127.0.0.1", seconds: float = 15) -> Reply:
        """Sends bytes as they are."""
        return exchange(self.port, data, source, seconds)

    def post(self, message, key: str | None = KEY_PAIR, source: str = "127.0.0.1", seconds: float = 15,
             **headers: str) -> Reply:
        """Sends a message to `/mcp`."""
        return self.send(self.head_and_body(message, key, **headers), source, seconds)

    def head_and_body(self, message, key: str | None = KEY_PAIR, **headers: str) -> bytes:
        """The bytes of a `POST /mcp`."""
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        sent = {"host": f"127.0.0.1:{self.port}", "content-type": "application/json",
                "accept": "application/json, text/event-stream", "content-length": str(len(body))}
        if key is not None:
            sent["authorization"] = f"Bearer {key}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"{name}: {value}" for name, value in sent.items() if value is not None]
        return "\r\n".join(["POST /mcp HTTP/1.1", *lines, "connection: close", "", ""]).encode() + body

    def call(self, tool: str, arguments: dict, key: str | None = KEY_PAIR, source: str = "127.0.0.1",
             seconds: float = 15, **headers: str) -> Reply:
        """Calls a tool as a client of the newer protocol does, without a session."""
        message = modern("tools/call", {"name": tool, "arguments": arguments})
        given = modern_headers("tools/call", tool) | headers
        return self.post(message, key, source, seconds, **given)

    def initialize(self, key: str | None = KEY_PAIR, source: str = "127.0.0.1", **params) -> Reply:
        """Opens a session; its id is in the reply's headers."""
        given = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": CLIENT} | params
        message = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": given}
        return self.post(message, key, source)

    def in_session(self, session: str, method: str, params: dict, key: str | None = KEY_PAIR,
                   source: str = "127.0.0.1") -> Reply:
        """Sends a request in a session."""
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return self.post(message, key, source, mcp_session_id=session, mcp_protocol_version=LEGACY)


class SandboxProcess(Process):
    """`stream-sandbox`."""

    def ready(self) -> None:
        """Waits until it listens."""
        self.wait_for("x-api-key", 15)
        self.port = int(re.search(r"http://[^:]+:(\d+)", self.text())[1])
        self.key = re.search(r"x-api-key: (\S+)", self.text())[1]


class Memory:
    """The memory of a process, in MiB: now, and at its highest since this was made."""

    def __init__(self, pid: int):
        self._status = Path(f"/proc/{pid}/status")
        # Sets the high-water mark back to what is held now.
        Path(f"/proc/{pid}/clear_refs").write_text("5")
        self.start = self.now()

    def now(self) -> float:
        """What it holds now."""
        return self._read("VmRSS")

    def growth(self) -> float:
        """How much more than at the start it holds now."""
        return self.now() - self.start

    def peak_growth(self) -> float:
        """How much more than at the start it held at the highest."""
        return self._read("VmHWM") - self.start

    def _read(self, name: str) -> float:
        return int(re.search(rf"{name}:\s+(\d+) kB", self._status.read_text())[1]) / 1024


@dataclass
class Verdict:
    """What a call's result says of itself."""

    text: str
    structured: dict = field(default_factory=dict)

    @property
    def words(self) -> str:
        """Its text in lower case."""
        return self.text.lower()

    @property
    def denies(self) -> bool:
        """Whether it says that nothing was changed or sent."""
        signs = ("nothing was changed", "nothing was sent", "no change was made", "was not sent")
        return any(sign in self.words for sign in signs)

    @property
    def unknown(self) -> bool:
        """Whether it says that nobody knows."""
        return "outcome is unknown" in self.words

    @property
    def made(self) -> bool:
        """Whether it says that the change was made."""
        return "change was made" in self.words


def modern(method: str, params: dict, number: object = 1) -> dict:
    """A message of the newer protocol, which needs no session."""
    meta = {META + "protocolVersion": MODERN, META + "clientInfo": CLIENT, META + "clientCapabilities": {}}
    return {"jsonrpc": "2.0", "id": number, "method": method,
            "params": {"_meta": meta} | params}


def modern_headers(method: str, name: str | None = None) -> dict[str, str]:
    """The headers that go with it."""
    headers = {"mcp_protocol_version": MODERN, "mcp_method": method}
    return headers | ({"mcp_name": name} if name else {})


def result_text(message: dict) -> str:
    """All text of a JSON-RPC message that answers a call."""
    if "error" in message:
        return json.dumps(message["error"])
    parts = (message.get("result") or {}).get("content") or []
    return "\n".join(part.get("text", "") for part in parts)


def wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    """Waits for a condition; whether it came to hold."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


__all__ = ["ATTACKS", "Answer", "Api", "Attack", "CLOSED", "Ground", "ID", "KEY", "KEY_PAIR", "LEGACY",
           "MODERN", "Memory", "OWNER_PAIR", "RawApi", "Reply", "Serve", "Skip", "Trial", "Verdict",
           "attack", "exchange", "free_port", "modern", "modern_headers", "result_text", "socket",
           "wait_until"]
