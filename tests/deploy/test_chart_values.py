"""Values: every variable of the product can be set, no secret gets into the open, and what cannot work is refused."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import chart_environment
import jsonschema
import kubernetes_validate
import pytest
from chart import (
    CHART,
    ROOT,
    VALUE_SETS,
    VALUES,
    Object,
    find,
    helm,
    load,
    manifest,
    of_kind,
    pod,
    pods,
    refusal,
    render,
    values_options,
)
from chart_crds import SCHEMAS
from chart_environment import Variable

SECRETS = load((VALUES / "chart-makes-secrets.yaml").read_text(encoding="utf-8"))[0]["secrets"]["values"]
SCHEMA = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))


def named(name: str) -> Variable:
    (found,) = [variable for variable in chart_environment.variables() if variable.name == name]
    return found


def render_values(tmp_path: Path, values: Object, *others: str) -> list[Object]:
    """What comes out with these values, as a file."""
    path = tmp_path / "values.yaml"
    path.write_text(json.dumps(values), encoding="utf-8")
    options = [*values_options(*others), "--values", path]
    done = helm("template", "cms-backend", CHART, "--namespace", "cms-backend", *options)
    assert done.returncode == 0, done.stderr
    return load(done.stdout)


def variables_of(objects: list[Object], component: str) -> dict[str, str]:
    """The environment of a component's first container, as the kubelet would put it together."""
    container = pod(objects, component).containers[0]
    found: dict[str, str] = {}
    for source in container["envFrom"]:
        if "configMapRef" in source:
            found |= find(objects, "ConfigMap", source["configMapRef"]["name"])["data"]
        else:
            secret = of_kind(objects, "Secret").get(source["secretRef"]["name"], {"data": {}})
            found |= {name: base64.b64decode(value).decode() for name, value in secret["data"].items()}
    return found | {item["name"]: item.get("value", "") for item in container.get("env", [])}


def sample(variable: Variable) -> Any:
    """A value that the variable takes."""
    name, kind = variable.name, variable.kind
    number = re.fullmatch(r"whole number from (-?\d+) to (\d+)", kind)
    if name in {"BASE_URL", "FRONTEND_URL"}:
        return "https://cms.example.gov.uk"
    if number:
        # Small numbers, which the sum of connections has room for; large where a number is a size.
        return (
            min(int(number[2]), 123456789)
            if int(number[1]) >= 1000 or name == "MAX_FILE_SIZE"
            else max(int(number[1]), 1)
        )
    if kind == "true or false":
        return name != "DEBUG"
    if kind.startswith("one of "):
        return kind.removeprefix("one of ").split(", ")[-1]
    if kind.startswith("duration"):
        return "90s"
    if kind == "comma-separated list":
        return ["a", "b"]
    return "https://example.net/x" if kind == "URL" else "a text: with # signs"


def test_lists_of_variables_are_those_of_the_reference() -> None:
    for path, text in chart_environment.written().items():
        assert path.read_text(encoding="utf-8") == text, (
            f"{path.relative_to(ROOT)} is out of date. Run: python3 tests/deploy/chart_environment.py"
        )


def test_every_variable_has_a_place() -> None:
    places = {variable.name for variable in chart_environment.env_variables()}
    places |= {variable.name for variable in chart_environment.secret_variables()}
    places |= chart_environment.TYPED.keys()

    assert len(chart_environment.variables()) > 50
    assert {variable.name for variable in chart_environment.variables()} == places


@pytest.mark.parametrize("name", [variable.name for variable in chart_environment.env_variables()])
def test_variable_that_is_no_secret_reaches_all_pods(name: str, tmp_path: Path) -> None:
    value = sample(named(name))
    env: Object = {name: value}
    if name == "WEB_THREADS":
        env = {name: 3}
        value = 3
    if name == "DATABASE_POOL_MAX":
        env = {name: 3}
        value = 3
    if name == "ALLOWED_HOSTS":
        env = {name: ["cms.example.gov.uk", "other.example.gov.uk"]}
        value = env[name]
    objects = render_values(tmp_path, {"env": env}, "minimal")

    text = ",".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else str(value)
    assert find(objects, "ConfigMap", "cms-backend-config")["data"][name] == text
    assert variables_of(objects, "web")[name] == text
    assert find(objects, "ConfigMap", "cms-backend-migrate-config")["data"][name] == text


@pytest.mark.parametrize("name", [variable.name for variable in chart_environment.secret_variables()])
def test_secret_variable_reaches_pods_by_the_secret_alone(name: str, tmp_path: Path) -> None:
    value = {"RESTORE_DATABASE_URL": "postgresql://r:r@db/r"}.get(name, SECRETS.get(name, "s3cr3t-" * 9))
    values = {"secrets": {"values": {name: value}}}
    objects = render_values(tmp_path, values, "chart-makes-secrets")

    only_backup = name.startswith(("BACKUP_", "RESTORE_"))
    for component in ("web", "worker", "scheduler", "migrate", "prune", "link-check"):
        assert variables_of(objects, component).get(name) == (None if only_backup else value)
    assert variables_of(objects, "backup")[name] == value
    open_text = json.dumps([item for item in objects if item["kind"] != "Secret"])
    assert json.dumps(value)[1:-1] not in open_text


@pytest.mark.parametrize("name", sorted(chart_environment.TYPED))
def test_variable_with_a_key_of_its_own_reaches_the_backup_jobs(name: str, tmp_path: Path) -> None:
    value = {"BACKUP_KEEP_DAYS": 7, "BACKUP_AWS_REGION": "eu-west-2"}.get(name, "s3:https://s3.example.org/other")
    section, key = chart_environment.TYPED[name].split(".")
    objects = render_values(tmp_path, {section: {key: value}}, "minimal")

    for component in ("backup", "restore-drill"):
        assert variables_of(objects, component)[name] == str(value)
    assert name not in variables_of(objects, "web")


def test_ranges_of_keys_are_those_of_the_variables() -> None:
    kept = SCHEMA["properties"]["backup"]["properties"]["keepDays"]

    assert named("BACKUP_KEEP_DAYS").kind == f"whole number from {kept['minimum']} to {kept['maximum']}"


@pytest.mark.parametrize("name", ["DATABASE_URL", "JWT_SECRET", "SMTP_PASS", "LOG_LEVEL"])
def test_variable_may_come_from_a_file(name: str, tmp_path: Path) -> None:
    objects = render_values(tmp_path, {"env": {f"{name}_FILE": "/mnt/secrets/x", "LOG_LEVEL": None}}, "minimal")

    assert variables_of(objects, "web")[f"{name}_FILE"] == "/mnt/secrets/x"


@pytest.mark.parametrize("values", VALUE_SETS)
def test_no_secret_is_in_the_open(values: str) -> None:
    names = set(chart_environment.secret_names())
    objects = render(values)
    for config in of_kind(objects, "ConfigMap").values():
        assert not names & config["data"].keys()
    for each in pods(objects):
        for container in each.containers:
            assert not {item["name"] for item in container.get("env", []) if "value" in item} & names


def test_secrets_arrive_as_they_are() -> None:
    """Quotes, braces, dollars, backslashes, line ends, and what YAML would take for a number or a truth."""
    objects = render("chart-makes-secrets")
    seen = variables_of(objects, "backup")

    assert {name: seen[name] for name in SECRETS} == SECRETS


@pytest.mark.parametrize(
    "text",
    [
        "a'b",
        'a"b',
        "{{ .Values.secrets }}",
        "a: b # c",
        "$(HOME) ${X} `id`",
        "  spaces ",
        "ümlaut ☂",
        "\\n",
        "- x",
        "~",
        "no",
    ],
)
def test_texts_arrive_as_they_are(text: str, tmp_path: Path) -> None:
    assert variables_of(render_values(tmp_path, {"env": {"SITE_NAME": text}}, "minimal"), "web")["SITE_NAME"] == text


def test_large_numbers_are_no_powers_of_ten(tmp_path: Path) -> None:
    objects = render_values(tmp_path, {"env": {"MAX_FILE_SIZE": 5368709120}}, "minimal")

    assert variables_of(objects, "web")["MAX_FILE_SIZE"] == "5368709120"
    annotations = find(objects, "Ingress", "cms-backend-ingress")["metadata"]["annotations"]
    assert annotations["nginx.ingress.kubernetes.io/proxy-body-size"] == str(5368709120 + 1048576)


def test_background_processes_take_few_connections() -> None:
    objects = render("big")
    for component in ("worker", "scheduler", "migrate", "backup", "prune"):
        seen = variables_of(objects, component)
        assert (seen["DATABASE_POOL_MAX"], seen["WEB_THREADS"]) == ("4", "1")
    assert variables_of(objects, "web")["DATABASE_POOL_MAX"] == "8"


REFUSED: dict[str, tuple[list[str], list[str], str]] = {
    "nothing said": ([], [], "env.BASE_URL is not set"),
    "plain http": (["minimal"], ["env.BASE_URL=http://cms.example.gov.uk"], "must start with https://"),
    "no bucket": (["minimal"], ["env.AWS_S3_BUCKET="], "env.AWS_S3_BUCKET is not set"),
    "no secrets": (["minimal"], ["secrets.existingSecret="], "No secrets: name an existing Secret"),
    "two ways": (["minimal"], ["secrets.create=true"], "Choose one of secrets.existingSecret"),
    "values that nothing reads": (["minimal"], ["secrets.values.SMTP_PASS=x"], "secrets.create is false"),
    "missing secret": (["chart-makes-secrets"], ["secrets.values.JWT_SECRET="], "secrets.values lacks JWT_SECRET"),
    "no Redis": (["chart-makes-secrets"], ["secrets.values.REDIS_URL="], "lacks REDIS_URL"),
    "half a key": (["chart-makes-secrets"], ["secrets.values.AWS_ACCESS_KEY_ID="], "both AWS_ACCESS_KEY_ID and"),
    "no token": (["chart-makes-secrets"], ["secrets.values.OPERATIONS_TOKEN="], "lacks OPERATIONS_TOKEN"),
    "one key twice": (
        ["chart-makes-secrets"],
        [f"secrets.values.{name}={'a1b2c3d4e5' * 6}" for name in ("SECRET_KEY", "JWT_SECRET")],
        "is the same as SECRET_KEY",
    ),
    "short key": (["chart-makes-secrets"], ["secrets.values.SECRET_KEY=short"], "secrets/values/SECRET_KEY"),
    "SQLite": (["chart-makes-secrets"], ["secrets.values.DATABASE_URL=sqlite:///x"], "secrets/values/DATABASE_URL"),
    "external secret without key": (["external-secret"], ["secrets.externalSecret.key="], "needs storeName and key"),
    "no place for backups": (["minimal"], ["backup.repository="], "backup.repository is not set"),
    "backup into the pod": (["minimal"], ["backup.repository=/backup"], "would vanish with its pod"),
    "backup to nowhere": (["minimal"], ["backup.repository=bucket"], "backup/repository"),
    "backup without password": (["minimal"], ["backup.existingSecret="], "The backup has no password"),
    "unencrypted backup": (["chart-makes-secrets"], ["secrets.values.BACKUP_PASSWORD="], "lacks BACKUP_PASSWORD"),
    "drill without backup": (["minimal"], ["backup.enabled=false"], "restoreDrill.enabled needs backup.enabled"),
    "drill over the live database": (
        ["chart-makes-secrets"],
        [f"secrets.values.{name}=postgresql://a:b@c/d" for name in ("DATABASE_URL", "RESTORE_DRILL_DATABASE_URL")],
        "over the live database",
    ),
    "latest": (["minimal"], ["image.tag=latest"], "image.tag is `latest`"),
    "digest that is none": (["minimal"], ["image.digest=sha256:abc"], "image/digest"),
    "unknown key": (["minimal"], ["replicas=3"], "'replicas'"),
    "unknown key inside": (["minimal"], ["ingress.class=nginx"], "'class'"),
    "unknown variable": (["minimal"], ["env.DATABASE_POOL=3"], "'DATABASE_POOL'"),
    "secret as a variable": (["minimal"], ["env.JWT_SECRET=x"], "'JWT_SECRET'"),
    "secret as an extra variable": (
        ["minimal"],
        ["extraEnv[0].name=SMTP_PASS", "extraEnv[0].value=x"],
        "extraEnv sets the secret SMTP_PASS in plain text",
    ),
    "token in the headers of traces": (
        ["minimal"],
        ["env.OTEL_EXPORTER_OTLP_HEADERS=Authorization=x"],
        "a ConfigMap is read by many",
    ),
    "the same variable twice": (
        ["minimal"],
        ["extraEnv[0].name=LOG_LEVEL", "extraEnv[0].value=debug"],
        "LOG_LEVEL is set in env and in extraEnv",
    ),
    "wrong type": (["minimal"], ["autoscaling.maxReplicas=many"], "autoscaling/maxReplicas"),
    "number out of range": (["minimal"], ["env.PORT=70000"], "env/PORT"),
    "unknown level": (["minimal"], ["env.LOG_LEVEL=loud"], "env/LOG_LEVEL"),
    "development": (["minimal"], ["env.APP_ENV=development"], "env/APP_ENV"),
    "debug": (["minimal"], ["env.DEBUG=true"], "env/DEBUG"),
    "limits without memory": (["minimal"], ["resources.limits=null"], "resources"),
    "budget that blocks every drain": (["minimal"], ["podDisruptionBudget.maxUnavailable=0"], "maxUnavailable"),
    "replicas and autoscaling": (["minimal"], ["replicaCount=3"], "replicaCount is set, but autoscaling.enabled"),
    "minimum above maximum": (["minimal"], ["autoscaling.minReplicas=11"], "is more than maxReplicas 10"),
    "memory that always scales": (
        ["minimal"],
        ["env.WEB_WORKERS=4", "env.WEB_WORKER_MAX_MEMORY=0", "database.connectionLimit=999"],
        "Raise resources.requests.memory",
    ),
    "processes that outgrow their pod": (["minimal"], ["env.WEB_WORKER_MAX_MEMORY=500"], "At most 432, or 0 for never"),
    "foreign host": (["minimal"], ["ingress.hosts[0].host=x.example.org"], "add it to env.ALLOWED_HOSTS"),
    "redirect without end": (["minimal"], ["env.TRUSTED_PROXY_COUNT=0"], "redirected to https without end"),
    "label that selects pods": (["minimal"], ["podLabels.app=other"], "invalid propertyName 'app'"),
    "no account": (["minimal"], ["serviceAccount.create=false"], "serviceAccount.name"),
    "threads without connections": (
        ["minimal"],
        ["env.WEB_THREADS=4"],
        "WEB_THREADS 4 is more than env.DATABASE_POOL_MAX 3",
    ),
    "idle connections above the most": (["minimal"], ["env.DATABASE_POOL_MIN=4"], "DATABASE_POOL_MIN 4 is more than"),
    "name that is too long": (["minimal"], ["fullnameOverride=" + "x" * 37], "fullnameOverride"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_is_refused(case: str) -> None:
    values, sets, message = REFUSED[case]

    assert message in refusal(*values, sets=tuple(sets))


@pytest.mark.parametrize("number", ["env.MAX_FILE_SIZE", "service.port", "database.connectionLimit"])
def test_number_as_a_text_is_refused(number: str) -> None:
    done = helm("template", "x", CHART, "--values", VALUES / "minimal.yaml", "--set-string", f"{number}=5000")

    assert done.returncode != 0
    assert number.replace(".", "/") in done.stderr


@pytest.mark.parametrize("text", ["two\nlines", "carriage\rreturn"])
def test_text_of_several_lines_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "values.yaml"
    path.write_text(json.dumps({"env": {"SITE_NAME": text}}), encoding="utf-8")
    done = helm("template", "x", CHART, "--values", VALUES / "minimal.yaml", "--values", path)

    assert done.returncode != 0
    assert "env/SITE_NAME" in done.stderr


def objects_of_schema(schema: Object, path: str = "") -> list[tuple[str, Object]]:
    """All schemas in it that describe an object with known keys."""
    found = [(path, schema)] if "properties" in schema else []
    for key, inner in schema.get("properties", {}).items():
        found += objects_of_schema(inner, f"{path}.{key}")
    if isinstance(schema.get("items"), dict):
        found += objects_of_schema(schema["items"], f"{path}[]")
    return found


def test_schema_is_closed_and_explains_every_key() -> None:
    found = objects_of_schema(SCHEMA)
    for name, definition in SCHEMA["definitions"].items():
        found += objects_of_schema(definition, name)
    assert len(found) > 40
    for path, schema in found:
        assert schema["additionalProperties"] is False, path
        for key, inner in schema["properties"].items():
            assert inner.get("description") or "$ref" in json.dumps(inner), f"{path}.{key}"


def test_schema_and_values_have_the_same_keys() -> None:
    values = load((CHART / "values.yaml").read_text(encoding="utf-8"))[0]

    def compare(schema: Object, given: Any, path: str) -> None:
        if "properties" in schema and isinstance(given, dict):
            missing = schema["properties"].keys() - given.keys() - {"global"}
            assert not missing, f"{path}: {missing}"
            for key, inner in schema["properties"].items():
                if key in given:
                    compare(inner, given[key], f"{path}.{key}")

    compare(SCHEMA, values, "")


def test_sum_of_connections_is_said() -> None:
    message = refusal("minimal", sets=("autoscaling.maxReplicas=20",))

    assert (
        "(20 web pods + 2 during an upgrade) x 2 WEB_WORKERS x 3 DATABASE_POOL_MAX = 132, and "
        "(3 worker + 1 scheduler + 5 job) processes x 2 backgroundPoolMax = 18: together 150. "
        "The database has 90: connectionLimit 100 - reserved 10."
    ) in message


def test_sum_of_connections_may_just_fit() -> None:
    assert "together 90" in refusal("minimal", sets=("database.connectionLimit=99",))
    render("minimal", sets=("database.connectionLimit=100",))


def test_default_of_the_product_counts_where_a_variable_is_taken_out() -> None:
    message = refusal("minimal", sets=("env.DATABASE_POOL_MAX=null", "env.WEB_THREADS=null"))

    assert "x 2 WEB_WORKERS x 20 DATABASE_POOL_MAX" in message


def checksums(objects: list[Object]) -> dict[str, Object]:
    return {
        name: deployment["spec"]["template"]["metadata"]["annotations"]
        for name, deployment in of_kind(objects, "Deployment").items()
    }


@pytest.mark.parametrize(
    ("change", "annotation"), [("env.LOG_LEVEL=debug", "config"), ("secrets.values.SMTP_PASS=new", "secret")]
)
def test_changed_configuration_rolls_the_pods(change: str, annotation: str) -> None:
    before = checksums(render("chart-makes-secrets"))
    after = checksums(render("chart-makes-secrets", sets=(change,)))

    for name in ("cms-backend", "cms-backend-worker", "cms-backend-scheduler"):
        changed = {key for key in before[name] if before[name][key] != after[name][key]}
        assert changed == {f"checksum/{annotation}"}


def test_changed_backup_password_rolls_nothing() -> None:
    before = checksums(render("chart-makes-secrets"))

    assert checksums(render("chart-makes-secrets", sets=("secrets.values.BACKUP_PASSWORD=new",))) == before


def test_two_releases_share_a_namespace() -> None:
    first, second = render("chart-makes-secrets"), render("chart-makes-secrets", release="second")
    names = [{(item["kind"], item["metadata"]["name"]) for item in objects} for objects in (first, second)]

    assert not names[0] & names[1]
    assert ("Deployment", "second-cms-backend") in names[1]
    for one, other in ((first, second), (second, first)):
        labels = [each.labels for each in pods(other)]
        for service in of_kind(one, "Service").values():
            assert not [each for each in labels if service["spec"]["selector"].items() <= each.items()]
        for policy in of_kind(one, "NetworkPolicy").values():
            selector = policy["spec"]["podSelector"]["matchLabels"]
            assert not [each for each in labels if selector.items() <= each.items()]


def test_long_release_name_is_refused_with_a_way_out() -> None:
    assert "Set fullnameOverride" in refusal("minimal", release="a-department-with-a-very-long-name-indeed")
    render("minimal", release="a-department-with-a-very-long-name-indeed", sets=("fullnameOverride=cms",))


@pytest.mark.parametrize("name", ["1", "1e5", "0x1", "1-2-3"])
def test_release_and_namespace_may_look_like_numbers(name: str) -> None:
    for item in render("minimal", "production", release=name, namespace=name):
        if item["kind"] in SCHEMAS:
            jsonschema.validate(item, SCHEMAS[item["kind"]])
        else:
            kubernetes_validate.validate(item, "1.34", strict=True)
        assert item["metadata"]["namespace"] == name


@pytest.mark.parametrize("word", ["true", "null", "yes", "on", "n"])
def test_names_may_look_like_other_types(word: str, tmp_path: Path) -> None:
    values = {
        "fullnameOverride": word,
        "secrets": {"existingSecret": word},
        "backup": {"existingSecret": word},
        "imagePullSecrets": [word],
        "priorityClassName": word,
        "caBundle": {"configMap": word, "key": word},
        "ingress": {"className": word},
        "serviceAccount": {"create": False, "name": word},
        "networkPolicy": {"ingressNamespace": word, "monitoringNamespace": word},
    }
    for item in render_values(tmp_path, values, "production"):
        if item["kind"] not in SCHEMAS:
            kubernetes_validate.validate(item, "1.34", strict=True)


def test_drain_needs_no_shell_on_any_version() -> None:
    for version, expected in (
        ("1.34", {"sleep": {"seconds": 10}}),
        ("1.29", {"exec": {"command": ["python", "-c", "import time; time.sleep(10)"]}}),
    ):
        (container,) = pod(render("minimal", kubernetes=version), "web").containers
        assert container["lifecycle"]["preStop"] == expected


def test_grace_period_covers_drain_and_requests() -> None:
    server = (ROOT / "site/cms/operations/management/commands/serve.py").read_text(encoding="utf-8")
    (kill_timeout,) = re.findall(r"--workers-kill-timeout=(\d+)", server)
    for seconds, delay, taken in ((10, "2s", 2), (60, "500ms", 1), (10, "3m", 180), (10, "7", 7)):
        sets = (f"drainSeconds={seconds}", f"env.SHUTDOWN_DELAY={delay}")
        spec = pod(render("minimal", sets=sets), "web").spec
        assert spec["terminationGracePeriodSeconds"] == seconds + taken + int(kill_timeout) + 8
    assert pod(render("minimal"), "web").spec["terminationGracePeriodSeconds"] == 10 + 2 + int(kill_timeout) + 8


def test_digest_wins_over_the_tag() -> None:
    digest = "sha256:" + "a" * 64
    (container,) = pod(render("minimal", sets=(f"image.digest={digest}", "image.tag=1.2.3")), "web").containers

    assert container["image"] == f"ghcr.io/your-org/cms-backend@{digest}"


def test_operations_are_hidden_from_outside() -> None:
    objects = render("minimal")
    hidden = find(objects, "Ingress", "cms-backend-ingress-operations")

    assert hidden["metadata"]["annotations"]["nginx.ingress.kubernetes.io/whitelist-source-range"] == "127.0.0.1/32"
    paths = [(path["path"], path["pathType"]) for path in hidden["spec"]["rules"][0]["http"]["paths"]]
    assert paths == [("/health/detailed", "Prefix"), ("/metrics", "Prefix")]
    assert hidden["spec"]["tls"] == find(objects, "Ingress", "cms-backend-ingress")["spec"]["tls"]


def test_ingress_has_only_annotations_that_its_controller_knows() -> None:
    annotations = find(render("big"), "Ingress", "cms-backend-ingress")["metadata"]["annotations"]

    assert annotations == {
        "cert-manager.io/cluster-issuer": "letsencrypt-prod",
        "nginx.ingress.kubernetes.io/limit-rps": "100",
        "nginx.ingress.kubernetes.io/limit-whitelist": "192.0.2.0/24,2001:db8::/32",
        "nginx.ingress.kubernetes.io/proxy-body-size": str(104857600 + 1048576),
        "nginx.ingress.kubernetes.io/ssl-redirect": "true",
    }
    other = render("minimal", sets=("ingress.className=traefik",))
    assert list(of_kind(other, "Ingress")) == ["cms-backend-ingress"]
    assert find(other, "Ingress", "cms-backend-ingress")["metadata"]["annotations"].keys() == {
        "cert-manager.io/cluster-issuer"
    }


def egress_ports(objects: list[Object], component: str) -> set[int]:
    (policy,) = [
        item
        for item in of_kind(objects, "NetworkPolicy").values()
        if item["spec"]["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == component
    ]
    return {port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]}


def test_each_component_reaches_what_it_uses_and_no_more() -> None:
    objects = render("air-gapped")  # where each service has a port of its own
    dns, database, redis, s3, smtp = 53, 5432, 6379, 9000, 25

    assert egress_ports(objects, "web") == {dns, database, redis, s3}
    assert egress_ports(objects, "worker") == {dns, database, redis, s3, smtp}
    assert egress_ports(objects, "scheduler") == {dns, database, redis, s3}
    assert egress_ports(objects, "migrate") == {dns, database, redis, s3}
    assert egress_ports(objects, "backup") == {dns, database, redis, s3}
    assert egress_ports(objects, "restore-drill") == {dns, database, s3}
    assert egress_ports(objects, "prune") == {dns, database, redis}
    assert egress_ports(objects, "smoke-test") == {dns, 3000}
    assert 80 in egress_ports(render("minimal"), "link-check")
    assert {4317, 4318} <= egress_ports(render("traces-and-errors"), "worker")


@pytest.mark.parametrize("values", VALUE_SETS)
def test_notes_name_commands_that_there_are(values: str) -> None:
    options = ["--namespace", "cms-backend", "--dry-run=client", *values_options(values)]
    done = helm("install", "cms-backend", CHART, *options)
    assert done.returncode == 0, done.stderr
    notes = done.stdout.partition("\nNOTES:\n")[2]

    assert "rollout status deployment/cms-backend" in notes
    assert ("Backups are off" in notes) == (values == "no-backup")
    commands = re.findall(r"python manage\.py (\w+)", notes)
    assert commands == ["create_site", "createsuperuser"]
    assert (ROOT / "site/cms/operations/management/commands/create_site.py").exists()


def test_manifest_is_the_same_each_time() -> None:
    manifest.cache_clear()
    first = manifest("big")
    manifest.cache_clear()

    assert manifest("big") == first


def test_table_of_connections_is_right() -> None:
    """That of docs/operations/kubernetes.md."""
    page = (ROOT / "docs" / "operations" / "kubernetes.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    assert len(rows) == 6
    for pods_at_most, web_workers, pool, workers, web, others, limit in rows:
        sets = (
            f"autoscaling.maxReplicas={pods_at_most}",
            "autoscaling.minReplicas=1",
            f"env.WEB_WORKERS={web_workers}",
            f"env.DATABASE_POOL_MAX={pool}",
            f"worker.replicas={workers}",
            "resources.requests.memory=2Gi",
            "resources.limits.memory=4Gi",
        )
        render("minimal", sets=(*sets, f"database.connectionLimit={limit}"))
        message = refusal("minimal", sets=(*sets, f"database.connectionLimit={int(limit) - 1}"))
        assert f"DATABASE_POOL_MAX = {web}, and" in message
        assert f"backgroundPoolMax = {others}: together" in message
