{{- define "cft.name" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if not (contains $name .Release.Name) }}{{ $name = printf "%s-%s" .Release.Name $name }}{{ else }}{{ $name = .Release.Name }}{{ end -}}
{{- $name | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{- define "cft.selector" -}}
app.kubernetes.io/name: cft
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "cft.labels" -}}
{{ include "cft.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "cft.databaseSecret" -}}
{{- .Values.database.existingSecret | default (printf "%s-database" (include "cft.name" .)) -}}
{{- end }}

{{- define "cft.operatorSecret" -}}
{{- .Values.operatorKey.existingSecret | default (printf "%s-operator" (include "cft.name" .)) -}}
{{- end }}

{{- define "cft.databaseUrl" -}}
{{- .Values.database.url | default (printf "jdbc:postgresql://%s-postgres:5432/cft" (include "cft.name" .)) -}}
{{- end }}

{{- define "cft.claim" -}}
{{- .Values.artifacts.existingClaim | default (printf "%s-artifacts" (include "cft.name" .)) -}}
{{- end }}

{{- /* The Pod Security Standard "restricted", and a file system that nobody writes to. */ -}}
{{- define "cft.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- /* A value made at the first install is read back from the cluster at every later one. */ -}}
{{- define "cft.keptOrRandom" -}}
{{- $old := lookup "v1" "Secret" .root.Release.Namespace .secret -}}
{{- if and $old $old.data (hasKey $old.data .key) }}{{ index $old.data .key | b64dec }}{{ else }}{{ .prefix }}{{ randAlphaNum 40 }}{{ end -}}
{{- end }}
