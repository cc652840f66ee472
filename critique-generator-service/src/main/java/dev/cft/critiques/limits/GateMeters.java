package dev.cft.critiques.limits;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/// `cft.teacher.wait` (time before a call may be made), and of the moment:
/// `cft.teacher.calls.in.flight`, `cft.teacher.calls.waiting`, `cft.teacher.window`,
/// `cft.teacher.pause`.
public record GateMeters(MeterRegistry registry) {
  void watch(String teacher, CallGate gate) {
    gauge("cft.teacher.calls.in.flight", teacher, gate, CallGate::inFlight);
    gauge("cft.teacher.calls.waiting", teacher, gate, CallGate::waiting);
    gauge("cft.teacher.window", teacher, gate, CallGate::window);
    gauge("cft.teacher.pause", teacher, gate, each -> each.pauseLeft().toMillis() / 1000.0);
  }

  private void gauge(
      String name,
      String teacher,
      CallGate gate,
      java.util.function.ToDoubleFunction<CallGate> of) {
    Gauge.builder(name, gate, of).tag("teacher", teacher).register(registry);
  }

  void waited(String teacher, boolean isUrgent, Duration time) {
    registry
        .timer("cft.teacher.wait", "teacher", teacher, "for", isUrgent ? "client" : "job")
        .record(time);
  }
}
