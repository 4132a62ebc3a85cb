"""Installs the third-party packages that the checks need under `target/e2e/`, and finds the binary.
`tests/schemathesis` and `tests/attacks` use it too.

A stamp, the hash of the lock files, tells whether an installation is up to date, so that later runs need
no network. Nothing here knows what is checked.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
WORK = TARGET / "e2e"
VENV = WORK / "venv"
NODE = WORK / "node"
# The oldest version that Prism and the Inspector support.
OLDEST_NODE = (24, 18)


class Missing(Exception):
    """This machine lacks something; the message says what to do about it."""


def alone(work: Path = WORK) -> None:
    """Waits until no other run uses the same folder, then locks it until the process exits."""
    work.mkdir(parents=True, exist_ok=True)
    lock = os.open(work / ".lock", os.O_CREAT | os.O_RDWR, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("waiting for another run to finish …", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)


def venv_python() -> Path:
    """The virtual environment's interpreter."""
    return VENV / "bin" / "python"


def install() -> None:
    """Brings the virtual environment and the node modules up to date."""
    python(VENV, HERE / "requirements.txt")
    locks = [HERE / "package.json", HERE / "package-lock.json", HERE / ".npmrc"]
    _stamped(NODE, locks, "", _install_node)


def python(venv: Path, requirements: Path) -> None:
    """Brings a virtual environment up to date."""
    _stamped(venv, [requirements], sys.version, lambda: _install_python(venv, requirements))


def _stamped(folder: Path, locks: list[Path], salt: str, make) -> None:
    """Calls `make` unless `folder` is already up to date with `locks`."""
    digest = hashlib.sha256(salt.encode() + b"".join(lock.read_bytes() for lock in locks)).hexdigest()
    stamp = folder / ".stamp"
    if stamp.is_file() and stamp.read_text() == digest:
        return
    print(f"installing {folder.relative_to(TARGET.parent)} …", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    make()
    stamp.write_text(digest)


def _install_python(venv: Path, requirements: Path) -> None:
    _run([sys.executable, "-m", "venv", str(venv)])
    _run([str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-deps",
          "--requirement", str(requirements)])


def _install_node() -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("npm is not installed; install Node.js (any version brings npm)")
    NODE.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / name, NODE / name)
    _run([npm, "ci", "--silent"], cwd=NODE)


def _run(command: list[str], cwd: Path | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=900)
    if done.returncode:
        raise Missing(f"{' '.join(command[:4])} … failed:\n{done.stdout}{done.stderr}")


def node() -> str:
    """Returns a Node.js that is new enough: the packaged one, or the machine's own."""
    for folder in sorted((NODE / "node_modules").glob("node-linux-*")):
        program = folder / "bin" / "node"
        if program.is_file():
            return str(program)
    own = shutil.which("node")
    if own is not None:
        version = subprocess.run([own, "--version"], capture_output=True, text=True).stdout
        parts = version.strip().lstrip("v").split(".")
        if tuple(int(part) for part in parts[:2]) >= OLDEST_NODE:
            return own
    wanted = ".".join(map(str, OLDEST_NODE))
    raise Missing(f"Node.js {wanted} or newer is required, and this platform has no packaged one")


def node_program(name: str) -> list[str]:
    """Returns the command line of a program from the node modules."""
    return [node(), str(NODE / "node_modules" / ".bin" / name)]


def node_script(name: str) -> list[str]:
    """Copies a script from `clients/` next to the node modules and returns its command line."""
    shutil.copy(HERE / "clients" / name, NODE / name)
    return [node(), str(NODE / name)]


def find_binary(given: str | None, name: str = "stream-mcp", package: str = "streampay-mcp") -> Path:
    """Returns the binary under test: the given one, or the newest build."""
    if given is not None:
        found = [Path(given).absolute()]
    else:
        found = [TARGET / profile / name for profile in ("dist", "release", "debug")]
    found = [path for path in found if path.is_file()]
    if not found:
        raise Missing(f"no {name} binary found; run `cargo build -p {package}` or pass --binary")
    return max(found, key=lambda path: path.stat().st_mtime)
