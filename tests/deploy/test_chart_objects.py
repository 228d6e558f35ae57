"""With each of the sets of values in values/, everything that the chart makes is valid, complete and closed."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
from chart import (
    CHART,
    KUBERNETES,
    ROOT,
    VALUE_SETS,
    Object,
    Pod,
    find,
    helm,
    is_hook,
    load,
    manifest,
    of_kind,
    pods,
    render,
    values_files,
    values_options,
)
from chart_checkov import checkov_findings
from chart_crds import SCHEMAS

sets_of_values = pytest.mark.parametrize("values", VALUE_SETS)


def pods_of(values: str) -> list[Pod]:
    found = list(pods(render(values)))
    assert found
    return found


def selected(labels: dict[str, str], selector: Object) -> bool:
    return selector["matchLabels"].items() <= labels.items()


@sets_of_values
def test_helm_lint_is_strict_and_content(values: str) -> None:
    done = helm("lint", "--strict", CHART, *values_options(values))

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kubernetes", KUBERNETES)
@sets_of_values
def test_objects_are_valid(values: str, kubernetes: str) -> None:
    for item in render(values, kubernetes=kubernetes):
        if item["kind"] in SCHEMAS:
            jsonschema.validate(item, SCHEMAS[item["kind"]])
        else:
            kubernetes_validate.validate(item, kubernetes, strict=True)


@sets_of_values
def test_names_are_unique_and_short_enough(values: str) -> None:
    names = [(item["kind"], item["metadata"]["name"]) for item in render(values)]

    assert len(names) == len(set(names))
    for kind, name in names:
        assert len(name) <= (52 if kind == "CronJob" else 63)


@sets_of_values
def test_every_object_says_its_namespace(values: str) -> None:
    for item in render(values, namespace="elsewhere"):
        assert item["metadata"]["namespace"] == "elsewhere", item["metadata"]["name"]


@sets_of_values
def test_pods_meet_the_restricted_standard(values: str) -> None:
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted, and a read-only root."""
    for pod in pods_of(values):
        security = pod.spec["securityContext"]
        assert security["runAsNonRoot"] is True
        assert security["runAsUser"] == security["runAsGroup"] == security["fsGroup"] == 10001
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.spec.keys()
        for container in pod.containers:
            own = container["securityContext"]
            assert own["runAsNonRoot"] is True
            assert own["allowPrivilegeEscalation"] is False
            assert own["privileged"] is False
            assert own["readOnlyRootFilesystem"] is True
            assert own["capabilities"] == {"drop": ["ALL"]}
            assert not {"hostPort"} & {key for port in container.get("ports", []) for key in port}


@sets_of_values
def test_only_temporary_space_can_be_written(values: str) -> None:
    for pod in pods_of(values):
        volumes = {volume["name"]: volume for volume in pod.spec["volumes"]}
        assert volumes["tmp"]["emptyDir"]["sizeLimit"]
        assert not any("hostPath" in volume for volume in volumes.values())
        for container in pod.containers:
            mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
            assert mounts["/tmp"] == "tmp"
            assert set(mounts.values()) <= volumes.keys()


@sets_of_values
def test_pods_have_no_token_of_the_cluster_and_no_service_variables(values: str) -> None:
    for pod in pods_of(values):
        assert pod.spec["automountServiceAccountToken"] is False
        assert pod.spec["enableServiceLinks"] is False
    for account in of_kind(render(values), "ServiceAccount").values():
        assert account["automountServiceAccountToken"] is False


@sets_of_values
def test_containers_have_requests_and_limits(values: str) -> None:
    for pod in pods_of(values):
        for container in pod.containers:
            resources = container["resources"]
            assert {"cpu", "memory"} <= resources["requests"].keys()
            assert {"cpu", "memory"} <= resources["limits"].keys()


@sets_of_values
def test_images_are_of_one_known_version(values: str) -> None:
    images = {container["image"] for pod in pods_of(values) for container in pod.containers}

    assert len(images) == 1
    (image,) = images
    name, _, version = image.rpartition("@" if "@" in image else ":")
    assert "/" in name
    assert version not in {"", "latest"}


@sets_of_values
def test_deployments_have_three_probes_and_time_to_stop(values: str) -> None:
    for name, deployment in of_kind(render(values), "Deployment").items():
        spec = deployment["spec"]["template"]["spec"]
        (container,) = spec["containers"]
        assert {"startupProbe", "livenessProbe", "readinessProbe"} <= container.keys(), name
        assert spec["terminationGracePeriodSeconds"] >= 30
        assert spec["topologySpreadConstraints"]
        assert (
            deployment["spec"]["selector"]["matchLabels"].items()
            <= deployment["spec"]["template"]["metadata"]["labels"].items()
        )


@sets_of_values
def test_jobs_end_and_do_not_pile_up(values: str) -> None:
    objects = render(values)
    for cron in of_kind(objects, "CronJob").values():
        spec = cron["spec"]
        assert spec["concurrencyPolicy"] == "Forbid"
        assert spec["startingDeadlineSeconds"] >= 100  # the controller looks every ten seconds, and misses some looks
        assert spec["successfulJobsHistoryLimit"] >= 1
        assert spec["failedJobsHistoryLimit"] >= 1
        assert spec["timeZone"]
        assert spec["jobTemplate"]["spec"]["activeDeadlineSeconds"]
        assert spec["jobTemplate"]["spec"]["template"]["spec"]["restartPolicy"] == "Never"
    for job in of_kind(objects, "Job").values():
        assert job["spec"]["activeDeadlineSeconds"]
        assert job["spec"]["template"]["spec"]["restartPolicy"] == "Never"


@sets_of_values
def test_labels_do_not_overlap_between_components(values: str) -> None:
    """Else the Service would send requests to the worker, or a budget would count the pods of another."""
    every = pods_of(values)
    for pod in every:
        own = {key: value for key, value in pod.labels.items() if key.startswith("app")}
        assert [other.name for other in every if own.items() <= other.labels.items()] == [pod.name]


@sets_of_values
def test_what_selects_pods_finds_some(values: str) -> None:
    objects = render(values)
    labels = [pod.labels for pod in pods(objects)]
    for item in objects:
        if item["kind"] == "Service":
            found = [each for each in labels if item["spec"]["selector"].items() <= each.items()]
            assert [each["app.kubernetes.io/component"] for each in found] == ["web"]
        if item["kind"] == "PodDisruptionBudget":
            assert [each for each in labels if selected(each, item["spec"]["selector"])]
        if item["kind"] == "NetworkPolicy":
            assert [each for each in labels if selected(each, item["spec"]["podSelector"])], item["metadata"]["name"]
        if item["kind"] == "ServiceMonitor":
            services = of_kind(objects, "Service").values()
            assert [each for each in services if selected(each["metadata"]["labels"], item["spec"]["selector"])]
            assert {each["port"] for each in item["spec"]["endpoints"]} == {"http"}


@sets_of_values
def test_a_network_policy_covers_every_component(values: str) -> None:
    objects = render(values)
    policies = list(of_kind(objects, "NetworkPolicy").values())
    if values == "no-ingress":
        assert not policies
        return
    for pod in pods(objects):
        covering = [policy for policy in policies if selected(pod.labels, policy["spec"]["podSelector"])]
        assert len(covering) == 1, pod.component
        (policy,) = covering
        assert set(policy["spec"]["policyTypes"]) == {"Ingress", "Egress"}
        assert ("ingress" in policy["spec"]) == (pod.component == "web")
        assert all(rule.get("to") and rule.get("ports") for rule in policy["spec"]["egress"])
        if pod.kind == "Job":
            assert is_hook(policy), "the migration runs before the release's own policies are there"


@sets_of_values
def test_everything_that_is_referred_to_exists(values: str) -> None:
    objects = render(values)
    secrets = of_kind(objects, "Secret").keys() | {
        item["spec"]["target"]["name"] for item in of_kind(objects, "ExternalSecret").values()
    }
    configs = of_kind(objects, "ConfigMap").keys()
    accounts = of_kind(objects, "ServiceAccount").keys()
    given = json.dumps([values, _given(values)])
    for pod in pods(objects):
        assert pod.spec["serviceAccountName"] in accounts or json.dumps(pod.spec["serviceAccountName"]) in given
        for container in pod.containers:
            for source in container.get("envFrom", []):
                if "configMapRef" in source:
                    assert source["configMapRef"]["name"] in configs
                else:
                    name = source["secretRef"]["name"]
                    assert name in secrets or json.dumps(name) in given, name
    for item in objects:
        if item["kind"] == "Ingress":
            for rule in item["spec"]["rules"]:
                for path in rule["http"]["paths"]:
                    service = find(objects, "Service", path["backend"]["service"]["name"])
                    assert path["backend"]["service"]["port"]["name"] in {
                        port["name"] for port in service["spec"]["ports"]
                    }
        if item["kind"] == "HorizontalPodAutoscaler":
            target = find(objects, "Deployment", item["spec"]["scaleTargetRef"]["name"])
            assert "replicas" not in target["spec"], "each upgrade would undo what the autoscaler decided"


def _given(values: str) -> Any:
    return [load(path.read_text(encoding="utf-8")) for path in values_files(values)]


@sets_of_values
def test_hooks_need_nothing_of_the_release_itself(values: str) -> None:
    """An installation runs them before anything else is there; an upgrade before anything else is new."""
    objects = render(values)
    before = [
        item for item in objects if "pre-install" in item["metadata"].get("annotations", {}).get("helm.sh/hook", "")
    ]
    released = {(item["kind"], item["metadata"]["name"]) for item in objects if not is_hook(item)}
    for item in before:
        weight = int(item["metadata"]["annotations"]["helm.sh/hook-weight"])
        assert (weight == 0) == (item["kind"] == "Job")
        assert (item["kind"], item["metadata"]["name"]) not in released
    for pod in pods(before):
        assert ("ServiceAccount", pod.spec["serviceAccountName"]) not in released
        for container in pod.containers:
            for source in container["envFrom"]:
                assert ("ConfigMap", source.get("configMapRef", {}).get("name")) not in released
                assert ("Secret", source.get("secretRef", {}).get("name")) not in released
                target = {
                    item["spec"]["target"]["name"]
                    for item in of_kind(objects, "ExternalSecret").values()
                    if not is_hook(item)
                }
                assert source.get("secretRef", {}).get("name") not in target


@sets_of_values
def test_ports_and_probes_agree(values: str) -> None:
    objects = render(values)
    port = int(find(objects, "ConfigMap", "cms-backend-config")["data"]["PORT"])
    (container,) = find(objects, "Deployment", "cms-backend")["spec"]["template"]["spec"]["containers"]

    assert container["ports"] == [{"name": "http", "containerPort": port}]
    paths = [container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")]
    assert paths == ["/health", "/health/live", "/health/ready"]


def test_commands_are_those_of_the_product() -> None:
    for pod in pods(render("minimal")):
        for container in pod.containers:
            if "command" not in container:
                (command,) = container["args"]
                found = [list((ROOT / part).glob(f"**/management/commands/{command}.py")) for part in ("site", "api")]
                assert any(found), command


def test_dashboard_is_json() -> None:
    dashboard = find(render("production"), "ConfigMap", "cms-backend-dashboard")

    assert json.loads(dashboard["data"]["cms-backend.json"])["panels"]


def test_smoke_test_is_python_that_can_be_read() -> None:
    (container,) = find(render("minimal"), "Pod", "cms-backend-smoke-test")["spec"]["containers"]

    ast.parse(container["args"][0])
    assert container["args"][1:] == ["http://cms-backend-service:80", "cms.example.gov.uk"]


@pytest.mark.parametrize("values", ["production", "chart-makes-secrets"])
def test_checkov_finds_nothing(values: str, tmp_path: Path) -> None:
    # Only production names a digest.
    skipped = [] if values == "production" else ["CKV_K8S_43"]

    assert checkov_findings(manifest(values), tmp_path, skipped) == []
