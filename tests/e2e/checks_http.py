"""The same clients over HTTP, each with its own key, in every protocol era they support."""

import asyncio
import contextlib
import json
import re

import install
from catalogue import BUILTIN, Catalogue
from checks_clients import ACCOUNT, run_client
from harness import KEY, KEY_PAIR, Process, Report, Target
from mcp import Client
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client
from servers import Answer, Api

ERAS = ("legacy", "auto", "modern")
BEARER = f"Bearer {KEY_PAIR}"


def clients(target: Target, catalogue: Catalogue, report: Report) -> None:
    """The Python SDK, the TypeScript SDK and the Inspector list tools and call one."""
    wanted, faults, runs = set(catalogue.tools) | BUILTIN, [], 0

    def compare(what: str, answer: dict, api: Api) -> None:
        nonlocal runs, faults
        runs += 1
        names = {tool["name"] for tool in answer.get("tools", [])}
        if names != wanted:
            faults.append(f"{what}: {answer.get('problem') or sorted(names ^ wanted)}")
        if answer.get("account") != ACCOUNT:
            faults.append(f"{what}: {json.dumps(answer.get('account'))[:400]}")
        keys = [one.header("x-api-key") for one in api.take()]
        if keys != [[KEY]]:
            faults.append(f"{what}: {len(keys)} requests arrived, or the key is not the given one")

    with Api(Answer(ACCOUNT)) as api, _serving(target, api) as url:
        for mode in ("legacy", "auto"):
            compare(f"Python SDK, {mode}", asyncio.run(_python(url, mode)), api)
        script = install.node_script("typescript_http.mjs")
        compare("TypeScript SDK", run_client([*script, url, BEARER], target, target.environment()), api)
        for era in ERAS:
            compare(f"Inspector, {era}", _inspect(target, url, era), api)
    report.check("official SDKs and the Inspector over HTTP", faults,
                 f"{runs} runs, each with its own key in the request")


@contextlib.contextmanager
def _serving(target: Target, api: Api):
    """Starts a server over HTTP without a key of its own."""
    environment = target.environment(api.url, key=None)
    command = [str(target.binary), "serve", "--http", "127.0.0.1:0"]
    with Process(command, target.folder / "serve.log", env=environment, cwd=target.folder) as server:
        server.wait_for("serving MCP at http", 10)
        yield re.search(r"serving MCP at (\S+)", server.text())[1]


async def _python(url: str, mode: str) -> dict:
    http = create_mcp_http_client(headers={"Authorization": BEARER})
    async with Client(streamable_http_client(url, http_client=http), mode=mode) as client:
        tools = [{"name": tool.name} for tool in (await client.list_tools()).tools]
        result = await client.call_tool("get_account", {})
    return {"tools": tools, "account": result.structured_content}


def _inspect(target: Target, url: str, era: str) -> dict:
    settings = target.environment()
    command = [*install.node_program("mcp-inspector"), "--cli", url, "--transport", "http",
               "--protocol-era", era, "--format", "json", "--header", f"Authorization: {BEARER}", "--method"]
    environment = {"PATH": settings["PATH"], "HOME": settings["HOME"]}
    listed = run_client([*command, "tools/list"], target, environment)
    call = ["tools/call", "--tool-name", "get_account", "--tool-args-json", "{}"]
    called = run_client([*command, *call], target, environment)
    problem = listed.get("problem") or called.get("problem")
    return {"tools": listed.get("tools", []), "account": called.get("structuredContent"), "problem": problem}
