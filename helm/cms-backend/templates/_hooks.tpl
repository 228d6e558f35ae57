{{/*
Annotations of what belongs to the migration hook. Argument: the weight. A failed Job stays, with its log, until the
next try; Argo CD reads the same annotations.
*/}}
{{- define "cms-backend.hook" -}}
helm.sh/hook: pre-install,pre-upgrade
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}
