package dev.cft.benchmarks.jobstore;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/// Processor time so far, which a busy machine changes little.
///
/// @param here of this JVM
/// @param postgres of all Postgres processes
record CpuTime(Duration here, Duration postgres) {
  static CpuTime now() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    var postgres =
        ProcessHandle.allProcesses()
            .filter(CpuTime::isPostgres)
            .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
            .reduce(Duration.ZERO, Duration::plus);
    return new CpuTime(Duration.ofNanos(system.getProcessCpuTime()), postgres);
  }

  CpuTime since(CpuTime earlier) {
    return new CpuTime(here.minus(earlier.here), postgres.minus(earlier.postgres));
  }

  private static boolean isPostgres(ProcessHandle process) {
    return process.info().command().filter(name -> name.endsWith("/postgres")).isPresent();
  }
}
