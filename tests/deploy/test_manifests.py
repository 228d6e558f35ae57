"""k8s/ and the chart are the same deployment: object by object, for staging and for production."""

from __future__ import annotations

import difflib
import functools
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml
from chart import CHART, KUBERNETES, ROOT, Object, is_hook, load, of_kind, pods, program, render
from chart_checkov import checkov_findings
from chart_crds import SCHEMAS
from chart_environment import secret_names

K8S = ROOT / "k8s"
ENVIRONMENTS = ("staging", "production")
environments = pytest.mark.parametrize("environment", ENVIRONMENTS)

ONLY_IN_HELM = {
    "app.kubernetes.io/instance",
    "app.kubernetes.io/managed-by",
    "app.kubernetes.io/version",
    "helm.sh/chart",
}
"""Labels by which Helm tells its releases apart."""

_HASH = re.compile(r"^(cms-backend-(?:backup-)?config)-[a-z0-9]{10}$")


@functools.cache
def kustomize(folder: str) -> list[Object]:
    """The objects of a kustomization."""
    command = [program("kubectl"), "kustomize", str(K8S / folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return load(done.stdout)


def everything(environment: str) -> list[Object]:
    """What is applied in an environment: the migration first."""
    return [*kustomize(f"overlays/{environment}/migrate"), *kustomize(f"overlays/{environment}")]


def normalised(value: Any) -> Any:
    """Without what only one of the two can have, and with lists in an order where the order means nothing."""
    if isinstance(value, dict):
        kept = {key: normalised(inner) for key, inner in value.items() if not _is_helms(key)}
        return {key: inner for key, inner in kept.items() if inner not in ({}, None)}
    if isinstance(value, list):
        items = [normalised(item) for item in value]
        # What comes later wins among the sources of variables; the rest are sets.
        is_ordered = any(isinstance(item, str) or "configMapRef" in item for item in items)
        return items if is_ordered else sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, str):
        # The hook of the chart brings a copy of the configuration under a name of its own.
        name = _HASH.sub(r"\1", value)
        return "cms-backend-config" if name == "cms-backend-migrate-config" else name
    return value


def _is_helms(key: str) -> bool:
    return key in ONLY_IN_HELM or key.startswith(("helm.sh/", "checksum/"))


def by_name(objects: list[Object]) -> dict[str, str]:
    """The text of each object, by kind and name."""
    found = {}
    for item in objects:
        same = normalised(item)
        name = f"{same['kind']} {same['metadata']['name']}"
        if same["kind"] == "PrometheusRule":
            same["spec"]["groups"][0]["rules"].sort(key=lambda rule: rule["alert"])
        text = yaml.safe_dump(same, sort_keys=True, allow_unicode=True)
        if name.startswith("ConfigMap "):
            # The copies must be equal apart from the labels of the hook.
            text = yaml.safe_dump({"data": same["data"]}, sort_keys=True, allow_unicode=True)
        assert found.get(name, text) == text, f"two different {name}"
        found[name] = text
    return found


@environments
def test_kustomize_and_helm_make_the_same(environment: str) -> None:
    helm = by_name(render(environment, sets=("smokeTest.enabled=false",)))
    kustomized = by_name([item for item in everything(environment) if item["kind"] != "Namespace"])

    assert sorted(helm) == sorted(kustomized)
    drift = [
        line
        for name in helm
        for line in difflib.unified_diff(
            kustomized[name].splitlines(), helm[name].splitlines(), f"k8s/: {name}", f"helm/: {name}", lineterm=""
        )
    ]
    assert not drift, "\n" + "\n".join(drift)


def test_drift_would_be_seen() -> None:
    ours = render("production", sets=("smokeTest.enabled=false", "drainSeconds=11"))
    theirs = by_name([item for item in everything("production") if item["kind"] != "Namespace"])

    assert [name for name, text in by_name(ours).items() if theirs[name] != text] == ["Deployment cms-backend"]


@pytest.mark.parametrize("kubernetes", KUBERNETES)
@environments
def test_manifests_are_valid(environment: str, kubernetes: str) -> None:
    for item in everything(environment):
        if item["kind"] in SCHEMAS:
            jsonschema.validate(item, SCHEMAS[item["kind"]])
        elif (item["kind"], item["metadata"]["name"], kubernetes) == ("Deployment", "cms-backend", "1.27"):
            continue  # the pause before the end is written for 1.30 and newer, as its comment says
        else:
            kubernetes_validate.validate(item, kubernetes, strict=True)


@environments
def test_selectors_find_their_own_pods_alone(environment: str) -> None:
    objects = everything(environment)
    found = list(pods(objects))
    for item in objects:
        spec = item.get("spec", {})
        selector = {
            "Service": spec.get("selector"),
            "NetworkPolicy": spec.get("podSelector", {}).get("matchLabels"),
            "PodDisruptionBudget": (spec.get("selector") or {}).get("matchLabels"),
            "Deployment": (spec.get("selector") or {}).get("matchLabels"),
        }.get(item["kind"])
        if selector is not None:
            assert len([pod for pod in found if selector.items() <= pod.labels.items()]) == 1, item["metadata"]["name"]


@environments
def test_name_servers_are_selected_by_their_own_labels(environment: str) -> None:
    """A label transformer that reaches into selectors would add ours to theirs, and nothing could be resolved."""
    for policy in of_kind(everything(environment), "NetworkPolicy").values():
        (dns,) = [rule for rule in policy["spec"]["egress"] if rule["ports"][0]["port"] == 53]
        assert dns["to"][0]["podSelector"] == {"matchLabels": {"k8s-app": "kube-dns"}}


@environments
def test_configuration_reaches_all_pods_under_one_name(environment: str) -> None:
    objects = everything(environment)
    (name,) = [each for each in of_kind(objects, "ConfigMap") if each.startswith("cms-backend-config-")]
    for pod in pods(objects):
        for container in pod.containers:
            assert container["envFrom"][0] == {"configMapRef": {"name": name}}


def test_changed_configuration_gets_another_name(tmp_path: Path) -> None:
    """That is what rolls the pods."""
    copy = tmp_path / "k8s"
    subprocess.run(["cp", "-r", str(K8S), str(copy)], check=True)
    file = copy / "overlays/staging/release/configmap.env"
    file.write_text(file.read_text(encoding="utf-8").replace("LOG_LEVEL=info", "LOG_LEVEL=debug"), encoding="utf-8")
    command = [program("kubectl"), "kustomize", str(copy / "overlays/staging")]
    changed = load(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    names = [
        container["envFrom"][0]["configMapRef"]["name"]
        for objects in (changed, kustomize("overlays/staging"))
        for item in objects
        if item["kind"] == "Deployment"
        for container in item["spec"]["template"]["spec"]["containers"]
    ]
    assert len(set(names)) == 2


@environments
def test_namespace_refuses_what_is_not_restricted(environment: str) -> None:
    (namespace,) = of_kind(kustomize(f"overlays/{environment}"), "Namespace").values()

    assert namespace["metadata"]["name"] == "cms-backend"
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


@environments
def test_no_secret_is_in_the_repository(environment: str) -> None:
    objects = everything(environment)

    assert not of_kind(objects, "Secret")
    for config in of_kind(objects, "ConfigMap").values():
        assert not set(secret_names()) & config["data"].keys()
    example = load((K8S / "base" / "secret.example.yaml").read_text(encoding="utf-8"))
    assert {value for secret in example for value in secret["stringData"].values()} == {""}
    assert {name for secret in example for name in secret["stringData"]} <= set(secret_names())


def test_checkov_finds_nothing(tmp_path: Path) -> None:
    text = yaml.safe_dump_all(everything("production"))

    assert checkov_findings(text, tmp_path) == []


def test_nothing_is_made_by_a_hook() -> None:
    for environment in ENVIRONMENTS:
        assert not [item for item in everything(environment) if is_hook(item)]


def test_dashboard_is_one_file() -> None:
    copy = K8S / "components" / "monitoring" / "cms-backend.json"

    assert copy.read_bytes() == (CHART / "files" / "dashboard.json").read_bytes()
