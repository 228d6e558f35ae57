"""docker-compose.prod.yml runs production on one server: tried with the S3 server and mail catcher of the trial."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from containers.browser import Browser, Editor
from containers.engine import IMAGE, Engine, wait_until
from containers.stack import Stack, copy_of_the_product, mails

URL = "https://localhost:8443"
S3 = "https://localhost:9443"
MAIL = "http://localhost:8025"
LONG_RUNNING = ("app", "worker", "scheduler", "proxy", "db", "redis", "mail")
HARDENED = ("app", "worker", "scheduler", "migrate", "proxy", "db", "redis")
PASSWORD = secrets.token_urlsafe(24)


@pytest.fixture(scope="module")
def stack(engine: Engine, network_of_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = copy_of_the_product(tmp_path_factory.mktemp("production"))
    engine.run(str(folder / "compose" / "make-secrets.sh"), "--trial")
    files = tuple(folder / "compose" / name for name in ("docker-compose.prod.yml", "docker-compose.trial.yml"))
    variables = {
        "CMS_IMAGE": IMAGE,
        "ENV_FILE": ".env.production.example",
        "HTTP_PORT": "8080",
        "HTTPS_PORT": "8443",
    }
    stack = Stack(engine, "cms-test-prod", files, variables)
    try:
        stack.up()
        stack.wait_for(LONG_RUNNING)
        yield stack
    finally:
        stack.down("--volumes")


@pytest.fixture(scope="module")
def certificate(stack: Stack) -> str:
    """The file of the certificate that a visitor has to trust."""
    return str(stack.files[0].parent / "secrets" / "tls_certificate")


@pytest.fixture(scope="module")
def administrator(stack: Stack, certificate: str) -> Editor:
    """Who has set up the site, and lets in the others."""
    stack.run_in("app", "python", "manage.py", "create_site", "Department for Rivers")
    app = stack.containers("app")[0]["Id"]
    name, address = "--env=DJANGO_SUPERUSER_USERNAME=administrator", "--env=DJANGO_SUPERUSER_EMAIL=a@example.gov.uk"
    stack.engine.docker(
        *("exec", name, address, f"--env=DJANGO_SUPERUSER_PASSWORD={PASSWORD}"),
        *(app, "python", "manage.py", "createsuperuser", "--no-input"),
    )
    return Editor(URL, certificate).sign_in("administrator", PASSWORD)


@pytest.fixture(scope="module")
def people(administrator: Editor, certificate: str) -> dict[str, Editor]:
    """A writer, a reviewer and a publisher, each signed in."""
    form = administrator.get("/admin/users/new/").text
    for role in ("writer", "reviewer", "publisher"):
        group = form.partition(f"{role.capitalize()}s</")[0].rpartition('value="')[2].partition('"')[0]
        answer = administrator.fill_in(
            "/admin/users/new/",
            username=role,
            email=f"{role}@example.gov.uk",
            first_name=role.capitalize(),
            last_name="Example",
            password1=PASSWORD,
            password2=PASSWORD,
            groups=[group],
        )
        assert answer.status_code == 302, answer.text[-3000:]
    return {role: Editor(URL, certificate).sign_in(role, PASSWORD) for role in ("writer", "reviewer", "publisher")}


@pytest.fixture(scope="module")
def section(people: dict[str, Editor], visitor: Browser) -> int:
    """A section that went through the workflow."""
    home = visitor.api("v2/pages/?type=pages.HomePage")["items"][0]["id"]
    publish(people, "sectionpage", int(home), "News")
    return int(visitor.api("v2/pages/?type=pages.SectionPage")["items"][0]["id"])


@pytest.fixture(scope="module")
def visitor(stack: Stack, certificate: str) -> Browser:
    """Somebody outside who has not signed in."""
    return Browser(URL, certificate)


def publish(people: dict[str, Editor], page_type: str, parent: int, title: str, **fields: Any) -> None:
    """Write a page and have it approved by two others."""
    people["writer"].create(page_type, parent, title, **fields)
    people["reviewer"].approve(title)
    people["publisher"].approve(title)


def titles(visitor: Browser) -> set[str]:
    """Of all news that everybody may read."""
    return {page["title"] for page in visitor.api("v2/pages/?type=pages.NewsArticlePage&limit=50")["items"]}


def test_three_replicas_and_each_service_has_its_limits(stack: Stack) -> None:
    assert len(stack.containers("app")) == 3
    limits = {
        service: stack.containers(service)[0]["HostConfig"]["Memory"] // 2**20
        for service in ("app", "worker", "scheduler", "proxy", "db", "redis")
    }
    assert limits["app"] == 1024
    assert limits["db"] == 2048
    assert all(limits.values())
    assert stack.containers("app")[0]["HostConfig"]["NanoCpus"] == 1_000_000_000
    assert stack.containers("app")[0]["HostConfig"]["MemoryReservation"] == 512 * 2**20


@pytest.mark.parametrize("service", HARDENED)
def test_service_runs_without_root_and_changes_nothing(stack: Stack, service: str) -> None:
    for container in stack.containers(service):
        host = container["HostConfig"]
        assert host["ReadonlyRootfs"]
        assert host["CapDrop"] == ["ALL"]
        assert any(option.startswith("no-new-privileges") for option in host["SecurityOpt"])
        assert container["Config"]["User"].split(":")[0] not in ("", "0", "root")
        assert host["LogConfig"]["Config"] == {"max-size": "10m", "max-file": "5"}


def test_only_the_proxy_can_be_reached_and_only_its_neighbours_reach_the_database(stack: Stack) -> None:
    published = stack.published()
    assert {service for service, addresses in published.items() if addresses} == {"proxy", "mail"}
    data = stack.engine.inspect(f"{stack.project}_data")
    assert data["Internal"]
    for service in ("db", "redis"):
        assert list(stack.containers(service)[0]["NetworkSettings"]["Networks"]) == [f"{stack.project}_data"]


def test_no_secret_is_in_the_environment_or_the_command_of_a_container(stack: Stack) -> None:
    folder = stack.files[0].parent / "secrets"
    values = [file.read_text().strip() for file in folder.iterdir() if file.is_file() and not file.name.startswith(".")]
    assert len(values) >= 11
    for service in (*HARDENED, "s3", "bucket"):
        for container in stack.containers(service):
            known = json.dumps(container["Config"]) + json.dumps(container["Args"])
            assert not [value for value in values if value in known], service
    listed = "".join(stack.engine.docker("top", c["Id"]).stdout for s in LONG_RUNNING for c in stack.containers(s))
    assert not [value for value in values if value in listed]


def test_proxy_ends_tls_and_keeps_operators_pages_to_itself(stack: Stack, visitor: Browser) -> None:
    plain = httpx.get("http://localhost:8080/admin/", trust_env=False)
    assert (plain.status_code, plain.headers["Location"][:8]) == (308, "https://")
    answer = visitor.get("/admin/login/")
    assert answer.status_code == 200
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert visitor.get("/health/ready").status_code == 200
    assert visitor.get("/metrics").status_code == 404
    assert visitor.get("/health/detailed").status_code == 404


def test_proxy_behind_another_one_believes_what_that_says(stack: Stack) -> None:
    folder = stack.files[0].parent / "proxy"
    mounts = (("plain.conf", "cms.conf"), ("cms-locations.conf", "cms-locations.conf"))
    volumes = [f"--volume={folder / name}:/etc/nginx/{target}:ro" for name, target in mounts]
    started = stack.engine.docker(
        *("run", "--detach", f"--network={stack.project}_edge", "--publish=127.0.0.1::8080", *volumes),
        *("--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--user=101:101", "--entrypoint=nginx"),
        *(stack.containers("proxy")[0]["Config"]["Image"], "-c", "/etc/nginx/cms.conf", "-g", "daemon off;"),
    )
    container = started.stdout.strip()
    try:
        address = stack.engine.docker("port", container, "8080/tcp").stdout.split()[0]
        url, host = f"http://{address}/admin/login/", {"Host": "localhost:8443"}

        def ask(**headers: str) -> int:
            try:
                return httpx.get(url, headers=host | headers, trust_env=False, timeout=30).status_code
            except httpx.TransportError:
                return 0

        wait_until("it answers", lambda: ask() == 301)
        assert ask(**{"X-Forwarded-Proto": "https"}) == 200
    finally:
        stack.engine.docker("rm", "--force", container)


def test_operators_read_details_inside(stack: Stack) -> None:
    ask = (
        "import os, urllib.request as u; token = open(os.environ['OPERATIONS_TOKEN_FILE']).read();"
        "r = u.Request('http://127.0.0.1:3000/health/detailed', headers={'Authorization': 'Bearer ' + token});"
        "print(u.urlopen(r).read().decode())"
    )

    def states() -> dict[str, str]:
        checks = json.loads(stack.run_in("app", "python", "-c", ask))["checks"]
        return {name: check["status"] for name, check in checks.items()}

    wait_until("all is well", lambda: set(states().values()) == {"healthy"})
    assert {"database", "redis", "s3", "scheduler", "tasks"} <= set(states())


def test_address_of_the_visitor_cannot_be_made_up(stack: Stack, visitor: Browser) -> None:
    statuses = [
        visitor.http.post(
            "/api/auth/token/",
            json={"username": "nobody", "password": "wrong"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        ).status_code
        for number in range(12)
    ]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    # For the tests that follow, which come from the same address.
    stack.run_in("redis", "sh", "-c", 'REDISCLI_AUTH="$(cat /run/secrets/redis_password)" redis-cli flushall')


def test_page_goes_from_draft_to_public_and_mail_tells_of_it(
    people: dict[str, Editor], section: int, visitor: Browser
) -> None:
    people["writer"].create("newsarticlepage", section, "Flood warning")
    people["reviewer"].approve("Flood warning")
    assert "Flood warning" not in titles(visitor)
    people["publisher"].approve("Flood warning")
    assert "Flood warning" in titles(visitor)
    wait_until("mail about it has arrived", lambda: [m for m in mails(MAIL) if "Flood warning" in m["Subject"]])


def test_private_document_is_refused_to_strangers_and_comes_by_a_signed_link(
    administrator: Editor, people: dict[str, Editor], visitor: Browser, certificate: str
) -> None:
    made = administrator.fill_in("/admin/collections/add/", name="Partners", parent="1")
    assert made.status_code == 302
    listed = administrator.get("/admin/collections/").text
    collection = max(re.findall(r"/admin/collections/([0-9]+)/", listed), key=int)
    # A dialog, which comes and goes as JSON.
    restricted = administrator.press(f"/admin/collections/{collection}/privacy/", restriction_type="login")
    assert restricted.json()["step"] == "set_privacy_done"
    file = {"file": ("briefing.txt", b"For partners only.\n", "text/plain")}
    added = administrator.fill_in("/admin/documents/add/", files=file, title="Briefing", collection=collection)
    assert added.status_code == 302, added.text[-3000:]
    token = visitor.token("writer", PASSWORD)
    document = visitor.api("v2/documents/", **token)["items"][0]["id"]
    assert visitor.api("v2/documents/")["items"] == []
    address = f"/api/v2/documents/{document}/download/"
    assert visitor.get(address).status_code == 404
    answer = visitor.get(address, **token)
    assert answer.status_code == 302
    link = answer.headers["Location"]
    assert link.startswith(f"{S3}/")
    store = Browser(S3, certificate)
    assert store.get(link).text == "For partners only.\n"
    assert store.get(link.partition("?")[0]).status_code == 403
    assert store.get(link.replace("Signature=", "Signature=0")).status_code == 403


def test_scheduler_publishes_what_was_approved_for_later(
    people: dict[str, Editor], section: int, visitor: Browser
) -> None:
    soon = datetime.now(ZoneInfo("Europe/London")) + timedelta(seconds=60)
    publish(people, "newsarticlepage", section, "Opens soon", go_live_at=f"{soon:%Y-%m-%d %H:%M:%S}")
    wait_until("the scheduler has published it", lambda: "Opens soon" in titles(visitor))


KILL = """
import os, signal
for name in os.listdir("/proc"):
    if name.isdigit() and int(name) != 1 and b"run_worker" in open(f"/proc/{name}/cmdline", "rb").read():
        os.kill(int(name), signal.SIGKILL)
"""


def test_worker_that_is_killed_comes_back_and_loses_no_mail(
    stack: Stack, people: dict[str, Editor], section: int
) -> None:
    before = stack.containers("worker")[0]["RestartCount"]
    people["writer"].create("newsarticlepage", section, "Bridge closed")
    stack.engine.docker("exec", stack.containers("worker")[0]["Id"], "python", "-c", KILL, check=False)
    wait_until("the worker was started again", lambda: stack.containers("worker")[0]["RestartCount"] > before)
    stack.wait_for(["worker"])
    wait_until("mail about it has arrived", lambda: [m for m in mails(MAIL) if "Bridge closed" in m["Subject"]])


def test_without_redis_pages_are_served_and_sign_in_waits(stack: Stack, visitor: Browser) -> None:
    wrong = {"username": "nobody", "password": "wrong"}
    stack.compose("stop", "redis")
    try:
        assert visitor.get("/health/ready").status_code == 200
        assert visitor.http.post("/api/auth/token/", json=wrong).status_code == 503
    finally:
        stack.compose("start", "redis")
    stack.wait_for(["redis"])
    wait_until("sign-in works", lambda: visitor.http.post("/api/auth/token/", json=wrong).status_code == 401)


def test_without_the_database_it_says_so_and_recovers(stack: Stack, visitor: Browser) -> None:
    stack.compose("stop", "db")
    try:
        wait_until("it is not ready", lambda: visitor.get("/health/ready").status_code == 503)
        assert visitor.get("/health").status_code == 200
        assert visitor.get("/api/v2/pages/?limit=3").status_code == 503
    finally:
        stack.compose("start", "db")
    stack.wait_for(["db"])
    wait_until("it is ready", lambda: visitor.get("/health/ready").status_code == 200)
    assert visitor.get("/api/v2/pages/?limit=4").status_code == 200
    assert len(stack.containers("app")) == 3
    assert [container["RestartCount"] for container in stack.containers("app")] == [0, 0, 0]


def test_replica_that_goes_away_is_not_noticed(stack: Stack, visitor: Browser) -> None:
    stack.engine.docker("stop", "--time=40", stack.containers("app")[0]["Id"])
    try:
        assert {visitor.get("/health").status_code for _ in range(30)} == {200}
    finally:
        stack.compose("up", "--detach", "--no-build")
    stack.wait_for(["app"])


def test_backup_is_made_by_one_command(stack: Stack) -> None:
    stack.compose("run", "--rm", "backup")


def test_down_loses_nothing(stack: Stack, visitor: Browser) -> None:
    before = titles(visitor)
    assert "Flood warning" in before
    stack.down()
    stack.up()
    stack.wait_for(LONG_RUNNING)
    assert titles(visitor) == before
