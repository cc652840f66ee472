package dev.cft.store.jobs;

import java.time.Duration;

/// Sees what a worker does.
interface WorkerWatch {
  /// Sees nothing.
  WorkerWatch NONE =
      new WorkerWatch() {
        @Override
        public void claimed(JobKind kind, int jobs, Duration took) {}

        @Override
        public void ended(JobKind kind, String end, Duration took) {}
      };

  /// A claim was made, perhaps of no job.
  void claimed(JobKind kind, int jobs, Duration took);

  /// An attempt ended: `succeeded`, `failed`, `retry`, `paused`, `parked`, `released`, `validated`
  /// or `lost`.
  void ended(JobKind kind, String end, Duration took);
}
