"""What all checks share: the report, the key under test, the environment and child processes."""

import base64
import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

KEY_PAIR = "e2eKeyQm2Zx9KpLw7:e2eSecretVw4Rt8Ns1Bd6Hj"
KEY = base64.b64encode(KEY_PAIR.encode()).decode()
# A port on which nothing listens: connections to it are refused at once.
CLOSED = "http://127.0.0.1:1"
MODERN = "2026-07-28"
LEGACY = "2025-11-25"


@dataclass
class Report:
    """Prints one line for each check and counts."""

    passed: int = 0
    failed: list[str] = field(default_factory=list)

    def check(self, name: str, faults: list[str], figures: str = "") -> None:
        """Reports a check, which passes when it has no faults. `figures` says how much it covered."""
        if not faults:
            self.passed += 1
            print(f"ok    {name}" + (f": {figures}" if figures else ""), flush=True)
            return
        self.failed.append(name)
        print(f"FAIL  {name}: {len(faults)} faults" + (f" ({figures})" if figures else ""))
        for fault in faults[:12]:
            print(f"      - {fault[:600]}")
        if len(faults) > 12:
            print(f"      … and {len(faults) - 12} more", flush=True)

    def note(self, text: str) -> None:
        """Prints a remark that neither passes nor fails."""
        print(f"note  {text}", flush=True)

    def end(self) -> int:
        """Prints the summary line and returns the exit code."""
        print(f"{self.passed} passed, {len(self.failed)} failed")
        return 1 if self.failed else 0


@dataclass(frozen=True)
class Target:
    """The binary under test and how to start it."""

    binary: Path
    folder: Path
    # Whether it is optimized.
    release: bool
    # Only figures of what is distributed are compared with the goals.
    distributed: bool

    @classmethod
    def prepare(cls, built: Path, folder: Path) -> "Target":
        """Copies the binary, so that a concurrent build cannot replace it during the run."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return cls(Path(shutil.copy2(built, folder / "stream-mcp")), folder, built.parent.name in ("release", "dist"),
                   built.parent.name == "dist")

    def environment(self, base_url: str = CLOSED, key: str | None = KEY, **more: str) -> dict[str, str]:
        """Settings for a server that talks only to `base_url`."""
        settings = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.folder),
            "STREAM_BASE_URL": base_url,
            "STREAM_DOCS_URL": CLOSED,
            "STREAM_TIMEOUT": "20",
            "STREAM_MAX_RETRIES": "2",
        }
        if key is not None:
            settings["STREAM_API_KEY"] = key
        return settings | more

    def command(self) -> list[str]:
        """The command line of a server over stdio."""
        return [str(self.binary), "stdio"]


def free_port() -> int:
    """Returns a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A process that is stopped at the end of its `with` block."""

    def __init__(self, command: list[str], log: Path, **options):
        self.log = log
        self._file = log.open("wb")
        self.popen = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self._file,
                                      stderr=subprocess.STDOUT, **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.popen.terminate()
        try:
            self.popen.wait(5)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait(5)
        self._file.close()

    def text(self) -> str:
        """Everything it has printed so far."""
        return self.log.read_text(errors="replace")

    def wait_for(self, sign: str, seconds: float) -> None:
        """Waits until its output contains `sign`."""
        end = time.monotonic() + seconds
        while sign not in self.text():
            if self.popen.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{self.log.name} did not become ready:\n{self.text()[-2000:]}")
            time.sleep(0.05)


def pieces_of_key(text: str, length: int = 8) -> list[str]:
    """Returns the pieces of the key, in either form, that occur in `text`."""
    pieces = {form[start:start + length]
              for form in (KEY_PAIR, KEY)
              for start in range(len(form) - length + 1)}
    return sorted(piece for piece in pieces if piece in text)
