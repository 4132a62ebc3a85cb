"""A stream-sandbox with the demo shop, on a free port, for as long as it is needed."""

import re
import subprocess
from pathlib import Path

import narrow

KEY = "azpz"  # k:s


class Server:
    """The process; a context manager that ends it."""

    def __init__(self, binary: Path) -> None:
        self.key = KEY
        command = [str(binary), "--listen", "127.0.0.1:0", "--random", "schemathesis", "--seed", "demo",
                   "--clock", narrow.NOW, "--frozen", "--api-key", KEY]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={})
        assert self.process.stderr is not None
        for line in self.process.stderr:
            found = re.search(r"at (http://[0-9.:]+)", line)
            if found:
                self.url = found.group(1)
                return
        raise RuntimeError(f"{binary} did not start")

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)
