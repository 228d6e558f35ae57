"""deploy.sh and rollback.sh on Kubernetes: what they check, what they do, and that each failure leads back.

helm and kubectl are played (tests/deploy/fake_cluster.py), since there is no cluster; `helm template` is the real one.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_cluster import DIGEST, Cluster, cluster, wait_until

CONTRACTS = "# allow DROP_COLUMN from {}: nothing has read it since then\n"


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster in which 0.1.0 runs."""
    with cluster(tmp_path) as made:
        made.deployed_before("0.1.0")
        yield made


def test_new_version_is_deployed_by_digest_and_asked(there: Cluster) -> None:
    code, said = there.deploy()
    assert code == 0, said
    assert there.history == [("0.1.0", "superseded"), ("0.2.0", "deployed")]
    (upgrade,) = [call for call in there.calls if call.startswith("helm upgrade")]
    assert f"image.digest={DIGEST}" in upgrade
    assert "--kube-context the-cluster --namespace cms-backend" in upgrade
    assert any(call.startswith("helm test cms-backend") for call in there.calls)
    assert there.read()["lock"] is None


def test_deploying_the_same_again_changes_nothing_but_the_revision(there: Cluster) -> None:
    assert there.deploy()[0] == 0
    assert there.deploy()[0] == 0
    assert there.history[-1] == ("0.2.0", "deployed")


def test_first_installation_needs_no_version_before(there: Cluster) -> None:
    there.deployed_before()
    assert there.deploy()[0] == 0
    assert there.history == [("0.2.0", "deployed")]


def test_dry_run_says_what_would_be_done_and_does_nothing(there: Cluster) -> None:
    code, said = there.deploy("--dry-run")
    assert code == 0, said
    assert "0.1.0 → 0.2.0" in said
    assert f"@{DIGEST}" in said
    assert "3 Deployment" in said
    assert there.changes == []
    assert not any("create configmap" in call for call in there.calls)


def test_service_is_asked_at_its_public_address(there: Cluster) -> None:
    code, said = there.deploy("--dry-run", SMOKE_URL="")
    assert (code, "Then https://cms.example.gov.uk is asked" in said) == (0, True)


def test_image_that_was_named_by_its_digest_is_deployed(there: Cluster) -> None:
    digest = "sha256:" + "cd" * 32
    code, said = there.deploy("--dry-run", "--digest", digest)
    assert (code, f"@{digest}" in said) == (0, True)


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ({"kubectl get namespace": "unauthorised"}, "Unauthorized"),
        ({"kubectl auth can-i": "fails"}, "You may not create deployments"),
        ({"helm history": "fails"}, "cannot read the history"),
        ({"registry": "has it not"}, "was not found"),
        ({"label": "production"}, "says that it is production, not staging"),
        ({"kubectl create configmap": "fails"}, "The lock"),
    ],
)
def test_what_is_not_as_it_should_be_stops_the_deployment_before_it_begins(
    there: Cluster, plan: dict[str, str], words: str
) -> None:
    there.plan(**plan)
    code, said = there.deploy()
    assert code == 1, said
    assert words in said
    assert "Nothing was changed" in said
    assert there.changes == []


def test_missing_secret_is_named(there: Cluster) -> None:
    state = there.read()
    state["secrets"] = ["backup"]
    there.write(state)
    code, said = there.deploy()
    assert code == 1
    assert "cms-backend-secrets" in said
    assert there.changes == []


def test_values_that_the_chart_refuses_are_refused(there: Cluster) -> None:
    wrong = there.folder / "wrong.yaml"
    wrong.write_text("env: {NO_SUCH_VARIABLE: x}\n")
    code, said = there.deploy("--values", "wrong.yaml")
    assert code == 1
    assert "cannot be rendered" in said
    assert there.changes == []


@pytest.mark.parametrize("program", ["helm", "kubectl"])
def test_missing_program_is_named(there: Cluster, program: str) -> None:
    (there.folder / "bin" / program).unlink()
    tools = there.folder / "tools"
    tools.mkdir()
    for name in ("bash", "env", "dirname", "sed", "mktemp", "rm", "python3", "curl", "cat"):
        found = next(folder / name for folder in map(Path, ("/usr/bin", "/bin")) if (folder / name).exists())
        (tools / name).symlink_to(found)
    code, said = there.deploy(PATH=f"{there.folder / 'bin'}:{tools}")
    assert code == 1
    assert f"{program} is needed" in said


def test_context_must_be_named_and_known(there: Cluster) -> None:
    code, said = there.deploy(KUBE_CONTEXT="")
    assert (code, "KUBE_CONTEXT=" in said, "another-cluster" in said) == (1, True, True)
    assert "no context elsewhere" in there.deploy(KUBE_CONTEXT="elsewhere")[1]


@pytest.mark.parametrize(
    "arguments",
    [(), ("staging",), ("moon", "v0.2.0"), ("staging", "latest"), ("staging", "v0.2.0", "--force"),
     ("staging", "v0.2.0", "--digest", "sha256:12"), ("staging", "v0.2.0", "more")],
)  # fmt: skip
def test_wrong_arguments_are_refused(there: Cluster, arguments: tuple[str, ...]) -> None:
    assert there.run("deploy.sh", *arguments)[0] == 2
    assert there.calls == []


def test_another_version_than_that_of_the_checkout_is_refused(there: Cluster) -> None:
    code, said = there.run("deploy.sh", "staging", "v0.3.0")
    assert (code, "git checkout v0.3.0" in said) == (1, True)


def test_older_version_is_left_to_the_rollback(there: Cluster) -> None:
    there.deployed_before("0.3.0")
    code, said = there.deploy()
    assert (code, "scripts/rollback.sh staging v0.2.0" in said) == (1, True)


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ({"helm upgrade": "fails"}, "UPGRADE FAILED"),
        ({"rollout of 0.2.0": "fails"}, "timed out waiting"),
        ({"helm test": "fails"}, "TEST FAILED"),
        ({"service": {"0.2.0": {"health": 500}}}, "/health answers 500"),
        ({"service": {"0.2.0": {"ready": 503}}}, "/health/ready answers 503"),
        ({"service": {"0.2.0": {"api": 502}}}, "answers 502"),
        ({"service": {"0.2.0": {"version": "0.1.0"}}}, "expected the version to be 0.2.0"),
        ({"service": {"0.2.0": "hang"}}, "/health"),
    ],
)
def test_failure_leads_back_to_the_version_before(there: Cluster, plan: dict[str, object], words: str) -> None:
    there.plan(**plan)
    code, said = there.deploy()
    assert code == 3, said
    assert words in said
    assert "0.1.0 runs again and answers" in said
    assert there.changes[-1] == "helm rollback cms-backend"
    assert there.history[-1] == ("0.1.0", "deployed")
    assert there.read()["lock"] is None


def test_failed_first_installation_is_taken_away_again(there: Cluster) -> None:
    there.deployed_before()
    there.plan(**{"helm upgrade": "fails"})
    code, said = there.deploy()
    assert code == 3
    assert there.changes[-1] == "helm uninstall cms-backend"
    assert "Database and files stay" in said


def test_when_the_way_back_fails_too_the_operator_is_told_what_to_type(there: Cluster) -> None:
    there.plan(**{"helm upgrade": "fails", "helm rollback": "fails"})
    code, said = there.deploy()
    assert code == 4
    assert "helm rollback cms-backend 1 --namespace cms-backend --kube-context the-cluster" in said
    assert there.read()["lock"] is None


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_rollout_is_undone(there: Cluster, sent: signal.Signals, code: int) -> None:
    there.plan(**{"helm upgrade": "hangs"})
    process = there.start("deploy.sh", "staging", "v0.2.0")
    wait_until(lambda: there.read().get("hanging"))
    process.send_signal(sent)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == code, said
    assert there.history[1:] == [("0.2.0", "failed"), ("0.1.0", "deployed")]
    assert there.read()["lock"] is None


def test_second_deployment_at_the_same_time_is_refused(there: Cluster) -> None:
    there.plan(**{"helm upgrade": "hangs"})
    first = there.start("deploy.sh", "staging", "v0.2.0")
    wait_until(lambda: there.read().get("hanging"))
    code, said = there.deploy()
    assert code == 1
    assert "Somebody else is at it" in said
    assert there.read()["lock"] is not None
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=30)
    assert there.read()["lock"] is None


def test_running_version_that_cannot_live_with_the_new_schema_is_not_left_running(there: Cluster) -> None:
    there.add_migration(CONTRACTS.format("0.2.0"))
    code, said = there.deploy()
    assert code == 1
    assert "pages/migrations/0009_planted.py (needs 0.2.0 or newer)" in said
    assert there.changes == []


def test_running_version_that_can_live_with_it_is_replaced(there: Cluster) -> None:
    there.add_migration(CONTRACTS.format("0.1.0"))
    assert there.deploy()[0] == 0


def test_without_a_way_back_none_is_tried(there: Cluster) -> None:
    there.add_migration(CONTRACTS.format("0.2.0"))
    there.plan(**{"helm upgrade": "fails"})
    code, said = there.deploy("--no-way-back")
    assert code == 4
    assert "there is no way back" in said
    assert there.changes == ["helm upgrade cms-backend"]


def test_newer_version_that_was_tried_may_have_changed_the_schema(there: Cluster) -> None:
    there.deployed_before("0.1.0")
    state = there.read()
    state["history"].append({"revision": 2, "app_version": "0.3.0", "status": "failed"})
    there.write(state)
    code, said = there.deploy()
    assert code == 1
    assert "0.3.0 was tried here" in said
    assert there.deploy("--schema-checked")[0] == 0


@pytest.fixture
def after(there: Cluster) -> Cluster:
    """A cluster in which 0.1.0 ran, and 0.2.0 runs."""
    there.deployed_before("0.1.0", "0.2.0")
    return there


def test_rollback_brings_the_version_back_and_touches_nothing_else(after: Cluster) -> None:
    code, said = after.run("rollback.sh", "staging", "v0.1.0")
    assert code == 0, said
    assert after.changes == ["helm rollback cms-backend"]
    assert after.history[-1] == ("0.1.0", "deployed")
    assert not any(word in " ".join(after.calls) for word in ("exec", "migrate", "delete job", "uninstall"))


def test_dry_run_of_a_rollback_changes_nothing(after: Cluster) -> None:
    code, said = after.run("rollback.sh", "staging", "v0.1.0", "--dry-run")
    assert code == 0
    assert "helm rollback cms-backend 1" in said
    assert after.changes == []


def test_rollback_to_what_never_ran_is_refused(after: Cluster) -> None:
    code, said = after.run("rollback.sh", "staging", "v0.0.9")
    assert (code, "No deployment of 0.0.9" in said) == (1, True)
    assert after.run("rollback.sh", "staging", "v0.2.0")[0] == 1, "it runs already"
    assert after.changes == []


def test_rollback_to_a_version_that_cannot_live_with_the_schema_is_refused(after: Cluster) -> None:
    after.add_migration(CONTRACTS.format("0.2.0"))
    code, said = after.run("rollback.sh", "staging", "v0.1.0")
    assert code == 1
    assert "0009_planted.py" in said
    assert "Ways out" in said
    assert after.changes == []


def test_rollback_from_an_old_checkout_is_refused(after: Cluster) -> None:
    after.set_version("0.1.0")
    code, said = after.run("rollback.sh", "staging", "v0.1.0")
    assert (code, "git checkout v0.2.0" in said) == (1, True)
    assert after.changes == []


@pytest.mark.parametrize("plan", [{"helm rollback": "fails"}, {"service": {"0.1.0": {"health": 500}}}])
def test_rollback_that_does_not_work_says_so(after: Cluster, plan: dict[str, object]) -> None:
    after.plan(**plan)
    assert after.run("rollback.sh", "staging", "v0.1.0")[0] == 4
    assert after.read()["lock"] is None


SECRETS = {
    "SECRET_KEY": "CANARY" * 10,
    "JWT_SECRET": "CANARYJ" * 8,
    "DATABASE_URL": "postgresql://cms:CANARY@db/cms",
    "REDIS_URL": "redis://:CANARY@cache/0",
    "BACKUP_PASSWORD": "CANARY-of-the-backup-that-is-long-enough",
}


@pytest.mark.parametrize(
    ("changed", "options", "expected"),
    [({}, ["--dry-run"], 0), ({}, [], 3), ({"DATABASE_URL": "CANARY://wrong"}, [], 1), ({"JWT_SECRET": ""}, [], 1)],
)
def test_no_secret_is_shown(there: Cluster, changed: dict[str, str], options: list[str], expected: int) -> None:
    values = {
        "secrets": {"existingSecret": "", "create": True, "values": SECRETS | changed},
        "backup": {"existingSecret": ""},
    }
    (there.folder / there.more_values).write_text(json.dumps(values))
    there.plan(**{"helm upgrade": "fails"})
    code, said = there.deploy(*options)
    assert code == expected, said
    assert "CANARY" not in said + " ".join(there.calls)
