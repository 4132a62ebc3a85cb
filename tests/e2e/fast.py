"""A minimal API that gives the same answer to every request, as fast as Python can.

Run as a program, it serves. `measure` returns its own cost, to compare other figures with.
"""

import json
import socket
import sys
import threading
import time

ID = "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c"
_BODY = json.dumps({"id": ID, "amount": "25.000", "currency": "SAR", "current_status": "SUCCEEDED"}).encode()
_ANSWER = (b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(_BODY)) + _BODY
_REQUEST = f"GET /api/v2/payments/{ID} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\n\r\n".encode()


def serve(port: int) -> None:
    """Answers every request, with one thread per connection."""
    listener = socket.create_server(("127.0.0.1", port))
    print("ready", flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_answer, args=(connection,), daemon=True).start()


def _answer(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection:
        rest = b""
        while chunk := connection.recv(65536):
            rest += chunk
            while b"\r\n\r\n" in rest:
                rest = rest.partition(b"\r\n\r\n")[2]
                connection.sendall(_ANSWER)


def measure(port: int, calls: int) -> list[float]:
    """Returns the milliseconds that requests take over a plain socket."""
    times = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(calls):
            begin = time.perf_counter()
            connection.sendall(_REQUEST)
            got = 0
            while got < len(_ANSWER):
                got += len(connection.recv(65536))
            times.append((time.perf_counter() - begin) * 1000)
    return times


if __name__ == "__main__":
    serve(int(sys.argv[1]))
