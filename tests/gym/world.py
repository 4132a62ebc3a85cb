"""The simulator under a task: it is started on a copy of the seeded shop, read directly and compared."""

import base64
import http.client
import json
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

# The key of the shop. It opens nothing but simulators of this gym.
KEY = base64.b64encode(b"gymKeyHm4Tz8Rv2Wq:gymSecretPd7Lx3Nc9Yb").decode()
SEED = "gym"
# The whole gym happens at this moment. Invoices fall due long before it or decades after it, so that
# the simulator's clock and the machine's agree on what is overdue.
NOW = "2026-06-15T09:00:00Z"

# The lists that together are the state of the shop.
KINDS = {
    "customers": "consumers",
    "products": "products",
    "coupons": "coupons",
    "payment_links": "payment_links",
    "invoices": "invoices",
    "payments": "payments",
    "subscriptions": "subscriptions",
    "branches": "branch",
    "metered_subscriptions": "metered/metered-subscriptions",
}
# Members that follow from other records or from the clock.
DERIVED = {"updated_at", "last_invoice_activity", "latest_invoice", "remaining_days", "user_count",
           "organization_consumer", "product", "subscription", "is_used_in_finalized_invoice"}


class Refused(Exception):
    """The simulator refused a request of the gym itself."""


class World:
    """A running simulator."""

    def __init__(self, binary: Path, data: Path, log: Path, clock: str | None = None):
        command = [str(binary), "--listen", "127.0.0.1:0", "--data", str(data), "--random", SEED,
                   "--frozen", "--api-key", KEY]
        if clock is not None:
            command += ["--clock", clock]
        self._log = log.open("wb")
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self._log,
                                         stderr=subprocess.STDOUT)
        try:
            self.url = self._address(log)
        except BaseException:
            self.stop()
            raise
        self._connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self) -> None:
        """Ends the simulator, which writes its state to its file."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._log.close()

    def _address(self, log: Path) -> str:
        end = time.monotonic() + 30
        while time.monotonic() < end and self._process.poll() is None:
            text = log.read_text(errors="replace")
            if "x-api-key" in text:
                return text.partition(" at ")[2].split()[0]
            time.sleep(0.005)
        raise RuntimeError(f"the simulator did not start:\n{log.read_text(errors='replace')[-2000:]}")

    def api(self, method: str, path: str, body: dict | None = None, **query) -> dict:
        """One request to the API."""
        pairs = [(name, one) for name, value in query.items()
                 for one in (value if isinstance(value, list) else [value])]
        return self._ask(method, f"/api/v2/{path}" + ("?" + urlencode(pairs) if pairs else ""), body)

    def control(self, method: str, path: str, body: dict | None = None) -> dict:
        """One request to the simulator's control API."""
        return self._ask(method, f"/_sandbox/{path}", body)

    def _ask(self, method: str, target: str, body: dict | None) -> dict:
        data = json.dumps(body).encode() if body is not None else None
        headers = {"x-api-key": KEY, "content-type": "application/json"}
        try:
            self._connection.request(method, target, data, headers)
            answer = self._connection.getresponse()
        except (http.client.HTTPException, OSError):
            # The simulator closes connections that were idle for long.
            self._connection.close()
            self._connection.request(method, target, data, headers)
            answer = self._connection.getresponse()
        text = answer.read().decode()
        if answer.status >= 400:
            raise Refused(f"{method} {target}: {answer.status} {text[:500]}")
        return json.loads(text) if text else {}

    def all(self, path: str, **query) -> list[dict]:
        """Every item of a list."""
        items, page = [], 1
        while True:
            answer = self.api("GET", path, limit=100, page=page, **query)
            items += answer["data"]
            if not (answer.get("pagination") or {}).get("has_next_page"):
                return items
            page += 1

    def changes(self) -> list[dict]:
        """The logged requests that may have changed something."""
        log = self.control("GET", "requests")["data"]
        return [one for one in log if one["method"] != "GET"]

    def snapshot(self) -> "State":
        """Everything in the shop, read through the API."""
        records = {kind: {one["id"]: one for one in self.all(path)} for kind, path in KINDS.items()}
        freezes: dict[str, dict] = {}
        for identifier in records["subscriptions"]:
            for one in self.api("GET", f"subscriptions/{identifier}/freeze").get("data", []):
                freezes[one["id"]] = one
        # Every run has a port of its own, which is no difference.
        text = json.dumps(records | {"freezes": freezes}, ensure_ascii=False)
        return State(json.loads(self.without_port(text)))

    def without_port(self, text: str) -> str:
        """A text in which the simulator's address is the same in every run."""
        return text.replace(self.url, "http://sandbox")


@dataclass
class State:
    """All records by kind and id."""

    records: dict[str, dict[str, dict]]

    def __getitem__(self, kind: str) -> list[dict]:
        return list(self.records[kind].values())

    def one(self, kind: str, **wanted) -> dict:
        """The only record whose members have these values."""
        found = [one for one in self[kind] if all(one.get(key) == value for key, value in wanted.items())]
        if len(found) != 1:
            raise LookupError(f"{len(found)} {kind} with {wanted}")
        return found[0]

    def customer(self, name: str) -> dict:
        """The only customer of a name."""
        return self.one("customers", name=name)


@dataclass
class Diff:
    """What differs between two states. Graders take what they expect; nothing may be left."""

    created: dict[str, list[dict]] = field(default_factory=dict)
    removed: dict[str, list[dict]] = field(default_factory=dict)
    # By kind and id: the members that changed, with their new values.
    changed: dict[str, dict[str, dict]] = field(default_factory=dict)

    @classmethod
    def between(cls, before: State, after: State) -> "Diff":
        """Compares two states."""
        diff = cls()
        for kind, old in before.records.items():
            new = after.records[kind]
            diff.created[kind] = [new[key] for key in new.keys() - old.keys()]
            diff.removed[kind] = [old[key] for key in old.keys() - new.keys()]
            diff.changed[kind] = {}
            for key in old.keys() & new.keys():
                members = {name: value for name, value in new[key].items()
                           if name not in DERIVED and plain(value) != plain(old[key].get(name))}
                if members:
                    diff.changed[kind][key] = members
        return diff

    def rest(self) -> list[str]:
        """What no grader took, in words."""
        faults = []
        for kind, records in self.created.items():
            faults += [f"also created in {kind}: {brief(one)}" for one in records]
        for kind, records in self.removed.items():
            faults += [f"also removed from {kind}: {brief(one)}" for one in records]
        for kind, records in self.changed.items():
            faults += [f"also changed in {kind}: {key} {json.dumps(members, ensure_ascii=False)[:160]}"
                       for key, members in records.items()]
        return faults


def plain(value: object) -> object:
    """A value without the members, at any depth, that follow from other records."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items() if name not in DERIVED}
    return [plain(one) for one in value] if isinstance(value, list) else value


def brief(record: dict) -> str:
    """A record in a few words."""
    name = record.get("name") or record.get("description") or ""
    return f"{record.get('id')} {name}".strip()


def copy_data(data: Path, to: Path) -> Path:
    """Copies the file of a stopped simulator."""
    shutil.copyfile(data, to)
    return to
