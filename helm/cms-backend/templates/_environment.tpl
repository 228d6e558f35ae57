{{/*
A value as the text of a variable. Numbers from a values file arrive as floats, which would be printed as 5.24288e+06.
*/}}
{{- define "cms-backend.text" -}}
{{- if kindIs "slice" . -}}
{{- join "," . -}}
{{- else if kindIs "float64" . -}}
{{- printf "%.0f" . -}}
{{- else -}}
{{- toString . -}}
{{- end -}}
{{- end -}}

{{/* Data of the ConfigMap: what `env` sets. */}}
{{- define "cms-backend.configData" -}}
{{- range $name, $value := .Values.env }}
{{- if not (or (kindIs "invalid" $value) (eq (include "cms-backend.text" $value) "")) }}
{{ $name }}: {{ include "cms-backend.text" $value | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Whether a secret variable belongs to the backup jobs alone: "true" or nothing. */}}
{{- define "cms-backend.isBackupSecret" -}}
{{- if or (hasPrefix "BACKUP_" .) (hasPrefix "RESTORE_" .) -}}true{{- end -}}
{{- end -}}

{{/* Data of a Secret: root, and whether it is the backup jobs' one. */}}
{{- define "cms-backend.secretData" -}}
{{- $backup := .backup }}
{{- range $name, $value := .root.Values.secrets.values }}
{{- if and $value (eq (include "cms-backend.isBackupSecret" $name) $backup) }}
{{ $name }}: {{ $value | b64enc | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The spec of an ExternalSecret: root, the key in the store, the name of the Secret that it makes. */}}
{{- define "cms-backend.externalSecretSpec" -}}
refreshInterval: {{ .root.Values.secrets.externalSecret.refreshInterval | quote }}
secretStoreRef:
  kind: {{ .root.Values.secrets.externalSecret.storeKind }}
  name: {{ .root.Values.secrets.externalSecret.storeName | quote }}
target:
  name: {{ .target | quote }}
  creationPolicy: Owner
dataFrom:
  - extract:
      key: {{ .key | quote }}
{{- end -}}

{{/* Whether a variable is set here, as far as the chart can see: root, name. "true" or nothing. */}}
{{- define "cms-backend.isSet" -}}
{{- $file := printf "%s_FILE" .name -}}
{{- if or (get .root.Values.env .name) (get .root.Values.env $file) (get .root.Values.secrets.values .name) -}}true{{- end -}}
{{- end -}}

{{/* A number of `env`; the product's own default when it was taken out: root, name, default. */}}
{{- define "cms-backend.number" -}}
{{- $value := get .root.Values.env .name -}}
{{- if or (kindIs "invalid" $value) (eq (toString $value) "") -}}{{ .default }}{{- else -}}{{ int64 $value }}{{- end -}}
{{- end -}}

{{/* Seconds, rounded up, of a duration such as 2s, 500ms or 1m. */}}
{{- define "cms-backend.seconds" -}}
{{- $text := toString . | lower -}}
{{- $number := regexFind "^[0-9]+" $text | int64 -}}
{{- $unit := regexFind "[a-z]+$" $text -}}
{{- if eq $unit "ms" -}}
{{- div (add $number 999) 1000 -}}
{{- else -}}
{{- mul $number (get (dict "s" 1 "m" 60 "h" 3600 "d" 86400 "w" 604800) $unit | default 1) -}}
{{- end -}}
{{- end -}}

{{/*
`envFrom` and `env` of a container: root, component, and of the hook its own ConfigMap and Secret.
What `env` says wins over `envFrom`, and a later source over an earlier one.
*/}}
{{- define "cms-backend.environment" -}}
{{- $root := .root -}}
{{- $secret := .secret | default (include "cms-backend.secretName" $root) -}}
{{- $isBackup := has .component (list "backup" "restore-drill") -}}
{{- $variables := list -}}
{{- if ne .component "web" -}}
{{- /* One thing at a time needs few connections. WEB_THREADS goes along: more threads than connections are refused. */ -}}
{{- $variables = concat $variables (list
  (dict "name" "DATABASE_POOL_MIN" "value" "0")
  (dict "name" "DATABASE_POOL_MAX" "value" (toString (int64 $root.Values.database.backgroundPoolMax)))
  (dict "name" "WEB_THREADS" "value" "1")
) -}}
{{- end -}}
{{- if $root.Values.caBundle.configMap -}}
{{- range list "SSL_CERT_FILE" "REQUESTS_CA_BUNDLE" "AWS_CA_BUNDLE" -}}
{{- $variables = append $variables (dict "name" . "value" "/etc/cms/ca/ca.crt") -}}
{{- end -}}
{{- end -}}
{{- $variables = concat $variables $root.Values.extraEnv -}}
envFrom:
  - configMapRef:
      name: {{ .config | default (printf "%s-config" (include "cms-backend.fullname" $root)) | quote }}
  {{- if $secret }}
  - secretRef:
      name: {{ $secret | quote }}
  {{- end }}
  {{- if $isBackup }}
  - configMapRef:
      name: {{ printf "%s-backup-config" (include "cms-backend.fullname" $root) | quote }}
  {{- end }}
  {{- if and $isBackup (include "cms-backend.backupSecretName" $root) }}
  - secretRef:
      name: {{ include "cms-backend.backupSecretName" $root | quote }}
  {{- end }}
{{- if $variables }}
env:
  {{- toYaml $variables | nindent 2 }}
{{- end }}
{{- end -}}
