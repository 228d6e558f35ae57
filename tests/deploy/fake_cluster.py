"""A cluster that is not there: programs `helm`, `kubectl` and `skopeo` that write down how they are called and answer
from a file, and a service that answers as the newest revision would."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DIGEST = "sha256:" + "ab" * 32

PROGRAM = f"""#!{sys.executable}
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from fake_cluster import play
play({{name!r}}, {{state!r}}, sys.argv[1:])
"""


class Cluster:
    """What is deployed, and what will go wrong. `plan` maps a step to how it goes: see `_helm` and `_kubectl`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checkout = folder / "checkout"
        self._state = folder / "state.json"
        self._service = _Service(self._state)
        self.write({"plan": {}, "history": [], "calls": [], "lock": None, "secrets": ["cms-backend-secrets", "backup"]})
        self._make_programs(folder / "bin")
        self._make_checkout()

    def _make_programs(self, bin_folder: Path) -> None:
        bin_folder.mkdir()
        for name in ("helm", "kubectl", "skopeo"):
            program = bin_folder / name
            program.write_text(PROGRAM.format(name=name, state=str(self._state)))
            program.chmod(0o755)

    def _make_checkout(self) -> None:
        for name in ("scripts", "helm"):
            shutil.copytree(ROOT / name, self.checkout / name)
        for name in ("api", "pages", "documents"):
            (self.checkout / name).mkdir()
        self.set_version("0.2.0")
        self.more_values = "more.yaml"
        (self.folder / self.more_values).write_text("{}\n")
        (self.folder / "values.yaml").write_text(
            "env: {AWS_S3_BUCKET: cms, BASE_URL: 'https://cms.example.gov.uk', SMTP_HOST: mail.example.gov.uk,\n"
            "  FRONTEND_URL: 'https://www.example.gov.uk', AWS_S3_CDN_URL: ''}\n"
            "secrets: {existingSecret: cms-backend-secrets}\n"
            "backup: {repository: 's3:https://s3.example.net/backup', existingSecret: backup}\n"
        )

    def set_version(self, version: str) -> None:
        """The checkout becomes this version."""
        module = self.checkout / "site" / "cms" / "__init__.py"
        module.parent.mkdir(parents=True, exist_ok=True)
        module.write_text(f'__version__ = "{version}"\n')

    def add_migration(self, text: str) -> None:
        """A migration of the checkout."""
        folder = self.checkout / "pages" / "migrations"
        folder.mkdir(exist_ok=True)
        (folder / "0009_planted.py").write_text(text)

    def read(self) -> dict[str, Any]:
        return json.loads(self._state.read_text())

    def write(self, state: dict[str, Any]) -> None:
        _save(self._state, state)

    def plan(self, **steps: Any) -> None:
        """What happens at these steps."""
        state = self.read()
        state["plan"].update(steps)
        self.write(state)

    def deployed_before(self, *versions: str) -> None:
        """These were deployed, the last one runs."""
        state = self.read()
        state["history"] = []
        for version in versions:
            _add_revision(state, version, "deployed")
        self.write(state)

    @property
    def history(self) -> list[tuple[str, str]]:
        return [(entry["app_version"], entry["status"]) for entry in self.read()["history"]]

    @property
    def calls(self) -> list[str]:
        return [" ".join(call) for call in self.read()["calls"]]

    @property
    def changes(self) -> list[str]:
        """Calls that change the release, with its name."""
        verbs = ("helm upgrade", "helm rollback", "helm uninstall")
        return [" ".join(call.split()[:3]) for call in self.calls if call.startswith(verbs)]

    def start(self, script: str, *arguments: str, **own: str) -> subprocess.Popen[str]:
        """Start a script of the checkout."""
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        environment = {
            "PATH": path,
            "HOME": str(self.folder),
            "KUBE_CONTEXT": "the-cluster",
            "SMOKE_URL": self._service.url,
            "SMOKE_SECONDS": "2",
            "NO_PROXY": "127.0.0.1",
        }
        values = ["--values", "values.yaml", "--values", self.more_values] if script == "deploy.sh" else []
        return subprocess.Popen(
            [str(self.checkout / "scripts" / script), *arguments, *values],
            env=environment | own,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.folder,
        )

    def run(self, script: str, *arguments: str, **own: str) -> tuple[int, str]:
        """Run it to its end: exit code, and what it said."""
        process = self.start(script, *arguments, **own)
        said, _ = process.communicate(timeout=60)
        return process.returncode, said

    def deploy(self, *options: str, **own: str) -> tuple[int, str]:
        return self.run("deploy.sh", "staging", "v0.2.0", *options, **own)

    def close(self) -> None:
        self._service.close()


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster for one test."""
    made = Cluster(folder)
    try:
        yield made
    finally:
        made.close()


def wait_until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Return as soon as the condition holds."""
    over = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        over.wait(0.05)
    raise AssertionError("what was waited for did not come about")


class _Service:
    """Answers with the version of what is deployed, in the way that the plan says under `service`."""

    def __init__(self, state: Path) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                version, how = _served(json.loads(state.read_text()))
                path = self.path.partition("?")[0]
                if how == "hang":
                    threading.Event().wait(4)  # longer than SMOKE_SECONDS, shorter than curl's patience
                    return
                status = {"/health": how.get("health", 200), "/health/ready": how.get("ready", 200)}.get(path, 200)
                if path.startswith("/api/"):
                    status = how.get("api", 200)
                body = {"/health": {"status": "healthy", "version": how.get("version", version)}}.get(
                    path, {"items": []}
                )
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _served(state: dict[str, Any]) -> tuple[str, Any]:
    running = [entry for entry in state["history"] if entry["status"] == "deployed"]
    version = running[-1]["app_version"] if running else "none"
    return version, state["plan"].get("service", {}).get(version, {})


def play(program: str, state_file: str, arguments: list[str]) -> None:
    """Be one of the programs. Called in a process of its own."""
    path = Path(state_file)
    state = json.loads(path.read_text())
    state["calls"].append([program, *arguments])
    _save(path, state)
    {"helm": _helm, "kubectl": _kubectl, "skopeo": _skopeo}[program](path, state, arguments)


def _helm(path: Path, state: dict[str, Any], arguments: list[str]) -> None:
    verb, how = arguments[0], state["plan"].get(f"helm {arguments[0]}")
    if verb == "template":
        os.execv(_real_helm(), ["helm", *arguments])
    if how == "fails":
        if verb == "upgrade":
            _add_revision(state, _version_of(arguments), "failed")
            _save(path, state)
        sys.exit(f"Error: {verb.upper()} FAILED: it was planned")
    if verb == "history":
        if not state["history"]:
            sys.exit("Error: release: not found")
        print(json.dumps(state["history"]))
    elif verb == "upgrade":
        if how == "hangs":
            _hang(path, state, arguments)
        _add_revision(state, _version_of(arguments), "deployed")
    elif verb == "rollback":
        old = state["history"][int(arguments[2]) - 1]
        _add_revision(state, old["app_version"], "deployed")
    elif verb == "uninstall":
        state["history"] = []
    _save(path, state)


def _hang(path: Path, state: dict[str, Any], arguments: list[str]) -> None:
    """As Helm when it waits: a signal makes it note that the release failed, and end."""

    def stop(*_: object) -> None:
        now = json.loads(path.read_text())
        _add_revision(now, _version_of(arguments), "failed")
        _save(path, now)
        sys.exit("Error: UPGRADE FAILED: context canceled")

    signal.signal(signal.SIGTERM, stop)
    state["hanging"] = os.getpid()
    _save(path, state)
    while True:
        signal.pause()


def _version_of(arguments: list[str]) -> str:
    (tag,) = [argument for argument in arguments if argument.startswith("image.tag=")]
    return tag.removeprefix("image.tag=")


def _kubectl(path: Path, state: dict[str, Any], arguments: list[str]) -> None:
    words = [word for word in arguments if not word.startswith("-")]
    words = [word for word in words if word not in ("the-cluster", "cms-backend")] + ["", ""]
    step = f"kubectl {words[0]} {words[1]}".strip()
    how = state["plan"].get(step)
    if how == "unauthorised":
        sys.exit("error: You must be logged in to the server (Unauthorized)")
    if how == "fails":
        sys.exit(f"error: {step} was planned to fail")
    if step == "kubectl rollout status" and state["plan"].get(f"rollout of {_served(state)[0]}") == "fails":
        sys.exit("error: timed out waiting for the condition")
    if step == "kubectl config get-contexts":
        print("the-cluster\nanother-cluster")
    elif step == "kubectl get namespace":
        print(state["plan"].get("label", "") if "jsonpath" in " ".join(arguments) else "namespace/cms-backend")
    elif step == "kubectl get secret":
        if words[2] not in state["secrets"]:
            sys.exit(f'Error from server (NotFound): secrets "{words[2]}" not found')
    elif step == "kubectl create configmap":
        if state["lock"]:
            sys.exit('error: failed to create configmap: configmaps "cms-backend-deploy-lock" already exists')
        state["lock"] = next(word for word in arguments if word.startswith("--from-literal=by=")).split("=", 2)[2]
        _save(path, state)
    elif step == "kubectl get configmap":
        print(state["lock"] or "")
    elif step == "kubectl delete configmap":
        state["lock"] = None
        _save(path, state)


def _skopeo(path: Path, state: dict[str, Any], arguments: list[str]) -> None:
    if state["plan"].get("registry") == "has it not":
        sys.exit("manifest unknown")
    print("WARN: a tool may say something else too", file=sys.stderr)
    print(DIGEST)


def _real_helm() -> str:
    own = str(Path(sys.argv[0]).parent) if sys.argv[0].endswith("/helm") else ""
    path = os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if part != own)
    return shutil.which("helm", path=path) or ""


def _add_revision(state: dict[str, Any], version: str, status: str) -> None:
    if status == "deployed":
        for entry in state["history"]:
            if entry["status"] == "deployed":
                entry["status"] = "superseded"
    state["history"].append({"revision": len(state["history"]) + 1, "app_version": version, "status": status})


def _save(path: Path, state: dict[str, Any]) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    draft.write_text(json.dumps(state))
    draft.replace(path)
