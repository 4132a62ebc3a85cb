#!/usr/bin/env python3
"""An honest client at another address, in a process of its own so that attackers do not slow it down.

Usage: bystander.py SOURCE. Prints the port of its API, reads the server's port from standard input, and
then makes requests until its input ends. Prints what it saw as JSON.
"""

import http.client
import json
import select
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

META = "io.modelcontextprotocol/"
VERSION = "2026-07-28"


class Api(BaseHTTPRequestHandler):
    """Answers every request at once."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        body = b'{"id":"1"}'
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def request(port: int, source: str, kind: str) -> tuple[int, str]:
    """One request on a connection of its own: its status, and what is wrong with the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=6, source_address=(source, 0))
    try:
        if kind == "health":
            connection.request("GET", "/healthz")
        else:
            method, name = ("tools/list", None) if kind == "list" else ("tools/call", "get_account")
            params = {"_meta": {META + "protocolVersion": VERSION, META + "clientCapabilities": {}}}
            headers = {"authorization": "Bearer bystander:honest", "content-type": "application/json",
                       "accept": "application/json, text/event-stream", "mcp-protocol-version": VERSION,
                       "mcp-method": method}
            if name:
                params |= {"name": name, "arguments": {}}
                headers["mcp-name"] = name
            body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
            connection.request("POST", "/mcp", body, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        bad = kind != "health" and ('"isError":true' in text or '"error":{' in text)
        return answer.status, text[:300] if bad or answer.status != 200 else ""
    finally:
        connection.close()


def main() -> None:
    """Makes requests in turn, 20 a second."""
    source = sys.argv[1]
    api = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=api.serve_forever, daemon=True).start()
    print(api.server_port, flush=True)
    port = int(sys.stdin.readline())
    seen = []
    kinds = ["call", "health", "call", "list"]
    while not select.select([sys.stdin], [], [], 0.05)[0]:
        kind = kinds[len(seen) % len(kinds)]
        begin = time.monotonic()
        try:
            status, problem = request(port, source, kind)
        except OSError as error:
            status, problem = 0, f"{type(error).__name__}: {error}"
        except http.client.HTTPException as error:
            status, problem = 0, f"{type(error).__name__}: {error}"
        seen.append((kind, status, time.monotonic() - begin, problem))
        if len(seen) == 4:
            print("started", flush=True)
    print(json.dumps(seen), flush=True)


if __name__ == "__main__":
    main()
