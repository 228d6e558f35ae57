"""Alerts and dashboard: they ask for metrics that there are, and each alert fires when it should and only then.

promtool evaluates the rules as a Prometheus would, over made-up series.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from chart import ROOT, Object, find, of_kind, program, render

METRICS = {
    "cms_http_requests_total": {"method", "route", "status"},
    "cms_http_request_duration_seconds_bucket": {"method", "route", "le"},
    "cms_http_requests_in_progress": set(),
    "cms_database_pool_connections": {"state"},
    "cms_database_pool_max": set(),
    "cms_database_pool_timeouts_total": set(),
    "cms_response_cache_total": {"result"},
    "cms_tasks": {"queue", "status"},
    "cms_tasks_oldest_queued_seconds": {"queue"},
    "cms_job_last_success_timestamp_seconds": {"job"},
    "cms_job_last_duration_seconds": {"job"},
    "cms_pages_published_total": set(),
    "cms_workflow_waiting": set(),
    "cms_workflow_oldest_waiting_seconds": set(),
    "cms_document_scans_total": {"result"},
    "cms_broken_links": set(),
    "cms_build_info": {"version"},
    "cms_metrics_database_up": set(),
}
"""What /metrics tells, with the labels of each."""

FROM_DATABASE = {
    "cms_tasks",
    "cms_tasks_oldest_queued_seconds",
    "cms_job_last_success_timestamp_seconds",
    "cms_job_last_duration_seconds",
    "cms_pages_published_total",
    "cms_workflow_waiting",
    "cms_workflow_oldest_waiting_seconds",
    "cms_broken_links",
    "cms_metrics_database_up",
}
"""The same from every pod: a sum would count each as often as there are pods."""

OF_THE_SCRAPE = {"namespace", "service", "pod"}
JOBS = {"scheduler", "backup", "restore_drill", "prune", "link_check"}
TARGET = 'namespace="cms-backend",service="cms-backend-service"'
_SELECTOR = re.compile(r"\b(cms_\w+)\{([^}]*)\}")


def rules() -> list[Object]:
    rule = find(render("production"), "PrometheusRule", "cms-backend")
    return list(rule["spec"]["groups"][0]["rules"])


def dashboard() -> Object:
    text = find(render("production"), "ConfigMap", "cms-backend-dashboard")["data"]["cms-backend.json"]
    parsed: Object = json.loads(text)
    return parsed


def expressions() -> dict[str, str]:
    found = {rule["alert"]: rule["expr"] for rule in rules()}
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", []):
            found[f"{panel['title']} {target['refId']}"] = target["expr"]
    return found


@pytest.mark.parametrize("name", expressions())
def test_metrics_and_labels_exist(name: str) -> None:
    expression = expressions()[name]
    selectors = _SELECTOR.findall(expression)

    assert selectors
    assert len(re.findall(r"\bcms_\w+", expression)) == len(selectors), "a metric of any release is asked for"
    for metric, labels in selectors:
        assert metric in METRICS
        asked = set(re.findall(r"(\w+)=~?\"", labels))
        assert {"namespace", "service"} <= asked
        assert asked <= METRICS[metric] | OF_THE_SCRAPE
        for job in re.findall(r'job="(\w+)"', labels):
            assert job in JOBS
        if metric in FROM_DATABASE:
            assert not re.search(r"\b(sum|avg|count)\b[^(]*\([^()]*(\([^()]*)?" + metric, expression)


def test_metrics_are_those_that_the_product_tells() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "site/cms/observability").glob("*.py"))
    for metric in METRICS:
        assert f'"{re.sub("(_total|_bucket)$", "", metric)}"' in source, metric


def test_every_alert_has_a_page() -> None:
    page = (ROOT / "docs" / "operations" / "kubernetes.md").read_text(encoding="utf-8")
    headings = {line.lstrip("# ").lower() for line in page.splitlines() if line.startswith("#")}
    for rule in rules():
        address, _, anchor = rule["annotations"]["runbook_url"].partition("#")
        assert address.endswith("/docs/operations/kubernetes.md")
        assert anchor == rule["alert"].lower()
        assert anchor in headings, f"docs/operations/kubernetes.md says nothing of {rule['alert']}"


def test_jobs_that_are_off_have_no_alerts() -> None:
    sets = ("monitoring.prometheusRule.enabled=true",)
    (rule,) = of_kind(render("no-backup", sets=sets), "PrometheusRule").values()
    names = {each["alert"] for each in rule["spec"]["groups"][0]["rules"]}

    assert not names & {"CmsBackupLate", "CmsBackupNever", "CmsRestoreDrillLate", "CmsRestoreDrillNever"}
    assert {"CmsPruneLate", "CmsDown"} <= names


def test_alerts_and_dashboard_are_promql(tmp_path: Path) -> None:
    replaced = {"$__rate_interval": "5m", "$__range": "6h", "$namespace": "n", "$service": "s"}
    recorded = []
    for number, expression in enumerate(expressions().values()):
        for variable, value in replaced.items():
            expression = expression.replace(variable, value)
        recorded.append({"record": f"expression_{number}", "expr": expression})
    groups = {"groups": [{"name": "alerts", "rules": rules()}, {"name": "dashboard", "rules": recorded}]}
    path = tmp_path / "rules.yaml"
    path.write_text(yaml.safe_dump(groups), encoding="utf-8")
    done = subprocess.run([program("promtool"), "check", "rules", path], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def series(**changes: str) -> dict[str, str]:
    """What a healthy installation of two pods tells, a sample each minute, and a sick one elsewhere."""
    steady = {
        'cms_build_info{%s,pod="a",version="1"}': "1x4000",
        'cms_build_info{%s,pod="b",version="1"}': "1x4000",
        'cms_http_requests_total{%s,pod="a",method="GET",route="/api/",status="200"}': "0+600x4000",
        'cms_http_requests_total{%s,pod="a",method="GET",route="/api/",status="503"}': "0+1x4000",
        'cms_http_request_duration_seconds_bucket{%s,pod="a",method="GET",route="/api/",le="0.5"}': "0+598x4000",
        'cms_http_request_duration_seconds_bucket{%s,pod="a",method="GET",route="/api/",le="5"}': "0+600x4000",
        'cms_http_request_duration_seconds_bucket{%s,pod="a",method="GET",route="/api/",le="+Inf"}': "0+601x4000",
        'cms_metrics_database_up{%s,pod="a"}': "1x4000",
        'cms_metrics_database_up{%s,pod="b"}': "1x4000",
        'cms_database_pool_timeouts_total{%s,pod="a"}': "7x4000",
        'cms_tasks_oldest_queued_seconds{%s,pod="a",queue="mail"}': "3x4000",
        'cms_tasks{%s,pod="a",queue="mail",status="failed"}': "4x4000",
        'cms_job_last_success_timestamp_seconds{%s,pod="a",job="scheduler"}': "0+60x4000",
        'cms_job_last_success_timestamp_seconds{%s,pod="a",job="backup"}': "0x1440 86400x2560",
        'cms_job_last_success_timestamp_seconds{%s,pod="a",job="restore_drill"}': "0x4000",
        'cms_job_last_success_timestamp_seconds{%s,pod="a",job="prune"}': "0x1440 86400x2560",
        'cms_job_last_success_timestamp_seconds{%s,pod="a",job="link_check"}': "0x4000",
        'cms_document_scans_total{%s,pod="a",result="infected"}': "1x4000",
        'cms_document_scans_total{%s,pod="a",result="failed"}': "1x4000",
        'cms_workflow_oldest_waiting_seconds{%s,pod="a"}': "86400x4000",
        'cms_broken_links{%s,pod="a"}': "0x4000",
    }
    found = {name % TARGET: values for name, values in steady.items()}
    other = 'namespace="elsewhere",service="cms-backend-service"'
    found |= {
        f'cms_http_requests_total{{{other},status="500"}}': "0+600x4000",
        f"cms_metrics_database_up{{{other}}}": "0x4000",
        f"cms_broken_links{{{other}}}": "9x4000",
        f'cms_job_last_success_timestamp_seconds{{{other},job="scheduler"}}': "0x4000",
        f'cms_build_info{{{other},version="2"}}': "1x4000",
    }
    for name, values in changes.items():
        matching = [each for each in found if each.startswith(name.partition("__")[0] + "{") and TARGET in each]
        label = name.partition("__")[2]
        matching = [each for each in matching if not label or f'"{label}"' in each]
        assert matching, name
        for each in matching:
            found[each] = values
    return {name: values for name, values in found.items() if values}


def firing(tmp_path: Path, given: dict[str, str], at: str, alert: str, expected: bool, interval: str = "1m") -> str:
    """What promtool says to the claim that this alert fires at that time, or does not. Nothing when it is right."""
    (tmp_path / "rules.yaml").write_text(
        yaml.safe_dump({"groups": [{"name": "x", "rules": rules()}]}), encoding="utf-8"
    )
    name = f'alertname="{alert}",' if alert else ""
    case: dict[str, Any] = {
        "rule_files": ["rules.yaml"],
        "evaluation_interval": interval,
        "tests": [
            {
                "interval": interval,
                "input_series": [{"series": name, "values": values} for name, values in given.items()],
                "promql_expr_test": [
                    {
                        "expr": f'count(ALERTS{{{name}alertstate="firing"}})',
                        "eval_time": at,
                        "exp_samples": [{"labels": "{}", "value": 1}] if expected else [],
                    }
                ],
            }
        ],
    }
    (tmp_path / "test.yaml").write_text(yaml.safe_dump(case), encoding="utf-8")
    command = [program("promtool"), "test", "rules", "test.yaml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("at", ["30m", "6h", "25h", "40h"])
def test_nothing_fires_in_a_healthy_installation(at: str, tmp_path: Path) -> None:
    assert not firing(tmp_path, series(), at, "", expected=False)


GOES_WRONG = {
    "CmsDown": ({"cms_build_info": "1x59 _x100"}, "75m"),
    "CmsErrors": ({"cms_http_requests_total__503": "0+60x4000"}, "30m"),
    "CmsSlow": ({"cms_http_request_duration_seconds_bucket__0.5": "0+300x4000"}, "40m"),
    "CmsDatabaseUnreachable": ({"cms_metrics_database_up": "1x30 0x100"}, "35m"),
    "CmsDatabasePoolExhausted": ({"cms_database_pool_timeouts_total": "0x30 0+1x100"}, "45m"),
    "CmsTasksWaiting": ({"cms_tasks_oldest_queued_seconds": "0+60x4000"}, "20m"),
    "CmsTasksFailed": ({"cms_tasks__failed": "4x70 5x100"}, "80m"),
    "CmsSchedulerStopped": ({"cms_job_last_success_timestamp_seconds__scheduler": "0+60x30 1800x100"}, "40m"),
    "CmsSchedulerNeverRan": ({"cms_job_last_success_timestamp_seconds__scheduler": ""}, "20m"),
    "CmsVersionsMixed": ({"cms_build_info__b": ""}, "40m"),
    "CmsReviewWaiting": ({"cms_workflow_oldest_waiting_seconds": "432001x4000"}, "70m"),
    "CmsInfectedUpload": ({"cms_document_scans_total__infected": "1x30 2x100"}, "40m"),
    "CmsScanFails": ({"cms_document_scans_total__failed": "1x30 1+1x100"}, "60m"),
    "CmsBrokenLinks": ({"cms_broken_links": "2x4000"}, "70m"),
    "CmsBackupLate": ({"cms_job_last_success_timestamp_seconds__backup": "0x4000"}, "27h"),
    "CmsBackupNever": ({"cms_job_last_success_timestamp_seconds__backup": ""}, "27h"),
    "CmsPruneLate": ({"cms_job_last_success_timestamp_seconds__prune": "0x4000"}, "49h"),
    "CmsPruneNever": ({"cms_job_last_success_timestamp_seconds__prune": ""}, "49h"),
}


@pytest.mark.parametrize("alert", GOES_WRONG)
def test_alert_fires(alert: str, tmp_path: Path) -> None:
    changes, at = GOES_WRONG[alert]
    given = series(**changes)
    if alert == "CmsVersionsMixed":
        given |= {f'cms_build_info{{{TARGET},pod="b",version="2"}}': "1x4000"}

    assert not firing(tmp_path, given, at, alert, expected=True)


@pytest.mark.parametrize("job", ["restore_drill", "link_check"])
def test_alert_about_a_weekly_job_fires(job: str, tmp_path: Path) -> None:
    name = "".join(word.capitalize() for word in job.split("_"))
    up = {f"cms_metrics_database_up{{{TARGET}}}": "1x300"}
    late = up | {f'cms_job_last_success_timestamp_seconds{{{TARGET},job="{job}"}}': "0x300"}

    assert not firing(tmp_path, late, "191h", f"Cms{name}Late", expected=False, interval="1h")
    assert not firing(tmp_path, late, "194h", f"Cms{name}Late", expected=True, interval="1h")
    assert not firing(tmp_path, up, "191h", f"Cms{name}Never", expected=False, interval="1h")
    assert not firing(tmp_path, up, "194h", f"Cms{name}Never", expected=True, interval="1h")


def test_every_alert_is_tried() -> None:
    weekly = {f"Cms{name}{when}" for name in ("RestoreDrill", "LinkCheck") for when in ("Late", "Never")}

    assert {rule["alert"] for rule in rules()} == GOES_WRONG.keys() | weekly


def test_no_database_is_one_alert(tmp_path: Path) -> None:
    """Then nothing is known about jobs and tasks: that they were never heard of must not be said too."""
    gone = dict.fromkeys(("cms_job_last_success_timestamp_seconds", "cms_tasks", "cms_broken_links"), "")
    given = series(cms_metrics_database_up="0x4000", **gone)

    assert not firing(tmp_path, given, "30h", "", expected=True)
    assert not firing(tmp_path, given, "30h", "CmsDatabaseUnreachable", expected=True)


def test_runbook_address_can_be_changed() -> None:
    sets = ("monitoring.prometheusRule.runbookUrl=https://wiki.example.gov.uk/cms",)
    rule = find(render("production", sets=sets), "PrometheusRule", "cms-backend")

    assert {each["annotations"]["runbook_url"].partition("#")[0] for each in rule["spec"]["groups"][0]["rules"]} == {
        "https://wiki.example.gov.uk/cms"
    }


def test_dashboard_is_for_any_installation() -> None:
    parsed = dashboard()
    titles = [panel["title"] for panel in parsed["panels"]]

    assert len(titles) == len(set(titles))
    assert "cms-backend-service" not in json.dumps(parsed)
    assert {variable["name"] for variable in parsed["templating"]["list"]} == {"datasource", "namespace", "service"}
