{{/* One rule of egress: the peers and ports of an entry of networkPolicy.egress. Nothing while there are no peers. */}}
{{- define "cms-backend.egressRule" -}}
{{- if .to }}
  - to:
      {{- toYaml .to | nindent 6 }}
    ports:
      {{- range .ports }}
      - protocol: TCP
        port: {{ int64 . }}
      {{- end }}
{{- end }}
{{- end -}}

{{/* Whether a rule that depends on a variable applies: root, the entry, the variable. "true" or nothing. */}}
{{- define "cms-backend.egressWanted" -}}
{{- if kindIs "bool" .entry.enabled -}}
{{- if .entry.enabled -}}true{{- end -}}
{{- else -}}
{{- include "cms-backend.isSet" . -}}
{{- end -}}
{{- end -}}

{{/* The spec of a component's NetworkPolicy: root, component. */}}
{{- define "cms-backend.networkPolicySpec" -}}
{{- $policy := .root.Values.networkPolicy -}}
{{- $egress := $policy.egress -}}
{{- $component := .component -}}
{{- $isBackup := has $component (list "backup" "restore-drill") -}}
podSelector:
  matchLabels:
    {{- include "cms-backend.selectorLabels" . | nindent 4 }}
policyTypes: [Ingress, Egress]
{{- if or (eq $component "web") $policy.extraIngress }}
ingress:
  {{- if eq $component "web" }}
  - from:
      - namespaceSelector:
          matchLabels:
            kubernetes.io/metadata.name: {{ $policy.ingressNamespace | quote }}
      {{- if .root.Values.monitoring.serviceMonitor.enabled }}
      - namespaceSelector:
          matchLabels:
            kubernetes.io/metadata.name: {{ $policy.monitoringNamespace | quote }}
      {{- end }}
      {{- if .root.Values.smokeTest.enabled }}
      - podSelector:
          matchLabels:
            {{- include "cms-backend.selectorLabels" (dict "root" .root "component" "smoke-test") | nindent 12 }}
      {{- end }}
    ports:
      - protocol: TCP
        port: {{ include "cms-backend.port" .root }}
  {{- end }}
  {{- with $policy.extraIngress }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
egress:
  {{- with $egress.dns }}
  {{- if .to }}
  - to:
      {{- toYaml .to | nindent 6 }}
    ports:
      - protocol: UDP
        port: {{ int64 .port }}
      - protocol: TCP
        port: {{ int64 .port }}
  {{- end }}
  {{- end }}
  {{- if eq $component "smoke-test" }}
  - to:
      - podSelector:
          matchLabels:
            {{- include "cms-backend.selectorLabels" (dict "root" .root "component" "web") | nindent 12 }}
    ports:
      - protocol: TCP
        port: {{ include "cms-backend.port" .root }}
  {{- else }}
  {{- include "cms-backend.egressRule" $egress.database }}
  {{- if ne $component "restore-drill" }}
  {{- include "cms-backend.egressRule" $egress.redis }}
  {{- end }}
  {{- if ne $component "prune" }}
  {{- include "cms-backend.egressRule" $egress.s3 }}
  {{- end }}
  {{- if $isBackup }}
  {{- include "cms-backend.egressRule" $egress.backup }}
  {{- end }}
  {{- if include "cms-backend.egressWanted" (dict "root" .root "name" "SENTRY_DSN" "entry" $egress.sentry) }}
  {{- include "cms-backend.egressRule" $egress.sentry }}
  {{- end }}
  {{- if include "cms-backend.egressWanted" (dict "root" .root "name" "OTEL_EXPORTER_OTLP_ENDPOINT" "entry" $egress.otel) }}
  {{- include "cms-backend.egressRule" $egress.otel }}
  {{- end }}
  {{- if eq $component "web" }}
  {{- include "cms-backend.egressRule" $egress.embeds }}
  {{- include "cms-backend.egressRule" $egress.identityProvider }}
  {{- end }}
  {{- if eq $component "worker" }}
  {{- if include "cms-backend.isSet" (dict "root" .root "name" "SMTP_HOST") }}
  {{- $port := include "cms-backend.number" (dict "root" .root "name" "SMTP_PORT" "default" 587) }}
  {{- include "cms-backend.egressRule" (dict "to" $egress.smtp.to "ports" ($egress.smtp.ports | default (list $port))) }}
  {{- end }}
  {{- include "cms-backend.egressRule" $egress.webhooks }}
  {{- end }}
  {{- if eq $component "link-check" }}
  {{- include "cms-backend.egressRule" $egress.linkCheck }}
  {{- end }}
  {{- end }}
  {{- with $policy.extraEgress }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}
