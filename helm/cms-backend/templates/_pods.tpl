{{/* What every container has in common: root, component, resources, and of the hook its ConfigMap and Secret. */}}
{{- define "cms-backend.container" -}}
image: {{ include "cms-backend.image" .root | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{ include "cms-backend.environment" . }}
resources:
  {{- toYaml .resources | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  capabilities:
    drop: [ALL]
  privileged: false
  readOnlyRootFilesystem: true
  runAsGroup: 10001
  runAsNonRoot: true
  runAsUser: 10001
volumeMounts:
  - name: tmp
    mountPath: /tmp
  {{- if .root.Values.caBundle.configMap }}
  - name: ca
    mountPath: /etc/cms/ca
    readOnly: true
  {{- end }}
  {{- with .root.Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* What every pod has in common: root, the size of /tmp, and of the hook its account. */}}
{{- define "cms-backend.pod" -}}
serviceAccountName: {{ .serviceAccountName | default (include "cms-backend.serviceAccountName" .root) | quote }}
automountServiceAccountToken: false
# A Service called cms-backend-service would otherwise add variables that no setting knows.
enableServiceLinks: false
securityContext:
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  runAsGroup: 10001
  runAsNonRoot: true
  runAsUser: 10001
  seccompProfile:
    type: RuntimeDefault
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: tmp
    emptyDir:
      sizeLimit: {{ .tmpSize | quote }}
  {{- if .root.Values.caBundle.configMap }}
  - name: ca
    configMap:
      name: {{ .root.Values.caBundle.configMap | quote }}
      items:
        - key: {{ .root.Values.caBundle.key | quote }}
          path: ca.crt
  {{- end }}
  {{- with .root.Values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* Labels and annotations of a pod: root, component, and whether it rolls when configuration or secrets change. */}}
{{- define "cms-backend.podMetadata" -}}
labels:
  {{- include "cms-backend.podLabels" . | nindent 2 }}
  {{- with .root.Values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- if or .rolls .root.Values.podAnnotations }}
annotations:
  {{- if .rolls }}
  checksum/config: {{ include "cms-backend.configData" .root | sha256sum }}
  checksum/secret: {{ include "cms-backend.secretData" (dict "root" .root "backup" "") | sha256sum }}
  {{- end }}
  {{- with .root.Values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Nodes and zones share the pods of one component, as far as there are several. */}}
{{- define "cms-backend.spread" -}}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "cms-backend.selectorLabels" $ | nindent 8 }}
    # Without it the pods of the previous version count too, and the new ones end up lopsided.
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end -}}

{{/* Probes of a process that answers no HTTP: its alive file must be fresh. Argument: the command. */}}
{{- define "cms-backend.aliveProbes" -}}
startupProbe:
  exec:
    command: [python, -m, cms.health.alive, {{ . }}]
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 36
livenessProbe:
  exec:
    command: [python, -m, cms.health.alive, {{ . }}]
  periodSeconds: 30
  timeoutSeconds: 10
  failureThreshold: 3
readinessProbe:
  exec:
    command: [python, -m, cms.health.alive, {{ . }}]
  periodSeconds: 20
  timeoutSeconds: 10
  failureThreshold: 1
{{- end -}}
