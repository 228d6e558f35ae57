"""Runs checkov over a manifest."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

JUSTIFIED = {
    "CKV_K8S_8": "A pod of `helm test` lives for seconds.",
    "CKV_K8S_9": "A pod of `helm test` serves nothing.",
    "CKV_K8S_15": "The tag is a version or the image has a digest: it need not be pulled each time.",
    "CKV_K8S_35": "Which secrets there are is the operator's choice; NAME_FILE takes each of them from a file instead.",
}
"""Rules of checkov that are answered otherwise."""


def checkov_findings(text: str, folder: Path, skipped: Sequence[str] = ()) -> list[tuple[str, str]]:
    """What checkov finds in a manifest: rule and object. `folder` is an empty one for its use."""
    (folder / "manifest.yaml").write_text(text, encoding="utf-8")
    command = ["checkov", "-d", str(folder), "--framework", "kubernetes", "--skip-download", "--output", "json"]
    command += ["--skip-check", ",".join([*JUSTIFIED, *skipped])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert report["summary"]["passed"] > 300, "checkov looked at next to nothing"
    return [(each["check_id"], each["resource"]) for each in report["results"]["failed_checks"]]
