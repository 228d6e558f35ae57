{{/* The name that all objects begin with: `cms-backend` for a release of that name. */}}
{{- define "cms-backend.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name -}}
{{- end -}}
{{- end -}}

{{/* Labels that pods are selected by. They may never change: a Deployment's selector is immutable. */}}
{{- define "cms-backend.selectorLabels" -}}
app: cms-backend
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* Labels of a pod. */}}
{{- define "cms-backend.podLabels" -}}
{{ include "cms-backend.selectorLabels" . }}
app.kubernetes.io/name: cms-backend
{{- end -}}

{{/* Labels of an object. */}}
{{- define "cms-backend.labels" -}}
{{ include "cms-backend.podLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Name, namespace and labels of an object: root, name, component. */}}
{{- define "cms-backend.metadata" -}}
name: {{ .name | quote }}
namespace: {{ .root.Release.Namespace | quote }}
labels:
  {{- include "cms-backend.labels" . | nindent 2 }}
{{- end -}}

{{- define "cms-backend.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "cms-backend.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ include "cms-backend.fullname" . }}
{{- else -}}
{{ .Values.serviceAccount.name }}
{{- end -}}
{{- end -}}

{{/* The Secret that all pods read; empty when every secret comes from a file. */}}
{{- define "cms-backend.secretName" -}}
{{- if .Values.secrets.existingSecret -}}
{{ .Values.secrets.existingSecret }}
{{- else if or .Values.secrets.create .Values.secrets.externalSecret.enabled -}}
{{ include "cms-backend.fullname" . }}-secrets
{{- end -}}
{{- end -}}

{{/* The Secret that only the backup and the restore drill read. */}}
{{- define "cms-backend.backupSecretName" -}}
{{- if .Values.backup.existingSecret -}}
{{ .Values.backup.existingSecret }}
{{- else if or .Values.secrets.create .Values.backup.externalSecretKey -}}
{{ include "cms-backend.fullname" . }}-backup-secrets
{{- end -}}
{{- end -}}

{{/* The host of BASE_URL, without port. */}}
{{- define "cms-backend.baseHost" -}}
{{- (urlParse (.Values.env.BASE_URL | default "")).hostname -}}
{{- end -}}
