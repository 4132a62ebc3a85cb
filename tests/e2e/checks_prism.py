"""Calls every tool through the official Python SDK while Prism checks each request."""

import json
import os

import jsonschema
from mcp import Client, StdioServerParameters, stdio_client

import arguments
from catalogue import BUILTIN, Catalogue, Tool, operations, template_of
from harness import KEY, LEGACY, MODERN, Report, Target, pieces_of_key
from install import ROOT
from prism import Judge, judge, own_faults, verdict
from servers import Seen

# The description that Stream published; not part of the repository.
MARCH = ROOT.parent / "shared" / "upstream" / "openapi-2026-03.json"
# The protocol eras that the SDK supports: with `initialize`, and stateless.
MODES = {"legacy": LEGACY, MODERN: MODERN}


async def check_all(target: Target, catalogue: Catalogue, report: Report) -> None:
    """Checks against the pinned description with the overlay applied, in both protocol eras."""
    file = target.folder / "description.json"
    file.write_text(json.dumps(catalogue.description))
    prefer = {"now": ""}
    for mode, era in MODES.items():
        # A seed per era, so that each one gets different answers.
        with judge(file, target.folder, era, lambda: prefer["now"]) as prism:
            run = Run(target, catalogue, prism)
            # A server for each kind, because it answers an identical change with what was already done.
            for kind in arguments.KINDS:
                async with run.client(mode) as client:
                    await run.check_names(client)
                    # Once with fixed answers, once with made-up ones.
                    prefer["now"] = "dynamic=false" if kind == "required" else ""
                    await run.call_all(client, kind)
            async with run.client(mode) as client:
                prefer["now"] = "code=422"
                await run.call_all(client, "required", failing=True)
                prefer["now"] = ""
            run.report(report, f"every tool, official Python SDK ({era}), Prism on the description",
                       catalogue.operations())


async def check_march(target: Target, catalogue: Catalogue, report: Report) -> None:
    """Checks against the description published in March 2026, unmodified.

    The tools come from a later description. Choices unknown to this one are left out; everything else
    the tools send must agree with it.
    """
    if not MARCH.is_file():
        report.note(f"Prism on the published March document: skipped, there is no {MARCH.name} in "
                    f"{os.path.relpath(MARCH.parent)}")
        return
    text = MARCH.read_text()
    there = operations(json.loads(text))
    with judge(MARCH, target.folder, "march") as prism:
        run = Run(target, catalogue, prism)
        run.tools = {name: tool for name, tool in catalogue.tools.items()
                     if (tool.method, tool.path) in there}
        run.inputs = {name: _known(tool.input, text) for name, tool in run.tools.items()}
        for kind in arguments.KINDS:
            async with run.client(MODERN) as client:
                await run.call_all(client, kind)
        run.report(report, "every tool, official Python SDK, Prism on the published March document",
                   there)


class Run:
    """A series of calls, and what was wrong with them."""

    def __init__(self, target: Target, catalogue: Catalogue, prism: Judge):
        self.target, self.catalogue, self.prism = target, catalogue, prism
        self.tools = catalogue.tools
        self.inputs = {name: tool.input for name, tool in self.tools.items()}
        self.log = (target.folder / "python-sdk.log").open("a")
        self.faults: list[str] = []
        self.requests: list[Seen] = []
        self.calls = 0

    def client(self, mode: str) -> Client:
        """The official client, which starts the server."""
        command, *rest = self.target.command()
        settings = StdioServerParameters(command=command, args=rest, cwd=self.target.folder,
                                         env=self.target.environment(self.prism.url))
        return Client(stdio_client(settings, errlog=self.log), mode=mode)

    async def check_names(self, client: Client) -> None:
        """The listed tools are exactly the committed ones and the built-in tools."""
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        wanted = set(self.tools) | BUILTIN
        self.faults += [f"tools/list: {name} is {how}" for names, how in (
            (wanted - set(listed), "missing"), (set(listed) - wanted, "not known")) for name in names]
        for name in set(self.tools) & set(listed):
            shown = listed[name].model_dump(by_alias=True, exclude_none=True, mode="json")
            committed = self.tools[name].definition
            self.faults += [f"{name}: {member} differs from spec/tools/{name}.json"
                            for member in committed if shown.get(member) != committed[member]]

    async def call_all(self, client: Client, kind: str, failing: bool = False) -> None:
        """Calls every tool with arguments of one kind."""
        for tool in self.tools.values():
            given = arguments.make(self.inputs[tool.name], kind)
            self.prism.api.take()
            try:
                result = await client.call_tool(tool.name, given)
                # A successful result must match its schema; an error result may say anything.
                found = _failed(result) if failing else _succeeded(tool, result)
            except Exception as error:  # noqa: BLE001 - whatever the SDK raises is a fault
                found = [f"the SDK raised {type(error).__name__}: {error}"]
            seen = self.prism.api.take()
            found += self._request(tool, given, seen)
            self.calls += 1
            self.requests += seen
            self.faults += [f"{tool.name} ({kind}{', 422' if failing else ''}): {fault}" for fault in found]

    def _request(self, tool: Tool, given: dict, seen: list[Seen]) -> list[str]:
        """Returns what was wrong with the request that arrived at the API."""
        # A change may be followed by reads that show what is true afterwards.
        followed = seen[1:] if tool.reads else [one for one in seen[1:] if one.method != "GET"]
        if not seen or followed:
            return [f"{len(seen)} requests arrived instead of 1"]
        one, wanted = seen[0], self.catalogue.request(tool, given)
        faults = [f"Prism: {fault}" for fault in verdict(one)]
        got = (one.method, one.path, one.query, one.json())
        for what, actual, right in zip(("method", "path", "query", "body"), got,
                                       (wanted.method, wanted.path, list(wanted.query), wanted.body)):
            if actual != right:
                faults.append(f"the {what} is {json.dumps(actual)[:250]}, not {json.dumps(right)[:250]}")
        if one.header("x-api-key") != [KEY]:
            faults.append("x-api-key is not the encoded key, once")
        rest = " ".join([one.target, one.body.decode(errors="replace"),
                         *(value for name, value in one.headers if name.lower() != "x-api-key")])
        return faults + [f"a piece of the key is outside x-api-key: {piece}"
                         for piece in pieces_of_key(rest)]

    def report(self, report: Report, name: str, templates: set[tuple[str, str]]) -> None:
        """Reports what was called and whether Prism saw every operation."""
        self.log.close()
        self.prism.wait_for(len(self.requests))
        hit = {template_of(templates, *each) for each in self.prism.log_received()}
        self.faults += [f"Prism saw no {' '.join(missing)}" for missing in sorted(templates - hit)]
        # Prism takes a single value of a list that may be null for a text. Reads after changes send one.
        self.faults += [f"Prism's log: {fault}" for fault in self.prism.log_faults()
                        if not fault.endswith("must be array,null")]
        own = own_faults(self.requests)
        report.check(name, self.faults,
                     f"{len(self.tools)} tools, {self.calls} calls, {len(self.requests)} requests, "
                     f"{len(hit & templates)} of {len(templates)} operations")
        if own:
            kinds = ", ".join(f"{count} × {code}" for code, count in own.items())
            report.note(f"Prism's own answers violated the description ({kinds}) and were passed through")


def _known(schema, text: str):
    """Drops from a schema the choices that do not occur in `text`, unless none of them does."""
    if isinstance(schema, list):
        return [_known(each, text) for each in schema]
    if not isinstance(schema, dict):
        return schema
    narrowed = {name: _known(value, text) for name, value in schema.items()}
    known = [choice for choice in schema.get("enum", []) if f'"{choice}"' in text]
    return narrowed | ({"enum": known} if known else {})


def _succeeded(tool: Tool, result) -> list[str]:
    """Returns what is wrong with a result that must be a success."""
    text = "\n".join(part.text for part in result.content if part.type == "text")
    if result.is_error:
        return [f"isError: {text[:300]}"]
    faults = [] if text else ["there is no text content"]
    if result.structured_content is None:
        return [*faults, "there is no structuredContent"]
    validator = jsonschema.Draft202012Validator(tool.output)
    return faults + [f"structuredContent{error.json_path[1:]}: {error.message[:200]}"
                     for error in validator.iter_errors(result.structured_content)]


def _failed(result) -> list[str]:
    """Returns what is wrong with a result that must be an error."""
    text = "\n".join(part.text for part in result.content if part.type == "text")
    faults = [] if result.is_error else ["an answer of 422 was given as a success"]
    return faults if "422" in text else [*faults, f"the text does not say 422: {text[:200]}"]
