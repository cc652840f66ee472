package dev.cft.store.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cft.store.StoreTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

/// Jobs that take several slots at once, and jobs that make room for others.
@StoreTest
@Import(JobBench.class)
class SlotsTest {
  @Autowired JobBench bench;
  @Autowired Jobs jobs;
  private final Set<JobId> running = ConcurrentHashMap.newKeySet();
  private final Set<JobId> released = ConcurrentHashMap.newKeySet();
  private final Set<JobId> savedLately = ConcurrentHashMap.newKeySet();
  private final Set<JobId> savedNow = ConcurrentHashMap.newKeySet();
  private final Set<JobId> allowedToEnd = ConcurrentHashMap.newKeySet();
  private @Nullable JobWorker worker;

  /// Runs until it is told to stop, or allowed to end.
  private final class Yielding implements JobHandler {
    @Override
    public JobKind kind() {
      return JobKind.RESPONSES;
    }

    @Override
    public boolean yields() {
      return true;
    }

    @Override
    public Outcome run(JobRun run) throws InterruptedException {
      var id = run.job().id();
      running.add(id);
      try {
        while (run.signal() == JobRun.Signal.GO_ON && !allowedToEnd.contains(id)) {
          if (savedLately.contains(id)) {
            run.saved();
            savedNow.add(id);
          }
          Thread.sleep(10);
        }
      } finally {
        running.remove(id);
      }
      return switch (run.signal()) {
        case GO_ON -> new Outcome.Succeeded(JobBench.result());
        case PAUSE -> new Outcome.Paused();
        case YIELD, SHUTDOWN, LEASE_LOST -> {
          released.add(id);
          yield new Outcome.Released();
        }
      };
    }
  }

  @BeforeEach
  void emptyQueue() {
    bench.emptyQueue();
  }

  @AfterEach
  void stop() {
    if (worker != null) {
      worker.stop();
    }
  }

  @Test
  void a_job_waits_until_all_its_slots_are_free_and_is_not_overtaken() {
    var narrow = submit(1, 0);
    start(4);
    await().until(() -> running.contains(narrow.id()));
    var wide = submit(4, 0);
    var younger = submit(1, 0);
    await().until(() -> jobs.queuePlace(bench.reread(younger)).position() == 2);

    assertThat(jobs.queuePlace(bench.reread(wide)))
        .isEqualTo(
            new QueuePlace(
                1,
                "next in the queue of responses jobs; 1 running on 1 slots, waits until 4 slots of"
                    + " one worker are free"));
    allowedToEnd.add(narrow.id());

    await().until(() -> running.contains(wide.id()));
    assertThat(running).containsExactly(wide.id());
    allowedToEnd.add(wide.id());
    await().until(() -> running.contains(younger.id()));
  }

  @Test
  void a_job_of_more_slots_than_a_worker_has_is_left_to_others() {
    var wide = submit(5, 0);
    var other = submit(4, 0);

    start(4);

    await().until(() -> running.contains(other.id()));
    assertThat(bench.reread(wide).status()).isEqualTo(JobStatus.QUEUED);
  }

  @Test
  void the_job_that_loses_least_makes_room_keeps_its_place_and_goes_on_later() {
    var costly = submit(2, 0);
    var cheap = submit(2, 0);
    start(4);
    await().until(() -> running.size() == 2);
    var waiting = submit(2, 0);
    bench.clock.pass(Duration.ofSeconds(5));
    savedLately.add(cheap.id());
    await().until(() -> savedNow.contains(cheap.id()));

    var urgent = submit(2, 7);

    await().until(() -> running.equals(Set.of(costly.id(), urgent.id())));
    assertThat(released).containsExactly(cheap.id());
    assertThat(jobs.queuePlace(bench.reread(cheap)).position()).isEqualTo(1);
    assertThat(jobs.queuePlace(bench.reread(waiting)).position()).isEqualTo(2);
    assertThat(bench.reread(cheap).attempts()).isZero();
    assertThat(jobs.events(cheap.id(), 0, 100))
        .extracting(JobEvent::message)
        .contains("made room for %s, whose priority is 7".formatted(urgent.id()));
    allowedToEnd.add(urgent.id());
    await().until(() -> running.contains(cheap.id()));
  }

  @Test
  void nobody_stops_for_a_job_of_the_same_priority_or_for_one_that_would_still_not_fit() {
    var first = submit(2, 5);
    var second = submit(2, 9);
    start(4);
    await().until(() -> running.size() == 2);

    submit(2, 5);
    submit(4, 7);
    await().pollDelay(Duration.ofSeconds(1)).until(() -> running.contains(first.id()));

    assertThat(running).containsExactlyInAnyOrder(first.id(), second.id());
    assertThat(released).isEmpty();
  }

  @Test
  void no_job_stops_that_need_not() {
    var wide = submit(3, 0);
    var narrow = submit(1, 0);
    savedLately.add(narrow.id());
    start(4);
    await().until(() -> running.size() == 2);

    var urgent = submit(3, 1);

    await().until(() -> running.contains(urgent.id()));
    assertThat(released).containsExactly(wide.id());
  }

  private Job submit(int slots, int priority) {
    return jobs.submit(JobBench.job().prioritised(priority).taking(slots));
  }

  private void start(int slots) {
    var settings = Settings.of(slots);
    var quick =
        new JobsProperties(
            Map.of(JobKind.RESPONSES, slots),
            1,
            settings.lease(),
            settings.heartbeat(),
            Duration.ofMillis(50),
            3,
            settings.retryDelay(),
            settings.shutdownWait(),
            true);
    worker =
        new JobWorker(
            "worker", List.of(new Yielding()), bench.tables, bench.feed, quick, WorkerWatch.NONE);
    worker.start();
  }
}
