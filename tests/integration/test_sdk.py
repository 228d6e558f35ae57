"""The TypeScript client in site/sdk/: its types are those of the API, it compiles, and it reads the demo site."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.architecture.sources import ROOT
from tests.services.live import LiveCms

SDK = ROOT / "site" / "sdk"


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=240, check=False)


@pytest.fixture
def sdk(tmp_path: Path) -> Path:
    """A copy of the client, to build in."""
    if not (SDK / "node_modules" / "typescript").exists():
        pytest.fail("The client's tools are not installed. Run: scripts/install-sdk.sh", pytrace=False)
    copy = tmp_path / "sdk"
    shutil.copytree(SDK, copy, ignore=shutil.ignore_patterns("node_modules", "dist"))
    (copy / "node_modules").symlink_to(SDK / "node_modules")
    return copy


def build(sdk: Path) -> None:
    for project in (".", "examples"):
        built = run("node_modules/.bin/tsc", "--project", project, cwd=sdk)
        assert built.returncode == 0, built.stdout


def call(sdk: Path, expression: str) -> Any:
    """The value of a call of the example, as JSON."""
    module = (sdk / "examples" / "dist" / "read.js").as_uri()
    script = f"import * as sdk from {json.dumps(module)}; console.log(JSON.stringify(await sdk.{expression}))"
    answer = run("node", "--input-type=module", "--eval", script, cwd=sdk)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_types_are_up_to_date(sdk: Path) -> None:
    source = ROOT / "docs" / "reference" / "openapi.json"
    made = run("node_modules/.bin/openapi-typescript", str(source), "--output", "made.ts", cwd=sdk)

    assert made.returncode == 0, made.stderr
    if (sdk / "made.ts").read_text() != (sdk / "src" / "schema.ts").read_text():
        pytest.fail("The types of the client are not those of the API. Run: make sdk", pytrace=False)


def test_lock_file_names_no_place_to_fetch_from() -> None:
    locked = json.loads((SDK / "package-lock.json").read_text())

    packages = [package for path, package in locked["packages"].items() if path]
    assert [package for package in packages if "resolved" in package] == []
    assert [package for package in packages if not package.get("integrity")] == []


@pytest.mark.parametrize(
    "mistake",
    [
        'blocksOf(page.body, "heading").map((block) => block.value.url)',
        'blocksOf(page.body, "headline")',
        "page.news_type.toFixed()",
        "page.lead_image.alt",
        "page.starts_at",
    ],
)
def test_mistake_does_not_compile(sdk: Path, mistake: str) -> None:
    lines = [
        'import { blocksOf, type PageOf } from "./index.js";',
        'declare const page: PageOf<"pages.NewsArticlePage">;',
        mistake,
    ]
    (sdk / "src" / "mistake.ts").write_text("\n".join(lines))

    built = run("node_modules/.bin/tsc", "--noEmit", cwd=sdk)

    assert built.returncode != 0
    assert "mistake.ts(3," in built.stdout


def test_client_reads_the_demo_site(live_cms: LiveCms, sdk: Path) -> None:
    call_command("seed_demo", stdout=io.StringIO())
    call_command("update_index", verbosity=0)
    build(sdk)
    here = json.dumps(live_cms.url)

    path = "/news/harrowbridge-scheme-finished/"
    article = call(sdk, f"read({here}, {json.dumps(path)})")
    assert article["status"] == 200
    assert article["title"]
    assert article["hero"]["alt"]
    assert {picture["type"] for picture in article["hero"]["sets"]} >= {"image/avif", "image/webp"}
    assert [crumb["url"] for crumb in article["breadcrumbs"]][:2] == ["/", "/news/"]
    assert article["headings"]
    assert "cy" in {translation["locale"] for translation in article["translations"]}
    assert article["menu"]

    missing = call(sdk, f"read({here}, '/no-such-page/')")
    assert missing["status"] == 404

    titles = call(sdk, f"news({here})")
    assert len(titles) > 5
    assert any(title.startswith("press_release: ") for title in titles)

    found = call(sdk, f"search({here}, 'flood')")
    assert found["total"] > 0
    assert len(found["titles"]) > 0
