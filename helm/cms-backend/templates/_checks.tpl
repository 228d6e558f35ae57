{{/* What would fail or go wrong later is refused when the chart is rendered. */}}
{{- define "cms-backend.check" -}}
{{- include "cms-backend.checkNames" . }}
{{- include "cms-backend.checkEnvironment" . }}
{{- include "cms-backend.checkSecrets" . }}
{{- include "cms-backend.checkBackup" . }}
{{- include "cms-backend.checkScaling" . }}
{{- include "cms-backend.checkConnections" . }}
{{- end -}}

{{- define "cms-backend.port" -}}
{{- include "cms-backend.number" (dict "root" . "name" "PORT" "default" 3000) -}}
{{- end -}}

{{- define "cms-backend.webReplicas" -}}
{{- if kindIs "invalid" .Values.replicaCount -}}3{{- else -}}{{ int64 .Values.replicaCount }}{{- end -}}
{{- end -}}

{{- define "cms-backend.checkNames" -}}
{{- $name := include "cms-backend.fullname" . -}}
{{- if gt (len $name) 36 -}}
{{- fail (printf "The name %q is too long: %d characters, and CronJobs leave room for 36. Set fullnameOverride." $name (len $name)) -}}
{{- end -}}
{{- if and (not .Values.image.digest) (eq (.Values.image.tag | default .Chart.AppVersion) "latest") -}}
{{- fail "image.tag is `latest`: nobody could say what runs, and a rollback would bring back the same. Name a version, or better a digest." -}}
{{- end -}}
{{- if and (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) -}}
{{- fail "serviceAccount.create is false: name the account that exists in serviceAccount.name." -}}
{{- end -}}
{{- end -}}

{{- define "cms-backend.checkEnvironment" -}}
{{- $env := .Values.env -}}
{{- if not $env.BASE_URL -}}
{{- fail "env.BASE_URL is not set: the public address of the CMS, such as https://cms.example.gov.uk." -}}
{{- end -}}
{{- if not (hasPrefix "https://" $env.BASE_URL) -}}
{{- fail (printf "env.BASE_URL is %q: it must start with https://. The ingress ends TLS." $env.BASE_URL) -}}
{{- end -}}
{{- if not (include "cms-backend.isSet" (dict "root" . "name" "AWS_S3_BUCKET")) -}}
{{- fail "env.AWS_S3_BUCKET is not set: several pods share the files, and what a pod keeps is lost with it." -}}
{{- end -}}
{{- range $name, $value := $env -}}
{{- if and $value (regexMatch "^OTEL_.*HEADERS$" $name) -}}
{{- fail (printf "env.%s may hold a token, and a ConfigMap is read by many: put it into the Secret." $name) -}}
{{- end -}}
{{- end -}}
{{- $secretNames := .Files.Get "files/secret-variables.txt" | splitList "\n" -}}
{{- range .Values.extraEnv -}}
{{- if and (has .name $secretNames) (hasKey . "value") -}}
{{- fail (printf "extraEnv sets the secret %s in plain text, which everybody reads who may see the pods: put it into the Secret." .name) -}}
{{- end -}}
{{- if and (hasKey $env .name) (not (kindIs "invalid" (get $env .name))) -}}
{{- fail (printf "%s is set in env and in extraEnv: leave one." .name) -}}
{{- end -}}
{{- end -}}
{{- if .Values.ingress.enabled -}}
{{- $allowed := list (include "cms-backend.baseHost" .) -}}
{{- with $env.ALLOWED_HOSTS -}}{{- $allowed = splitList "," (include "cms-backend.text" . | replace " " "") -}}{{- end -}}
{{- range .Values.ingress.hosts -}}
{{- if not (has .host $allowed) -}}
{{- fail (printf "ingress.hosts names %s, but the CMS serves only %s: add it to env.ALLOWED_HOSTS." .host (join ", " $allowed)) -}}
{{- end -}}
{{- end -}}
{{- if lt (int64 (include "cms-backend.number" (dict "root" . "name" "TRUSTED_PROXY_COUNT" "default" 0))) 1 -}}
{{- fail "env.TRUSTED_PROXY_COUNT is 0 behind an ingress: each request would be redirected to https without end. It is 1 for the ingress controller, 2 with a load balancer before it that speaks HTTP." -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "cms-backend.checkSecrets" -}}
{{- $secrets := .Values.secrets -}}
{{- $required := list "SECRET_KEY" "JWT_SECRET" "DATABASE_URL" -}}
{{- $ways := 0 -}}
{{- if $secrets.create -}}{{- $ways = add1 $ways -}}{{- end -}}
{{- if $secrets.existingSecret -}}{{- $ways = add1 $ways -}}{{- end -}}
{{- if $secrets.externalSecret.enabled -}}{{- $ways = add1 $ways -}}{{- end -}}
{{- if gt $ways 1 -}}
{{- fail "Choose one of secrets.existingSecret, secrets.externalSecret.enabled and secrets.create." -}}
{{- end -}}
{{- if and $secrets.values (not $secrets.create) -}}
{{- fail "secrets.values is set, but secrets.create is false: nothing would read it." -}}
{{- end -}}
{{- $missing := list -}}
{{- range $required -}}
{{- if not (include "cms-backend.isSet" (dict "root" $ "name" .)) -}}{{- $missing = append $missing . -}}{{- end -}}
{{- end -}}
{{- if and (eq $ways 0) $missing -}}
{{- fail "No secrets: name an existing Secret in secrets.existingSecret, or set secrets.externalSecret.enabled or secrets.create." -}}
{{- end -}}
{{- if $secrets.externalSecret.enabled -}}
{{- if or (not $secrets.externalSecret.storeName) (not $secrets.externalSecret.key) -}}
{{- fail "secrets.externalSecret needs storeName and key." -}}
{{- end -}}
{{- end -}}
{{- if $secrets.create -}}
{{- if $missing -}}
{{- fail (printf "secrets.values lacks %s." (join ", " $missing)) -}}
{{- end -}}
{{- if not (include "cms-backend.isSet" (dict "root" . "name" "REDIS_URL")) -}}
{{- fail "secrets.values lacks REDIS_URL: without Redis each of the several processes would count requests and sign-ins for itself." -}}
{{- end -}}
{{- $values := $secrets.values -}}
{{- if and $values.SECRET_KEY (eq ($values.SECRET_KEY | default "") ($values.JWT_SECRET | default "")) -}}
{{- fail "secrets.values.JWT_SECRET is the same as SECRET_KEY: it must be a secret of its own." -}}
{{- end -}}
{{- if ne (empty $values.AWS_ACCESS_KEY_ID) (empty $values.AWS_SECRET_ACCESS_KEY) -}}
{{- fail "secrets.values needs both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither where the pods have a role." -}}
{{- end -}}
{{- if and .Values.monitoring.serviceMonitor.enabled (not $values.OPERATIONS_TOKEN) -}}
{{- fail "monitoring.serviceMonitor is on, but secrets.values lacks OPERATIONS_TOKEN: /metrics would answer 404." -}}
{{- end -}}
{{- range $name, $value := $values -}}
{{- if and $value (get $.Values.env (printf "%s_FILE" $name)) -}}
{{- fail (printf "%s is set in secrets.values and as a file in env: leave one." $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.monitoring.serviceMonitor.enabled (not (include "cms-backend.secretName" .)) -}}
{{- fail "monitoring.serviceMonitor reads OPERATIONS_TOKEN from a Secret, and there is none: set secrets.existingSecret." -}}
{{- end -}}
{{- end -}}

{{- define "cms-backend.checkBackup" -}}
{{- $backup := .Values.backup -}}
{{- if and .Values.restoreDrill.enabled (not $backup.enabled) -}}
{{- fail "restoreDrill.enabled needs backup.enabled: there would be nothing to restore." -}}
{{- end -}}
{{- if $backup.enabled -}}
{{- if not $backup.repository -}}
{{- fail "backup.repository is not set: name a place such as s3:https://s3.example.net/cms-backup, or say backup.enabled=false and restoreDrill.enabled=false if somebody else makes backups." -}}
{{- end -}}
{{- if hasPrefix "/" $backup.repository -}}
{{- $mounted := false -}}
{{- range .Values.extraVolumeMounts -}}
{{- if hasPrefix (printf "%s/" (trimSuffix "/" .mountPath)) (printf "%s/" $backup.repository) -}}{{- $mounted = true -}}{{- end -}}
{{- end -}}
{{- if not $mounted -}}
{{- fail (printf "backup.repository is the folder %s, but no extraVolumeMounts puts a volume there: the backup would vanish with its pod." $backup.repository) -}}
{{- end -}}
{{- end -}}
{{- $fromFile := get .Values.env "BACKUP_PASSWORD_FILE" -}}
{{- if not (or (include "cms-backend.backupSecretName" .) $fromFile) -}}
{{- fail "The backup has no password: name a Secret with BACKUP_PASSWORD in backup.existingSecret, or with the External Secrets Operator its entry in backup.externalSecretKey." -}}
{{- end -}}
{{- if and .Values.secrets.create (not $backup.existingSecret) -}}
{{- if not (or .Values.secrets.values.BACKUP_PASSWORD $fromFile) -}}
{{- fail "secrets.values lacks BACKUP_PASSWORD: backups are always encrypted. Or name a Secret in backup.existingSecret." -}}
{{- end -}}
{{- end -}}
{{- if and .Values.secrets.create (eq (.Values.secrets.values.RESTORE_DRILL_DATABASE_URL | default "") (.Values.secrets.values.DATABASE_URL | default "none")) -}}
{{- fail "RESTORE_DRILL_DATABASE_URL is DATABASE_URL: the drill would restore over the live database." -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Mebibytes of a quantity of memory such as 512Mi or 1Gi. */}}
{{- define "cms-backend.mebibytes" -}}
{{- $number := float64 (regexFind "^[0-9.]+" .) -}}
{{- $factors := dict "Ki" 0.0009765625 "Mi" 1.0 "Gi" 1024.0 "Ti" 1048576.0 "k" 0.00095367 "M" 0.953674 "G" 953.674 "T" 953674.0 -}}
{{- mulf $number (get $factors (regexFind "[A-Za-z]+$" .) | default 0.00000095367) | int64 -}}
{{- end -}}

{{- define "cms-backend.checkScaling" -}}
{{- $scaling := .Values.autoscaling -}}
{{- $processes := int64 (include "cms-backend.number" (dict "root" . "name" "WEB_WORKERS" "default" 2)) -}}
{{- $most := int64 (include "cms-backend.number" (dict "root" . "name" "WEB_WORKER_MAX_MEMORY" "default" 0)) -}}
{{- $limit := int64 (include "cms-backend.mebibytes" .Values.resources.limits.memory) -}}
{{- /* One process more: the fresh one is there before the large one goes. */ -}}
{{- if gt (add 160 (mul $processes $most)) $limit -}}
{{- fail (printf "env.WEB_WORKER_MAX_MEMORY: %d processes of %dMi and a fresh one of 160Mi do not fit resources.limits.memory %s: the pod would be killed before a process is replaced. At most %d, or 0 for never." $processes $most .Values.resources.limits.memory (div (sub $limit 160) $processes)) -}}
{{- end -}}
{{- if $scaling.enabled -}}
{{- if not (kindIs "invalid" .Values.replicaCount) -}}
{{- fail "replicaCount is set, but autoscaling.enabled decides how many web pods run: set autoscaling.minReplicas, or turn it off." -}}
{{- end -}}
{{- if gt (int64 $scaling.minReplicas) (int64 $scaling.maxReplicas) -}}
{{- fail (printf "autoscaling.minReplicas %d is more than maxReplicas %d." (int64 $scaling.minReplicas) (int64 $scaling.maxReplicas)) -}}
{{- end -}}
{{- if not (dig "requests" "cpu" "" .Values.resources) -}}
{{- fail "autoscaling needs resources.requests.cpu: the targets are percentages of it." -}}
{{- end -}}
{{- if not (dig "requests" "memory" "" .Values.resources) -}}
{{- fail "autoscaling needs resources.requests.memory: the targets are percentages of it." -}}
{{- end -}}
{{- /* Measured: a server process takes 140 MiB when it has answered some requests, the one that starts them 20. */ -}}
{{- $used := add 20 (mul 140 (int64 (include "cms-backend.number" (dict "root" . "name" "WEB_WORKERS" "default" 2)))) -}}
{{- $request := .Values.resources.requests.memory -}}
{{- $target := div (mul (int64 (include "cms-backend.mebibytes" $request)) (int64 $scaling.targetMemoryUtilizationPercentage)) 100 -}}
{{- if gt $used $target -}}
{{- fail (printf "autoscaling: a web pod with %s WEB_WORKERS takes about %dMi without any load, more than %d %% of the %s that it requests: there would always be maxReplicas pods. Raise resources.requests.memory." (include "cms-backend.number" (dict "root" . "name" "WEB_WORKERS" "default" 2)) $used (int64 $scaling.targetMemoryUtilizationPercentage) $request) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The other processes that may be connected at once: [worker, scheduler, jobs]. A worker that ends overlaps the next. */}}
{{- define "cms-backend.otherProcesses" -}}
{{- $jobs := 0 -}}
{{- range list .Values.migrate .Values.backup .Values.restoreDrill .Values.prune .Values.linkCheck -}}
{{- if .enabled -}}{{- $jobs = add1 $jobs -}}{{- end -}}
{{- end -}}
{{- toJson (list (add1 (int64 .Values.worker.replicas)) (int64 .Values.scheduler.replicas) $jobs) -}}
{{- end -}}

{{- define "cms-backend.checkConnections" -}}
{{- $database := .Values.database -}}
{{- $workers := int64 (include "cms-backend.number" (dict "root" . "name" "WEB_WORKERS" "default" 2)) -}}
{{- $threads := int64 (include "cms-backend.number" (dict "root" . "name" "WEB_THREADS" "default" 4)) -}}
{{- $minimum := int64 (include "cms-backend.number" (dict "root" . "name" "DATABASE_POOL_MIN" "default" 5)) -}}
{{- $pool := int64 (include "cms-backend.number" (dict "root" . "name" "DATABASE_POOL_MAX" "default" 20)) -}}
{{- if gt $threads $pool -}}
{{- fail (printf "env.WEB_THREADS %d is more than env.DATABASE_POOL_MAX %d: threads would wait for each other's connections." $threads $pool) -}}
{{- end -}}
{{- if gt $minimum $pool -}}
{{- fail (printf "env.DATABASE_POOL_MIN %d is more than env.DATABASE_POOL_MAX %d." $minimum $pool) -}}
{{- end -}}
{{- $pods := int64 (include "cms-backend.webReplicas" .) -}}
{{- if .Values.autoscaling.enabled -}}{{- $pods = int64 .Values.autoscaling.maxReplicas -}}{{- end -}}
{{- $web := mul (add $pods 2) $workers $pool -}}
{{- $others := include "cms-backend.otherProcesses" . | fromJsonArray -}}
{{- $otherCount := 0 -}}
{{- range $others -}}{{- $otherCount = add $otherCount (int64 .) -}}{{- end -}}
{{- $background := int64 $database.backgroundPoolMax -}}
{{- $other := mul $otherCount $background -}}
{{- $available := sub (int64 $database.connectionLimit) (int64 $database.reserved) -}}
{{- if gt (add $web $other) $available -}}
{{- fail (printf "Database connections: (%d web pods + 2 during an upgrade) x %d WEB_WORKERS x %d DATABASE_POOL_MAX = %d, and (%d worker + %d scheduler + %d job) processes x %d backgroundPoolMax = %d: together %d. The database has %d: connectionLimit %d - reserved %d. Lower autoscaling.maxReplicas, env.WEB_WORKERS or env.DATABASE_POOL_MAX, or raise the limit of the server and database.connectionLimit." $pods $workers $pool $web (int64 (index $others 0)) (int64 (index $others 1)) (int64 (index $others 2)) $background $other (add $web $other) $available (int64 $database.connectionLimit) (int64 $database.reserved)) -}}
{{- end -}}
{{- end -}}
