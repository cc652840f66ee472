#!/usr/bin/env bash
# How fast 1,000 queued jobs are scheduled: run.sh cluster|kubectl|local... See README.md. Adds a line to results.jsonl for each.
set -euo pipefail
cd "$(dirname "$0")/../.."

jobs=${JOBS:-1000} runs_for=${RUNS_FOR:-5s}
results=benchmarks/scheduling/results.jsonl

bench() {
  local classpath=target/scheduling.classpath
  [[ -s $classpath ]] || { mkdir -p target; mvn -B -q -ntp -pl trainer-service -am test-compile dependency:build-classpath -Dmdep.outputFile="$PWD/$classpath" >/dev/null; }
  "${JAVA_HOME:-/usr}/bin/java" -Xmx2g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
    -cp "trainer-service/target/test-classes:trainer-service/target/classes:$(<"$classpath")" \
    dev.cft.trainer.kubernetes.SchedulingBench "$jobs" "$@" 2>"${LOG:-/dev/null}" | grep '^{'
}

in_namespace() { # command...: in a fresh one, whose name is added
  local namespace=scheduling-$$-$RANDOM
  kubectl create namespace "$namespace" >/dev/null
  "$@" "$namespace" "$runs_for" || true
  kubectl delete namespace "$namespace" --wait=true >/dev/null
}

for what in "$@"; do
  case $what in
    cluster) line=$(in_namespace bench cluster) ;;
    kubectl) line=$(in_namespace python3 benchmarks/scheduling/by_kubectl.py "$jobs") ;;
    local) line=$(bench local) runs_for=0s ;;
    *) echo "usage: run.sh cluster|kubectl|local..." >&2; exit 2 ;;
  esac
  [[ $line == '{'* ]] || { echo "$what: no result" >&2; exit 1; }
  printf '{"what": "%s", "runs_for": "%s", %s\n' "$what" "$runs_for" "${line#\{}" | tee -a "$results"
done
