"""Checks webhook signatures in another language than the sandbox's.

Reads lines of JSON from stdin, each with "secret", "signature" and "body"; prints "good" or "bad"
for each. Written from the published description of the header, with nothing but the standard
library.
"""

import hashlib
import hmac
import json
import sys

for line in sys.stdin:
    given = json.loads(line)
    parts = dict(part.split("=", 1) for part in given["signature"].split(","))
    message = parts["t"].encode() + b"." + given["body"].encode()
    expected = hmac.new(given["secret"].encode(), message, hashlib.sha256).hexdigest()
    print("good" if hmac.compare_digest(expected, parts["v1"]) else "bad", flush=True)
