"""Third-party clients besides the Python SDK: the Inspector and the TypeScript SDK."""

import json
import subprocess

import install
from catalogue import BUILTIN, Catalogue
from harness import KEY, Report, Target
from servers import Answer, Api

ACCOUNT = {"user": {"id": "u"}, "organization": {"id": "o", "name": "Tea", "sandbox": True}}


def inspector(target: Target, catalogue: Catalogue, report: Report) -> None:
    """The Inspector lists tools in strict mode and calls one, in each protocol era it supports."""
    faults, done = [], 0
    for era in ("legacy", "auto", "modern"):
        with Api(Answer(ACCOUNT)) as api:
            listed = _inspect(target, api, era, "--method", "tools/list", "--strict")
            names = {tool["name"] for tool in listed.get("tools", [])}
            faults += _names(f"{era}: tools/list", catalogue, names, listed)
            called = _inspect(target, api, era, "--method", "tools/call",
                              "--tool-name", "get_account", "--tool-args-json", "{}")
            faults += _call(f"{era}: get_account", called, api)
            done += 2
    report.check("Inspector 2.12.0, stdio, tools/list --strict and a read", faults,
                 f"{done} runs in 3 protocol eras")


def typescript(target: Target, catalogue: Catalogue, report: Report) -> None:
    """The official TypeScript SDK lists tools and calls one."""
    with Api(Answer(ACCOUNT)) as api:
        answer = run_client([*install.node_script("typescript.mjs"), *target.command()],
                      target, target.environment(api.url))
        names = {tool["name"] for tool in answer.get("tools", [])}
        faults = _names("tools/list", catalogue, names, answer)
        faults += _call("get_account", answer.get("call", {}), api)
        if answer.get("refusal", {}).get("isError") is not True:
            faults.append(f"a refund of `../me` was not refused: {answer.get('refusal')}")
        if answer.get("resources", 0) < 2:
            faults.append(f"{answer.get('resources')} resources were listed")
    report.check("official TypeScript SDK, stdio", faults,
                 f"{len(names)} tools, {answer.get('resources')} resources, 2 calls")


def _inspect(target: Target, api: Api, era: str, *rest: str) -> dict:
    settings = target.environment(api.url)
    own = [part for name in ("STREAM_API_KEY", "STREAM_BASE_URL", "STREAM_DOCS_URL")
           for part in ("-e", f"{name}={settings[name]}")]
    command = [*install.node_program("mcp-inspector"), "--cli", *own, *target.command(),
               "--protocol-era", era, "--format", "json", *rest]
    return run_client(command, target, {"PATH": settings["PATH"], "HOME": settings["HOME"]})


def run_client(command: list[str], target: Target, environment: dict[str, str]) -> dict:
    """Runs a client that prints JSON; returns its answer, or a `problem`."""
    done = subprocess.run(command, cwd=target.folder, env=environment, capture_output=True,
                          text=True, timeout=120)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = {}
    if done.returncode or not isinstance(answer, dict):
        return {"problem": f"exit {done.returncode}: {(done.stderr or done.stdout)[-600:]}"}
    return answer.get("result", answer)


def _names(what: str, catalogue: Catalogue, names: set[str], answer: dict) -> list[str]:
    wanted = set(catalogue.tools) | BUILTIN
    if names == wanted:
        return []
    return [f"{what}: {answer.get('problem') or sorted(names ^ wanted)}"]


def _call(what: str, answer: dict, api: Api) -> list[str]:
    faults = []
    if answer.get("structuredContent") != ACCOUNT or answer.get("isError"):
        faults.append(f"{what}: {answer.get('problem') or json.dumps(answer)[:400]}")
    seen = api.take()
    if [one.header("x-api-key") for one in seen] != [[KEY]]:
        faults.append(f"{what}: {len(seen)} requests arrived, or the key is not the given one")
    return faults
