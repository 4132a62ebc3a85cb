"""Money is never sent twice: counts requests while the API fails in every way it can."""

import time

import arguments
from catalogue import Catalogue
from harness import CLOSED, Report, Target
from servers import Answer, Api, steps
from stdio import Server

# The changes that move money or promise it, and the read that verifies each.
VERIFIED_BY = {
    "create_payment_link": "list_payment_links",
    "refund_payment": "get_payment",
    "mark_payment_as_paid": "get_payment",
    "charge_payment_on_demand": "get_payment",
    "create_invoice": "list_invoices",
    "create_subscription": "list_subscriptions",
}
# Ways for the API to make the change and then lose the answer.
LOST = {
    "500": Answer({"error": {"code": "STREAM_UNKNOWN_ERROR", "message": "broken"}}, status=500),
    "502 in HTML": Answer(b"<html>bad gateway</html>", status=502, headers={"content-type": "text/html"}),
    "503 with Retry-After": Answer({}, status=503, headers={"retry-after": "0"}),
    "connection closed": Answer(end="close"),
    "connection reset": Answer(end="reset"),
    "500 cut short": Answer({"error": {"code": "STREAM_ERROR", "message": "x" * 400}}, status=500, cut=True),
    "answer after the timeout": Answer({}, delay=2.0),
}
# Ways for the API to report success with an unreadable body.
UNREADABLE = {
    "broken JSON": Answer(b'{"id": "1", "amou'),
    "HTML": Answer(b"<html>ok</html>"),
    "not UTF-8": Answer(b"\xff\xfe{}"),
    "cut short": Answer({"id": "x" * 400}, cut=True),
}


def lost_answers(target: Target, catalogue: Catalogue, report: Report) -> None:
    """A lost answer causes one request and an error that says the outcome is unknown and how to verify it."""
    faults, calls = [], 0
    for what, answer in LOST.items():
        with Api(answer) as api:
            settings = target.environment(api.url, STREAM_TIMEOUT="1", STREAM_MAX_RETRIES="3")
            with Server(target, settings) as server:
                for name, outcome in _all_at_once(server, catalogue, VERIFIED_BY).items():
                    calls += 1
                    faults += [f"{name}, {what}: {fault}" for fault in _unknown(name, outcome)]
                faults += [f"{name}, {what}: {count} requests arrived"
                           for name, count in _count(catalogue, api, VERIFIED_BY).items() if count != 1]
    report.check("money is never sent twice: lost answers", faults,
                 f"{len(VERIFIED_BY)} changes, {len(LOST)} ways to lose an answer, {calls} calls")


def kept_connections(target: Target, catalogue: Catalogue, report: Report) -> None:
    """The same on a connection that an earlier answer kept open, where HTTP libraries tend to retry."""
    faults = []
    for end in ("close", "reset"):
        lost = Answer(end=end)
        with Api(lambda seen, lost=lost: Answer({}) if seen.method == "GET" else lost) as api:
            with Server(target, target.environment(api.url, STREAM_MAX_RETRIES="3")) as server:
                for name in VERIFIED_BY:
                    if server.call("get_account", {}).refused:
                        faults.append(f"{name}, {end}: the read before it failed")
                    outcome = _all_at_once(server, catalogue, [name])[name]
                    faults += [f"{name}, {end}: {fault}" for fault in _unknown(name, outcome)]
            faults += [f"{name}, {end}: {count} requests arrived"
                       for name, count in _count(catalogue, api, VERIFIED_BY).items() if count != 1]
    report.check("money is never sent twice: kept connections", faults, f"{2 * len(VERIFIED_BY)} changes")


def redirects(target: Target, catalogue: Catalogue, report: Report) -> None:
    """No redirect is followed, so neither the change nor the key goes elsewhere."""
    faults, statuses = [], (301, 302, 307, 308)
    with Api(Answer({"id": "1"})) as elsewhere:
        for status in statuses:
            moved = Answer({}, status=status, headers={"location": f"{elsewhere.url}/elsewhere"})
            with Api(moved) as api, Server(target, target.environment(api.url)) as server:
                for name, outcome in _all_at_once(server, catalogue, [*VERIFIED_BY, "get_account"]).items():
                    if not outcome.refused:
                        faults.append(f"{name}: {status} became a success")
        faults += [f"{seen.method} {seen.target} followed a redirect" for seen in elsewhere.take()]
    report.check("redirects are not followed", faults, f"{len(statuses) * (len(VERIFIED_BY) + 1)} calls")


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
    """429 means that nothing happened: the same request is sent again after the requested wait."""
    faults, waits = [], []
    slow = Answer({"detail": "slow down"}, status=429, headers={"retry-after": "1"})
    for name in VERIFIED_BY:
        with Api(steps(slow, slow, Answer({"id": "1"}))) as api:
            with Server(target, target.environment(api.url)) as server:
                outcome = server.call(name, arguments.make(catalogue.tools[name].input, "required"))
            seen = [one for one in api.take() if one.method != "GET"]
            gaps = [after.at - before.at for before, after in zip(seen, seen[1:])]
            waits += gaps
            if outcome.refused or len(seen) != 3:
                faults.append(f"{name}: {len(seen)} requests, {outcome.text[:200]}")
            if len({(one.method, one.target, one.body) for one in seen}) > 1:
                faults.append(f"{name}: the requests differ")
            if any(gap < 1 for gap in gaps):
                faults.append(f"{name}: waited {min(gaps):.2f} s instead of 1 s")
    report.check("429 with Retry-After: 3 requests, then success", faults,
                 f"{len(VERIFIED_BY)} changes, waited {min(waits, default=0):.2f} to {max(waits, default=0):.2f} s")


def refused(target: Target, catalogue: Catalogue, report: Report) -> None:
    """Without a connection nothing is sent, and the error says so."""
    faults = []
    with Server(target, target.environment(CLOSED, STREAM_MAX_RETRIES="0")) as server:
        for name in VERIFIED_BY:
            outcome = server.call(name, arguments.make(catalogue.tools[name].input, "required"))
            words = outcome.text.lower()
            if not outcome.refused or "unknown" in words:
                faults.append(f"{name}: {outcome.text[:200]}")
            elif not any(sign in words for sign in ("nothing was sent", "nothing was changed", "not sent")):
                faults.append(f"{name}: does not say that nothing was sent: {outcome.text[:200]}")
    report.check("connection refused: nothing was sent", faults, f"{len(VERIFIED_BY)} changes")


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
            faults.append(f"a lasting 500: {len(api.seen)} requests instead of 3, {outcome.text[:200]}")
    report.check("reads are retried: 2 failures, then success", faults, f"{len(failures)} ways to fail")


def broken_success(target: Target, catalogue: Catalogue, report: Report) -> None:
    """An unreadable success took effect, and the error says not to repeat it."""
    faults = []
    for what, answer in UNREADABLE.items():
        with Api(answer) as api, Server(target, target.environment(api.url)) as server:
            for name, outcome in _all_at_once(server, catalogue, VERIFIED_BY).items():
                words = outcome.text.lower()
                if not outcome.refused:
                    faults.append(f"{name}, {what}: became a success: {outcome.text[:200]}")
                elif "change was made" not in words and "took effect" not in words:
                    faults.append(f"{name}, {what}: does not say that it took effect: {outcome.text[:300]}")
                elif f"do not call {name} again" not in words or VERIFIED_BY[name] not in words:
                    faults.append(f"{name}, {what}: invites a repetition, or names no read: {outcome.text[:300]}")
            faults += [f"{name}, {what}: {count} requests arrived"
                       for name, count in _count(catalogue, api, VERIFIED_BY).items() if count != 1]
    report.check("an unreadable success took effect", faults, f"{len(UNREADABLE)} answers, {len(UNREADABLE) * len(VERIFIED_BY)} calls")


def _all_at_once(server: Server, catalogue: Catalogue, names) -> dict:
    """Calls all tools at once."""
    started = {name: server.start_call(name, arguments.make(catalogue.tools[name].input, "required"))
               for name in names}
    outcomes = {name: server.outcome(number) for name, number in started.items()}
    time.sleep(0.7)  # Long enough for a retry, which must not come.
    return outcomes


def _count(catalogue: Catalogue, api: Api, names) -> dict[str, int]:
    """Counts how often each tool's request arrived."""
    seen = [(one.method, one.path) for one in api.take()]
    counts = {}
    for name in names:
        tool = catalogue.tools[name]
        wanted = catalogue.request(tool, arguments.make(tool.input, "required"))
        counts[name] = seen.count((wanted.method, wanted.path))
    return counts


def _unknown(name: str, outcome) -> list[str]:
    """Returns what is wrong with an error that must say that the outcome is unknown."""
    words = outcome.text.lower()
    faults = [] if outcome.refused else ["isError is not set"]
    if "unknown" not in words:
        faults.append(f"does not say that the outcome is unknown: {outcome.text[:300]}")
    if VERIFIED_BY[name] not in words:
        faults.append(f"does not name {VERIFIED_BY[name]}: {outcome.text[:300]}")
    return faults
