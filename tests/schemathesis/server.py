"""A stream-sandbox with the demo shop, on a free port, for as long as it is needed."""

import re
import subprocess
import time
from pathlib import Path

import narrow

KEY = "azpz"  # k:s


class Server:
    """The process; a context manager that ends it. What it writes goes to `log`."""

    def __init__(self, binary: Path, log: Path) -> None:
        self.key = KEY
        command = [str(binary), "--listen", "127.0.0.1:0", "--random", "schemathesis", "--seed", "demo",
                   "--clock", narrow.NOW, "--frozen", "--api-key", KEY]
        with log.open("w") as out:
            self.process = subprocess.Popen(command, stderr=out, env={})
        for _ in range(1000):
            found = re.search(r"at (http://[0-9.:]+)\n", log.read_text())
            if found:
                self.url = found.group(1)
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        self.process.kill()
        raise RuntimeError(f"{binary} did not start:\n{log.read_text()}")

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)
