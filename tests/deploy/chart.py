"""Renders the chart with the real helm, and finds its way in what comes out."""

from __future__ import annotations

import functools
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "helm" / "cms-backend"
VALUES = Path(__file__).resolve().parent / "values"
VALUE_SETS = sorted({path.stem for path in VALUES.glob("*.yaml")} | {"staging", "production"})
KUBERNETES = ("1.27", "1.30", "1.34", "1.37")
"""Versions that manifests are made for and checked against: the oldest, the first with `sleep`, and recent ones."""

Object = dict[str, Any]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def program(name: str) -> str:
    """The path of helm or kubectl: that of the machine, else the fetched one."""
    found = shutil.which(name) or shutil.which(name, path=str(ROOT / "var" / "deploy" / "bin"))
    assert found, f"{name} is missing: run scripts/install-helm.sh"
    return found


def helm(*arguments: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run helm."""
    command = [program("helm"), *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, cwd=ROOT)


def values_files(name: str) -> list[Path]:
    """The files of a set of values: that of an environment in the chart, and that of the tests."""
    files = [path for path in (CHART / f"values-{name}.yaml", VALUES / f"{name}.yaml") if path.exists()]
    assert files, name
    return files


def values_options(*names: str) -> list[str | Path]:
    """Options of helm for these sets of values, the last one winning."""
    return [option for name in names for path in values_files(name) for option in ("--values", path)]


def _template(
    *values: str, sets: tuple[str, ...], release: str, namespace: str, kubernetes: str
) -> subprocess.CompletedProcess[str]:
    arguments: list[str | Path] = ["template", release, CHART, "--namespace", namespace, "--kube-version", kubernetes]
    arguments += values_options(*values)
    for text in sets:
        arguments += ["--set", text]
    return helm(*arguments)


@functools.cache
def manifest(
    *values: str,
    sets: tuple[str, ...] = (),
    release: str = "cms-backend",
    namespace: str = "cms-backend",
    kubernetes: str = "1.34",
) -> str:
    """The text that helm renders with these sets of values and these single values."""
    done = _template(*values, sets=sets, release=release, namespace=namespace, kubernetes=kubernetes)
    assert done.returncode == 0, done.stderr
    return done.stdout


def render(*values: str, **options: Any) -> list[Object]:
    """The objects that helm renders. See `manifest`."""
    return load(manifest(*values, **options))


def load(text: str) -> list[Object]:
    """The objects in a manifest."""
    return [item for item in yaml.load_all(text, Loader=_LOADER) if item]


def refusal(*values: str, sets: tuple[str, ...] = (), release: str = "cms-backend") -> str:
    """What helm says when it refuses these values."""
    done = _template(*values, sets=sets, release=release, namespace="cms-backend", kubernetes="1.34")
    assert done.returncode != 0, "the chart was rendered"
    return done.stderr


def find(objects: list[Object], kind: str, name: str) -> Object:
    """The one object of that kind and name."""
    found = [item for item in objects if item["kind"] == kind and item["metadata"]["name"] == name]
    assert len(found) == 1, f"{len(found)} of {kind} {name}"
    return found[0]


def of_kind(objects: list[Object], kind: str) -> dict[str, Object]:
    """All objects of that kind, by name."""
    return {item["metadata"]["name"]: item for item in objects if item["kind"] == kind}


@dataclass(frozen=True)
class Pod:
    """A pod, or the template of one."""

    kind: str
    name: str
    metadata: Object
    spec: Object

    @property
    def labels(self) -> dict[str, str]:
        """Its labels."""
        return dict(self.metadata.get("labels", {}))

    @property
    def component(self) -> str:
        """Its part of the deployment."""
        return self.labels["app.kubernetes.io/component"]

    @property
    def containers(self) -> list[Object]:
        """All its containers, those that come first included."""
        return [*self.spec.get("initContainers", []), *self.spec["containers"]]


def pods(objects: list[Object]) -> Iterator[Pod]:
    """The pods that these objects lead to."""
    for item in objects:
        kind, name = item["kind"], item["metadata"]["name"]
        if kind == "Pod":
            yield Pod(kind, name, item["metadata"], item["spec"])
        elif kind in {"Deployment", "Job"}:
            template = item["spec"]["template"]
            yield Pod(kind, name, template["metadata"], template["spec"])
        elif kind == "CronJob":
            template = item["spec"]["jobTemplate"]["spec"]["template"]
            yield Pod(kind, name, template["metadata"], template["spec"])


def pod(objects: list[Object], component: str) -> Pod:
    """The pod of a component."""
    (found,) = [item for item in pods(objects) if item.component == component]
    return found


def is_hook(item: Object) -> bool:
    """Whether helm makes the object for the time of an installation or upgrade only."""
    return "helm.sh/hook" in item["metadata"].get("annotations", {})
