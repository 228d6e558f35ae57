"""What the custom resources of the chart may hold: no Kubernetes schema knows them.

Only the fields that the chart uses, closed: a misspelt one fails. Read from the operators' API references.
"""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string", "minLength": 1}
_TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
_DURATION = {"type": "string", "pattern": "^([0-9]+(ms|s|m|h|d))+$"}


def _object(required: list[str], /, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _resource(kind: str, version: str, spec: dict[str, Any]) -> dict[str, Any]:
    metadata = _object(["name", "namespace"], name=_TEXT, namespace=_TEXT, labels=_TEXTS, annotations=_TEXTS)
    return _object(
        ["apiVersion", "kind", "metadata", "spec"],
        apiVersion={"const": version},
        kind={"const": kind},
        metadata=metadata,
        spec=spec,
    )


SCHEMAS = {
    "ServiceMonitor": _resource(
        "ServiceMonitor",
        "monitoring.coreos.com/v1",
        _object(
            ["selector", "endpoints"],
            selector=_object(["matchLabels"], matchLabels=_TEXTS),
            namespaceSelector=_object(["matchNames"], matchNames={"type": "array", "items": _TEXT}),
            endpoints={
                "type": "array",
                "minItems": 1,
                "items": _object(
                    ["port"],
                    port=_TEXT,
                    path={"type": "string", "pattern": "^/"},
                    interval=_DURATION,
                    scrapeTimeout=_DURATION,
                    honorLabels={"type": "boolean"},
                    authorization=_object(
                        ["credentials"], type=_TEXT, credentials=_object(["name", "key"], name=_TEXT, key=_TEXT)
                    ),
                ),
            },
        ),
    ),
    "PrometheusRule": _resource(
        "PrometheusRule",
        "monitoring.coreos.com/v1",
        _object(
            ["groups"],
            groups={
                "type": "array",
                "items": _object(
                    ["name", "rules"],
                    name=_TEXT,
                    rules={
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["alert", "expr", "labels", "annotations"],
                            "properties": {
                                "alert": {"type": "string", "pattern": "^Cms[A-Za-z]+$"},
                                "expr": _TEXT,
                                "for": _DURATION,
                                "labels": _object(["severity"], severity={"enum": ["critical", "warning", "info"]}),
                                "annotations": _object(
                                    ["summary", "description", "runbook_url"],
                                    summary=_TEXT,
                                    description=_TEXT,
                                    runbook_url={"type": "string", "pattern": "^https?://[^ ]+#cms[a-z]+$"},
                                ),
                            },
                        },
                    },
                ),
            },
        ),
    ),
    "ExternalSecret": _resource(
        "ExternalSecret",
        "external-secrets.io/v1",
        _object(
            ["secretStoreRef", "target", "dataFrom"],
            refreshInterval=_DURATION,
            secretStoreRef=_object(["kind", "name"], kind={"enum": ["SecretStore", "ClusterSecretStore"]}, name=_TEXT),
            target=_object(["name"], name=_TEXT, creationPolicy={"enum": ["Owner", "Orphan", "Merge", "None"]}),
            dataFrom={
                "type": "array",
                "minItems": 1,
                "items": _object(["extract"], extract=_object(["key"], key=_TEXT)),
            },
        ),
    ),
}
