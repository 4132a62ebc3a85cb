"""The list of all checks, at the end of this file, in the order in which they run."""

import json

import checks_arguments
import checks_clients
import checks_http
import checks_money
import checks_prism
import checks_secrets
import figures
from catalogue import Catalogue, operations
from harness import Report, Target
from install import ROOT
from stdio import Server


def read_catalogue(target: Target) -> Catalogue:
    """Reads the tools and the API description that the server itself serves."""
    with Server(target, target.environment(key=None)) as server:
        contents = server.request("resources/read", {"uri": "stream://docs/openapi"})["contents"]
    catalogue = Catalogue(json.loads(contents[0]["text"]))
    strange = {(tool.method, tool.path) for tool in catalogue.tools.values()} - catalogue.operations()
    if strange:
        raise ValueError(f"the binary was built from another description than docs/tools.md; it lacks {sorted(strange)}")
    return catalogue


def description(target: Target, catalogue: Catalogue, report: Report) -> None:
    """The server serves the pinned description, and every operation has a tool."""
    pinned = operations(json.loads((ROOT / "spec" / "openapi.json").read_text()))
    served = catalogue.operations()
    used = {(tool.method, tool.path) for tool in catalogue.tools.values()}
    faults = [f"{' '.join(one)} is not in stream://docs/openapi" for one in sorted(pinned - served)]
    faults += [f"{' '.join(one)} has no tool" for one in sorted(served - used)]
    report.check("every operation has a tool", faults,
                 f"{len(served)} operations ({len(served - pinned)} from the overlay), {len(used)} used")


ALL = {
    "prism": checks_prism.check_all,
    "march": checks_prism.check_march,
    "description": description,
    "hostile": checks_arguments.hostile,
    "hostile-elsewhere": checks_arguments.other_ids,
    "unknown": checks_arguments.unknown_arguments,
    "json-texts": checks_arguments.json_texts,
    "lossless": checks_arguments.lossless,
    "empty": checks_arguments.empty,
    "money-lost": checks_money.lost_answers,
    "money-kept": checks_money.kept_connections,
    "money-every": checks_money.every_change,
    "money-429": checks_money.too_many,
    "money-refused": checks_money.refused,
    "money-reads": checks_money.reads,
    "money-broken": checks_money.broken_success,
    "money-redirects": checks_money.redirects,
    "inspector": checks_clients.inspector,
    "typescript": checks_clients.typescript,
    "clients-http": checks_http.clients,
    "no-key": checks_secrets.no_key,
    "settings": checks_secrets.wrong_settings,
    "traces": checks_secrets.traces,
    "garbage": checks_secrets.garbage,
    "sizes": figures.sizes,
    "start": figures.start,
    "read": figures.read,
}
