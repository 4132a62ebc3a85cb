"""Money is never sent twice: how often requests arrive when the API fails in every way it can."""

import time

import arguments
from catalogue import Catalogue
from harness import CLOSED, Report, Target
from servers import Answer, Api, steps
from stdio import Server

# The changes that move money or promise it, and the read that verifies each.
SETTLES = {
    "create_payment_link": "list_payment_links",
    "refund_payment": "get_payment",
    "mark_payment_as_paid": "get_payment",
    "charge_payment_on_demand": "get_payment",
    "create_invoice": "list_invoices",
    "create_subscription": "list_subscriptions",
}
# Ways to commit and then fail to say so.
LOST = {
    "500": Answer({"error": {"code": "STREAM_UNKNOWN_ERROR", "message": "broken"}}, status=500),
    "502 in HTML": Answer(b"<html>bad gateway</html>", status=502, headers={"content-type": "text/html"}),
    "503 with Retry-After": Answer({}, status=503, headers={"retry-after": "0"}),
    "connection closed": Answer(end="close"),
    "connection reset": Answer(end="reset"),
    "500 cut short": Answer({"error": {"code": "STREAM_ERROR", "message": "x" * 400}}, status=500, cut=True),
    "answer after the time-out": Answer({}, delay=2.0),
}
# Ways to say that it worked, and then nothing that can be read.
UNREADABLE = {
    "broken JSON": Answer(b'{"id": "1", "amou'),
    "HTML": Answer(b"<html>ok</html>"),
    "not UTF-8": Answer(b"\xff\xfe{}"),
    "cut short": Answer({"id": "x" * 400}, cut=True),
}


def lost_answers(target: Target, catalogue: Catalogue, report: Report) -> None:
    """One request, an error, and words that say: unknown, and where to look."""
    faults, calls = [], 0
    for what, answer in LOST.items():
        with Api(answer) as api:
            settings = target.environment(api.url, STREAM_TIMEOUT="1", STREAM_MAX_RETRIES="3")
            with Server(target, settings) as server:
                for name, outcome in _all_at_once(server, catalogue, SETTLES).items():
                    calls += 1
                    faults += [f"{name}, {what}: {fault}" for fault in _unknown(name, outcome)]
                faults += [f"{name}, {what}: {count} requests arrived"
                           for name, count in _count(catalogue, api, SETTLES).items() if count != 1]
    report.check("money is never sent twice: lost answers", faults,
                 f"{len(SETTLES)} changes, {len(LOST)} ways to lose an answer, {calls} calls")


def kept_connections(target: Target, catalogue: Catalogue, report: Report) -> None:
    """The same on a connection that an earlier answer kept open, where HTTP libraries like to repeat."""
    faults = []
    for end in ("close", "reset"):
        lost = Answer(end=end)
        with Api(lambda seen, lost=lost: Answer({}) if seen.method == "GET" else lost) as api:
            with Server(target, target.environment(api.url, STREAM_MAX_RETRIES="3")) as server:
                for name in SETTLES:
                    if server.call("get_account", {}).refused:
                        faults.append(f"{name}, {end}: the read before it failed")
                    outcome = _all_at_once(server, catalogue, [name])[name]
                    faults += [f"{name}, {end}: {fault}" for fault in _unknown(name, outcome)]
            faults += [f"{name}, {end}: {count} requests arrived"
                       for name, count in _count(catalogue, api, SETTLES).items() if count != 1]
    report.check("money is never sent twice: kept connections", faults, f"{2 * len(SETTLES)} changes")


def redirects(target: Target, catalogue: Catalogue, report: Report) -> None:
    """No redirect is followed: neither the change nor the key goes elsewhere."""
    faults, statuses = [], (301, 302, 307, 308)
    with Api(Answer({"id": "1"})) as elsewhere:
        for status in statuses:
            moved = Answer({}, status=status, headers={"location": f"{elsewhere.url}/elsewhere"})
            with Api(moved) as api, Server(target, target.environment(api.url)) as server:
                for name, outcome in _all_at_once(server, catalogue, [*SETTLES, "get_account"]).items():
                    if not outcome.refused:
                        faults.append(f"{name}: {status} became a success")
        faults += [f"{seen.method} {seen.target} followed a redirect" for seen in elsewhere.take()]
    report.check("redirects are not followed", faults, f"{len(statuses) * (len(SETTLES) + 1)} calls")


def every_change(target: Target, catalogue: Catalogue, report: Report) -> None:
    """The same for every tool that is not idempotent."""
    names = [name for name, tool in catalogue.tools.items() if not tool.reads and not tool.idempotent]
    faults = []
    with Api(LOST["500"]) as api:
        settings = target.environment(api.url, STREAM_MAX_RETRIES="3")
        with Server(target, settings) as server:
            for name, outcome in _all_at_once(server, catalogue, names).items():
                if not outcome.refused or "unknown" not in outcome.text.lower():
                    faults.append(f"{name}: {outcome.text[:200]}")
            faults += [f"{name}: {count} requests arrived"
                       for name, count in _count(catalogue, api, names).items() if count != 1]
    report.check("no change is sent twice that is not idempotent", faults, f"{len(names)} tools")


def too_many(target: Target, catalogue: Catalogue, report: Report) -> None:
    """429 says that nothing happened: the same request again, after the time that it asks for."""
    faults, waits = [], []
    slow = Answer({"detail": "slow down"}, status=429, headers={"retry-after": "1"})
    for name in SETTLES:
        with Api(steps(slow, slow, Answer({"id": "1"}))) as api:
            with Server(target, target.environment(api.url)) as server:
                outcome = server.call(name, arguments.make(catalogue.tools[name].input, "required"))
            seen = api.take()
            gaps = [after.at - before.at for before, after in zip(seen, seen[1:])]
            waits += gaps
            if outcome.refused or len(seen) != 3:
                faults.append(f"{name}: {len(seen)} requests, {outcome.text[:200]}")
            if len({(one.method, one.target, one.body) for one in seen}) > 1:
                faults.append(f"{name}: the requests differ")
            if any(gap < 1 for gap in gaps):
                faults.append(f"{name}: waited {min(gaps):.2f} s instead of 1 s")
    report.check("429 with Retry-After: 3 requests, then success", faults,
                 f"{len(SETTLES)} changes, waited {min(waits, default=0):.2f} to {max(waits, default=0):.2f} s")


def refused(target: Target, catalogue: Catalogue, report: Report) -> None:
    """Without a connection nothing was sent, and the error says so."""
    faults = []
    with Server(target, target.environment(CLOSED, STREAM_MAX_RETRIES="0")) as server:
        for name in SETTLES:
            outcome = server.call(name, arguments.make(catalogue.tools[name].input, "required"))
            words = outcome.text.lower()
            if not outcome.refused or "unknown" in words:
                faults.append(f"{name}: {outcome.text[:200]}")
            elif not any(sign in words for sign in ("nothing was sent", "nothing was changed", "not sent")):
                faults.append(f"{name}: does not say that nothing was sent: {outcome.text[:200]}")
    report.check("connection refused: nothing was sent", faults, f"{len(SETTLES)} changes")


def reads(target: Target, catalogue: Catalogue, report: Report) -> None:
    """A read is safe to retry, whichever way it failed."""
    faults = []
    given = {"payment_id": arguments.uuid_for("payment")}
    failures = LOST | {"answer cut short": UNREADABLE["cut short"]}
    for what, failure in failures.items():
        with Api(steps(failure, failure, Answer({"id": "1"}))) as api:
            with Server(target, target.environment(api.url, STREAM_TIMEOUT="1")) as server:
                outcome = server.call("get_payment", given)
            if outcome.refused or len(api.seen) != 3:
                faults.append(f"{what}: {len(api.seen)} requests, {outcome.text[:200]}")
    with Api(LOST["500"]) as api, Server(target, target.environment(api.url)) as server:
        outcome = server.call("get_payment", given)
        if not outcome.refused or len(api.seen) != 3:
            faults.append(f"500 for good: {len(api.seen)} requests instead of 3, {outcome.text[:200]}")
    report.check("reads are repeated: 2 failures, then success", faults, f"{len(failures)} ways to fail")


def broken_success(target: Target, catalogue: Catalogue, report: Report) -> None:
    """Success with an answer that cannot be read: it took effect, and is not to be repeated."""
    faults = []
    for what, answer in UNREADABLE.items():
        with Api(answer) as api, Server(target, target.environment(api.url)) as server:
            for name, outcome in _all_at_once(server, catalogue, SETTLES).items():
                words = outcome.text.lower()
                if not outcome.refused:
                    faults.append(f"{name}, {what}: became a success: {outcome.text[:200]}")
                elif "change was made" not in words and "took effect" not in words:
                    faults.append(f"{name}, {what}: does not say that it took effect: {outcome.text[:300]}")
                elif f"do not call {name} again" not in words or SETTLES[name] not in words:
                    faults.append(f"{name}, {what}: invites to repeat, or names no read: {outcome.text[:300]}")
            faults += [f"{name}, {what}: {count} requests arrived"
                       for name, count in _count(catalogue, api, SETTLES).items() if count != 1]
    report.check("success that cannot be read: it took effect", faults, f"{len(UNREADABLE)} answers, {len(UNREADABLE) * len(SETTLES)} calls")


def _all_at_once(server: Server, catalogue: Catalogue, names) -> dict:
    """Calls all tools without waiting for one another."""
    started = {name: server.start_call(name, arguments.make(catalogue.tools[name].input, "required"))
               for name in names}
    outcomes = {name: server.outcome(number) for name, number in started.items()}
    time.sleep(0.7)  # Time for a repetition that must not come.
    return outcomes


def _count(catalogue: Catalogue, api: Api, names) -> dict[str, int]:
    """How often the request of each tool arrived."""
    seen = [(one.method, one.path) for one in api.take()]
    counts = {}
    for name in names:
        tool = catalogue.tools[name]
        wanted = catalogue.request(tool, arguments.make(tool.input, "required"))
        counts[name] = seen.count((wanted.method, wanted.path))
    return counts


def _unknown(name: str, outcome) -> list[str]:
    """What is wrong with an error that has to say that nobody knows."""
    words = outcome.text.lower()
    faults = [] if outcome.refused else ["isError is not set"]
    if "unknown" not in words:
        faults.append(f"does not say that the outcome is unknown: {outcome.text[:300]}")
    if SETTLES[name] not in words:
        faults.append(f"does not name {SETTLES[name]}: {outcome.text[:300]}")
    return faults
