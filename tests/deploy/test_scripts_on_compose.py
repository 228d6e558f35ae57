"""deploy.sh and rollback.sh on one server: real containers, real Compose, and somebody who asks all the time."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from containers.engine import ROOT, Engine
from containers.stack import Stack, copy_of_the_product

PORT = "27443"
URL = f"https://localhost:{PORT}"

BACKGROUND = ("app", "worker", "scheduler")

# Run as root in a container of the image: another version, with its compiled module renewed.
OTHER_VERSION = """
import pathlib, py_compile, sys
version, broken = sys.argv[1], sys.argv[2:]
def write(path, text):
    pathlib.Path(path).write_text(text)
    py_compile.compile(path, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
write("/app/site/cms/__init__.py", f'__version__ = "{version}"\\n')
if broken:
    write("/app/site/cms/wsgi.py", "raise SystemExit('planted: this version does not start')\\n")
"""


class Server:
    """A server with a checkout, on which the scripts are run."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.secrets = folder / "compose" / "secrets"
        files = (folder / "compose/docker-compose.prod.yml", folder / "compose/docker-compose.trial.yml")
        self.variables = {
            "DEPLOY_TARGET": "compose",
            "COMPOSE_PROJECT": "cms-test-scripts",
            "COMPOSE_FILES": "compose/docker-compose.trial.yml",
            "IMAGE_REPOSITORY": "cms-backend-tried",
            "APP_REPLICAS": "2",
            "HEALTHY_SECONDS": "120",
            "SMOKE_URL": URL,
            "CURL_CA_BUNDLE": str(self.secrets / "tls_certificate"),
            "HTTP_PORT": "27080",
            "HTTPS_PORT": PORT,
            "S3_PORT": "27944",
            "MAIL_PORT": "27025",
            "NO_PROXY": "localhost",
        }
        self.stack = Stack(
            engine,
            "cms-test-scripts",
            files,
            self.variables | {"ENV_FILE": ".env.production", "CMS_IMAGE": "cms-backend-tried:0.1.0"},
        )

    def set_version(self, version: str) -> None:
        (self.folder / "site/cms/__init__.py").write_text(f'__version__ = "{version}"\n')

    def run(self, script: str, *arguments: str, **own: str) -> tuple[int, str]:
        process = self.start(script, *arguments, **own)
        said, _ = process.communicate(timeout=900)
        return process.returncode, said

    def start(self, script: str, *arguments: str, **own: str) -> subprocess.Popen[str]:
        return self._start(script, "production", *arguments, **own)

    def operate(self, *arguments: str) -> tuple[int, str]:
        """One of the commands of the CMS, as a timer of the server runs it."""
        files = "compose/docker-compose.prod.yml:compose/docker-compose.trial.yml"
        process = self._start("operate.sh", "--in", "compose", *arguments, COMPOSE_FILE=files)
        said, _ = process.communicate(timeout=900)
        return process.returncode, said

    def _start(self, script: str, *arguments: str, **own: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(self.folder / "scripts" / script), *arguments],
            env=self.engine.environment | self.variables | own,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def deploy(self, version: str, *options: str, **own: str) -> tuple[int, str]:
        self.set_version(version)
        return self.run("deploy.sh", f"v{version}", *options, **own)

    def images(self, service: str) -> list[str]:
        """Which images the running containers of a service have."""
        running = [container for container in self.stack.containers(service) if container["State"]["Running"]]
        return sorted(container["Config"]["Image"].partition(":")[2] for container in running)

    def client(self) -> httpx.Client:
        trust = ssl.create_default_context(cafile=str(self.secrets / "tls_certificate"))
        return httpx.Client(base_url=URL, verify=trust, trust_env=False, timeout=60)

    @property
    def version(self) -> str:
        with self.client() as client:
            return str(client.get("/health").json()["version"])

    @contextmanager
    def somebody_who_asks(self) -> Iterator[list[str]]:
        """Asks one thing after the other, over new connections; what went wrong is in the list."""
        over, wrong, asked = threading.Event(), list[str](), list[int]()

        def ask() -> None:
            while not over.wait(0.05):
                try:
                    with self.client() as client:
                        status = client.get("/api/v2/pages/").status_code
                except httpx.HTTPError as error:
                    wrong.append(repr(error))
                    continue
                asked.append(status)
                if status != 200:
                    wrong.append(str(status))

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        try:
            yield wrong
        finally:
            over.set()
            thread.join(60)
        assert len(asked) > 20


def _make_image(engine: Engine, version: str, *broken: str) -> None:
    name = f"cms-make-{version}"
    engine.docker("rm", "--force", name, check=False)
    # An image from the Dockerfile compiles its modules; so does this.
    engine.docker(
        *("run", "--name", name, "--user=0", "--network=none", "--entrypoint=python", "cms-backend:test"),
        *("-c", OTHER_VERSION, version, *broken),
    )
    entry = 'ENTRYPOINT ["/usr/bin/tini","--","python","manage.py"]'
    changes = [f"--change={change}" for change in (entry, 'CMD ["serve"]', "USER 10001:10001")]
    engine.docker("commit", *changes, name, f"cms-backend-tried:{version}")
    engine.docker("rm", name)


@pytest.fixture(scope="module")
def server(engine: Engine, network_of_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which nothing runs but S3 and mail, which are somebody else's in production."""
    folder = tmp_path_factory.mktemp("server")
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)
    copy_of_the_product(folder)
    subprocess.run(["cp", "-r", str(ROOT / "scripts"), str(folder / "scripts")], check=True)
    made = Server(engine, folder)
    for version in ("0.1.0", "0.2.0"):
        _make_image(engine, version)
    _make_image(engine, "0.3.0", "broken")
    engine.run(str(folder / "compose" / "make-secrets.sh"), "--trial")
    (folder / "compose/.env.production").write_text((folder / "compose/.env.production.example").read_text())
    try:
        made.stack.compose("up", "--detach", "--no-build", "s3", "bucket", "mail")
        yield made
    finally:
        made.stack.down("--volumes", "--remove-orphans")
        for version in ("0.1.0", "0.2.0", "0.3.0"):
            engine.docker("rmi", "--force", f"cms-backend-tried:{version}", check=False)


# One after the other: each goes on where the one before has stopped.


def test_dry_run_on_an_empty_server_starts_nothing(server: Server) -> None:
    code, said = server.deploy("0.1.0", "--dry-run")
    assert code == 0, said
    assert "nothing → 0.1.0" in said
    assert server.images("app") == server.images("db") == []


def test_first_installation(server: Server) -> None:
    code, said = server.deploy("0.1.0")
    assert code == 0, said
    assert server.images("app") == ["0.1.0", "0.1.0"]
    assert server.images("worker") == server.images("scheduler") == ["0.1.0"]
    assert server.version == "0.1.0"
    assert "CMS_IMAGE=cms-backend-tried:0.1.0" in (server.folder / "compose/.env").read_text()


def test_backup_and_drill_of_what_runs(server: Server) -> None:
    code, said = server.operate("backup")
    assert (code, "Made the backup" in said) == (0, True), said
    code, said = server.operate("restore_drill")
    assert code == 0, said


def test_same_version_again_starts_all_processes_anew_without_a_break(server: Server) -> None:
    """That is how a secret is changed."""
    before = {container["Id"] for service in BACKGROUND for container in server.stack.containers(service)}
    env = server.folder / "compose/.env.production"
    env.write_text(env.read_text().replace("\nSITE_NAME=", "\nSITE_NAME=Changed and "))
    (server.folder / "compose/.env").chmod(0o600)
    with server.somebody_who_asks() as wrong:
        code, said = server.deploy("0.1.0")
    assert code == 0, said
    assert wrong == []
    assert server.images("app") == ["0.1.0", "0.1.0"]
    now = [container for service in BACKGROUND for container in server.stack.containers(service)]
    assert not before & {container["Id"] for container in now}
    assert all(any("Changed and" in line for line in container["Config"]["Env"]) for container in now)
    assert (server.folder / "compose/.env").stat().st_mode & 0o077 == 0


def test_next_version_without_a_break(server: Server) -> None:
    with server.somebody_who_asks() as wrong:
        code, said = server.deploy("0.2.0")
    assert code == 0, said
    assert wrong == []
    assert server.images("app") == ["0.2.0", "0.2.0"]
    assert server.images("worker") == ["0.2.0"]
    assert server.version == "0.2.0"


def test_version_that_does_not_start_is_taken_back_without_a_break(server: Server) -> None:
    with server.somebody_who_asks() as wrong:
        code, said = server.deploy("0.3.0", HEALTHY_SECONDS="20")
    assert code == 3, said
    assert "0.2.0 runs again and answers" in said
    assert wrong == []
    assert server.images("app") == ["0.2.0", "0.2.0"]
    assert server.images("worker") == server.images("scheduler") == ["0.2.0"]


def test_rollback_without_a_break(server: Server) -> None:
    with server.somebody_who_asks() as wrong:
        code, said = server.run("rollback.sh", "v0.1.0")
    assert code == 0, said
    assert wrong == []
    assert server.images("app") == ["0.1.0", "0.1.0"]
    assert server.version == "0.1.0"


def test_second_one_at_the_same_time_is_refused(server: Server) -> None:
    lock = server.folder / "compose/.deployed/production/lock"
    holder = subprocess.Popen(["flock", str(lock), "cat"], stdin=subprocess.PIPE)
    try:
        server.set_version("0.3.0")
        code, said = server.run("rollback.sh", "v0.2.0")
    finally:
        assert holder.stdin is not None
        holder.stdin.close()
        holder.wait(20)
    assert (code, "Somebody else is at it" in said) == (1, True)
    assert server.images("app") == ["0.1.0", "0.1.0"]


def test_missing_secret_and_unknown_image_are_named(server: Server) -> None:
    secret = server.secrets / "jwt_secret"
    kept = secret.read_bytes()
    secret.write_bytes(b"")
    code, said = server.deploy("0.3.0", "--schema-checked")
    secret.write_bytes(kept)
    assert (code, "jwt_secret" in said) == (1, True)
    code, said = server.deploy("0.3.0", IMAGE_REPOSITORY="localhost:1/none")
    assert (code, "was not found" in said) == (1, True)
    assert server.images("app") == ["0.1.0", "0.1.0"]
