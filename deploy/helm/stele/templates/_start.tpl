{{/* The script that starts a pod's node. */}}
{{- define "stele.start" -}}
{{- $name := include "stele.name" . -}}
#!/bin/sh
# Starts this pod's node: as what it is already, as the one that founds the network, or as one that joins it.
set -eu
host="$POD_NAME.{{ include "stele.domain" (list . (printf "%s-nodes" $name)) }}"
set -- --data "$STELE_DATA" --ledger-id {{ .Values.ledger.id }} --address 0.0.0.0 \
    --port 8443 --identity-port 8444 --node-address "https://$host:8443" --host "$host" \
    --host {{ $name }} --host {{ $name }}.{{ .Release.Namespace }} --host {{ $name }}.{{ .Release.Namespace }}.svc \
    --host {{ include "stele.domain" (list . $name) }} \
    --host {{ include "stele.domain" (list . (printf "%s-identity" $name)) }} \
    {{- range .Values.hostNames }}
    --host {{ . }} \
    {{- end }}
    --entry-max {{ int64 .Values.ledger.entryMaxBytes }} \
    {{- if .Values.ledger.public }}
    --public \
    {{- end }}
    {{- if .Values.virtual }}
    --virtual \
    {{- end }}
    {{- if .Values.metrics.enabled }}
    --metrics-port {{ int .Values.metrics.port }} --metrics-address 0.0.0.0 \
    {{- end }}
    --log-format {{ .Values.log.format }} --log-level {{ .Values.log.level }} \
    --etcd {{ include "stele.etcdEndpoints" . }} \
    --etcd-ca /etc/stele/etcd/ca.crt --etcd-cert /etc/stele/etcd/tls.crt --etcd-key /etc/stele/etcd/tls.key \
    --lease {{ int64 .Values.leaseSeconds }} --etcd-bytes-max {{ int64 .Values.etcdBytesMax }}{{ range .Values.extraArguments }} \
    {{ . | squote }}{{ end }}
{{- if .Values.beginStoreOn }}
if [ "$POD_NAME" = {{ $name }}-{{ .Values.beginStoreOn }} ]; then
    set -- "$@" --begin-store
fi
{{- end }}

if [ -e "$STELE_DATA/keys/ledger-secret" ]; then
    exec stele node start "$@"
fi
if [ "$POD_NAME" = {{ $name }}-0 ] && ! grep -q BEGIN "$SERVICE_CERTIFICATE"; then
    exec stele node start "$@"
fi
trap 'exit 0' TERM
if ! grep -q BEGIN "$SERVICE_CERTIFICATE"; then
    echo "waiting for the service's certificate: helm upgrade --set-file serviceCertificate=service_cert.pem" >&2
fi
until grep -q BEGIN "$SERVICE_CERTIFICATE"; do
    sleep 2
done
exec stele node join --from https://{{ include "stele.domain" (list . $name) }}:{{ .Values.service.port }} \
    --service-cert "$SERVICE_CERTIFICATE" "$@"
{{- end -}}
