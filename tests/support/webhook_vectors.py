"""Makes webhook_vectors.json: signatures by Python's hmac, as the published guide computes them.

    python3 tests/support/webhook_vectors.py > tests/support/webhook_vectors.json
"""

import hashlib
import hmac
import json
import random


def sign(secret: str, time: int, body: bytes) -> str:
    message = str(time).encode() + b"." + body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def event(number: int, rng: random.Random) -> str:
    data = {"invoice": {"id": f"{number:08x}-2634-46ab-829a-bfcb0a797d87"}, "metadata": {"order": number}}
    body = {
        "event_type": rng.choice(["PAYMENT_SUCCEEDED", "INVOICE_COMPLETED", "SOMETHING_NEW"]),
        "entity_type": "PAYMENT",
        "entity_id": "e2182d3d-b4cf-4972-bcc0-ec6d963c066d",
        "data": data,
        "note": rng.choice(["", "دفعة", "emoji \U0001f4b3", "tab\tquote\"", "\u0000"]),
        "timestamp": "2025-07-22T14:40:31.485576",
    }
    return json.dumps(body, ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, 1, 4]))


def main() -> None:
    rng = random.Random(20250722)
    secrets = ["whsec_a", "ß secret with spaces", "k" * 200, "0"]
    vectors = []
    for number in range(10):
        secret, time = rng.choice(secrets), 1_700_000_000 + rng.randrange(10**8)
        body = event(number, rng)
        good = sign(secret, time, body.encode())
        flipped = f"{int(good[0], 16) ^ 1:x}" + good[1:]
        headers = {
            f"t={time},v1={good}": True,
            f"v1={good},t={time}": True,
            f"t={time}, v1={good}": True,
            f"t={time},v1={good.upper()}": True,
            f"t={time},v0=abc,v1={good}": True,
            f"t={time},v1={'0' * 64},v1={good}": True,
            f"t={time},v1={flipped}": False,
            f"t={time + 1},v1={good}": False,
            f"t=0{time},v1={good}": False,
            f"t={time},v1={sign('another', time, body.encode())}": False,
            f"t={time},v1={sign(secret, time, body.encode() + b' ')}": False,
            f"t={time},v1={good[:-2]}": False,
            f"t={time},v0={good}": False,
            f"t={time},t={time},v1={good}": False,
            f"v1={good}": False,
            f"t={time}": False,
        }
        for header, genuine in headers.items():
            vectors.append({"secret": secret, "time": time, "body": body, "header": header, "genuine": genuine})
    print(json.dumps(vectors, indent=0, ensure_ascii=True))


main()
