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

{{- define "cft.image" -}}
{{ .root.Values.image.repository }}/{{ .name }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- define "cft.llamaFactoryImage" -}}
{{- .Values.trainer.llamaFactory.image | default (include "cft.image" (dict "root" . "name" "trainer-llama-factory")) -}}
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

{{- /* Where the image trainer-llama-factory has LLaMA-Factory. */ -}}
{{- define "cft.llamaFactorySettings" -}}
- {name: CFT_TRAINER_ENGINES, value: "djl,llama-factory"}
- {name: CFT_TRAINER_LLAMAFACTORY_PYTHON, value: /opt/llama-factory/bin/python}
- {name: CFT_TRAINER_LLAMAFACTORY_IMAGE, value: {{ include "cft.llamaFactoryImage" . | quote }}}
{{- end }}

{{- /* Where the trainer runs its Jobs, and what they are made of: its own image and volume. */ -}}
{{- define "cft.jobSettings" -}}
{{- $jobs := .Values.trainer.jobs -}}
- {name: CFT_TRAINER_LAUNCHER, value: kubernetes}
- {name: CFT_TRAINER_KUBERNETES_NAMESPACE, value: {{ .Release.Namespace | quote }}}
- {name: CFT_TRAINER_KUBERNETES_GPUS, value: {{ $jobs.gpus | quote }}}
- {name: CFT_TRAINER_KUBERNETES_NODE_GPUS, value: {{ $jobs.gpusPerNode | quote }}}
- {name: CFT_TRAINER_KUBERNETES_NODE_PRODUCT, value: {{ $jobs.gpuProduct | quote }}}
- {name: CFT_TRAINER_KUBERNETES_NODE_GPUMEMORY, value: {{ $jobs.gpuMemory | quote }}}
- {name: CFT_TRAINER_KUBERNETES_RETRIES, value: {{ $jobs.retries | quote }}}
{{- if $jobs.queue }}
- {name: CFT_TRAINER_KUBERNETES_QUEUE, value: {{ $jobs.queue | quote }}}
{{- end }}
{{- if $jobs.severalNodes }}
- {name: CFT_TRAINER_KUBERNETES_RUNTIME, value: {{ include "cft.name" . }}-trainer}
{{- end }}
{{- range $priority, $class := $jobs.priorityClasses }}
- {name: CFT_TRAINER_KUBERNETES_PRIORITYCLASSES_{{ $priority }}, value: {{ $class | quote }}}
{{- end }}
- {name: CFT_TRAINER_KUBERNETES_POD_IMAGE, value: {{ include "cft.image" (dict "root" . "name" "trainer") | quote }}}
- {name: CFT_TRAINER_KUBERNETES_POD_PULLPOLICY, value: {{ .Values.image.pullPolicy }}}
{{- range $i, $secret := .Values.image.pullSecrets }}
- {name: CFT_TRAINER_KUBERNETES_POD_PULLSECRETS_{{ $i }}, value: {{ $secret | quote }}}
{{- end }}
- {name: CFT_TRAINER_KUBERNETES_POD_CPUPERGPU, value: {{ $jobs.cpuPerGpu | quote }}}
- {name: CFT_TRAINER_KUBERNETES_POD_MEMORYPERGPU, value: {{ $jobs.memoryPerGpu | quote }}}
- {name: CFT_TRAINER_KUBERNETES_POD_SHM, value: {{ $jobs.shm | quote }}}
{{- range $i, $secret := $jobs.secrets }}
- {name: CFT_TRAINER_KUBERNETES_POD_SECRETS_{{ $i }}, value: {{ $secret | quote }}}
{{- end }}
- {name: CFT_TRAINER_KUBERNETES_POD_MOUNTS_0_CLAIM, value: {{ include "cft.claim" . }}}
- {name: CFT_TRAINER_KUBERNETES_POD_MOUNTS_0_PATH, value: /var/lib/cft}
{{- end }}
