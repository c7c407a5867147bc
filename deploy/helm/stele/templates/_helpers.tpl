{{/* The name that everything of a release begins with. */}}
{{- define "stele.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 45 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 45 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What selects the ledger's nodes, and never changes. */}}
{{- define "stele.selector" -}}
app.kubernetes.io/name: stele
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: node
{{- end -}}

{{- define "stele.etcdSelector" -}}
app.kubernetes.io/name: stele
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: etcd
{{- end -}}

{{/* What every object carries beside its selector. */}}
{{- define "stele.labels" -}}
app.kubernetes.io/part-of: stele
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* The domain of a Service of this release: call with a list of the root and the Service's name. */}}
{{- define "stele.domain" -}}
{{- $root := index . 0 -}}
{{- printf "%s.%s.svc.%s" (index . 1) $root.Release.Namespace $root.Values.clusterDomain -}}
{{- end -}}

{{/* Where etcd's members answer clients, separated by commas. */}}
{{- define "stele.etcdEndpoints" -}}
{{- if .Values.etcd.enabled -}}
{{- $etcd := printf "%s-etcd" (include "stele.name" .) -}}
{{- range $member := until (int .Values.etcd.replicas) -}}
{{- if $member }},{{ end -}}
https://{{ $etcd }}-{{ $member }}.{{ include "stele.domain" (list $ $etcd) }}:2379
{{- end -}}
{{- else if .Values.etcd.endpoints -}}
{{- join "," .Values.etcd.endpoints -}}
{{- else -}}
{{- fail "etcd.endpoints says where etcd is, unless etcd.enabled." -}}
{{- end -}}
{{- end -}}

{{/* The members of the chart's own etcd, as each of them is told. */}}
{{- define "stele.etcdCluster" -}}
{{- $etcd := printf "%s-etcd" (include "stele.name" .) -}}
{{- range $member := until (int .Values.etcd.replicas) -}}
{{- if $member }},{{ end -}}
{{ $etcd }}-{{ $member }}=https://{{ $etcd }}-{{ $member }}.{{ include "stele.domain" (list $ $etcd) }}:2380
{{- end -}}
{{- end -}}

{{/* Keeps pods of one kind apart: call with a list of the root and the selector's name. */}}
{{- define "stele.spread" -}}
{{- $root := index . 0 -}}
{{- $selector := index . 1 -}}
{{- range $at, $key := $root.Values.spreadOver }}
- maxSkew: 1
  topologyKey: {{ $key }}
  whenUnsatisfiable: {{ if $at }}ScheduleAnyway{{ else }}DoNotSchedule{{ end }}
  labelSelector:
    matchLabels:
      {{- include $selector $root | nindent 6 }}
{{- end }}
{{- end -}}

{{/* What every container may not do. */}}
{{- define "stele.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* The group of a volume is set once: setting it again would open the nodes' keys to that group. */}}
{{- define "stele.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}
