"""Stands between an agent and the MCP server, passes every line on, and records every tool call.

    proxy.py RECORD PROGRAM [ARGUMENT …]

Each finished call becomes a line of JSON in RECORD, so that counting does not rely on the agent.
"""

import json
import subprocess
import sys
import threading


class Recorder:
    """Matches answers to calls and writes both."""

    def __init__(self, path: str):
        self._file = open(path, "a", encoding="utf-8")
        self._open: dict[object, dict] = {}
        self._lock = threading.Lock()

    def asked(self, line: bytes) -> None:
        """A line of the agent."""
        message = read(line)
        if message.get("method") == "tools/call":
            params = message.get("params") or {}
            with self._lock:
                self._open[message.get("id")] = {"tool": params.get("name"),
                                                 "arguments": params.get("arguments")}
        elif message.get("method") in ("resources/read", "prompts/get"):
            with self._lock:
                self._open[message.get("id")] = {"tool": message["method"],
                                                 "arguments": message.get("params")}

    def answered(self, line: bytes) -> None:
        """A line of the server."""
        message = read(line)
        with self._lock:
            call = self._open.pop(message.get("id"), None)
            if call is None:
                return
            result = message.get("result") or {}
            parts = result.get("content") or result.get("contents") or []
            call["text"] = "\n".join(part.get("text", "") for part in parts if isinstance(part, dict))
            call["error"] = bool(message.get("error") or result.get("isError"))
            if message.get("error"):
                call["text"] = json.dumps(message["error"], ensure_ascii=False)
            self._file.write(json.dumps(call, ensure_ascii=False) + "\n")
            self._file.flush()


def read(line: bytes) -> dict:
    """A message, or nothing if the line is not one."""
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def main() -> int:
    """Runs the server until either side ends."""
    recorder = Recorder(sys.argv[1])
    server = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def forward() -> None:
        for line in sys.stdin.buffer:
            recorder.asked(line)
            try:
                server.stdin.write(line)
                server.stdin.flush()
            except BrokenPipeError:
                return
        server.stdin.close()

    threading.Thread(target=forward, daemon=True).start()
    for line in server.stdout:
        recorder.answered(line)
        try:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            server.terminate()
            break
    return server.wait()


if __name__ == "__main__":
    sys.exit(main())
