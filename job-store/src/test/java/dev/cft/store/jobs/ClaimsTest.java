package dev.cft.store.jobs;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.StoreTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

@StoreTest
@Import(JobBench.class)
class ClaimsTest {
  @Autowired JobBench bench;
  @Autowired Jobs jobs;

  @BeforeEach
  void emptyQueue() {
    bench.emptyQueue();
  }

  @Test
  void the_greatest_priority_is_claimed_first_and_then_the_oldest() {
    var usual = bench.submit();
    var later = bench.submit();
    var urgent = jobs.submit(JobBench.job().prioritised(5));

    var order = List.of(bench.claim("w"), bench.claim("w"), bench.claim("w"));

    assertThat(order)
        .extracting(claims -> claims.getFirst().job().id())
        .containsExactly(urgent.id(), usual.id(), later.id());
  }

  @Test
  void two_workers_never_hold_the_same_job() throws Exception {
    var barrier = new CyclicBarrier(2);
    Callable<Integer> contender =
        () -> {
          barrier.await();
          return bench.claim("w").size();
        };
    try (var threads = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < 200; round++) {
        var job = bench.submit();

        var claims =
            threads.invokeAll(List.of(contender, contender)).stream()
                .mapToInt(ClaimsTest::result)
                .sum();

        assertThat(claims).isEqualTo(1);
        jobs.cancel(job.id());
      }
    }
  }

  @Test
  void eight_workers_do_two_thousand_jobs_and_none_twice() throws Exception {
    var submitted = bench.submit(2_000).stream().map(Job::id).collect(toSet());
    Set<JobId> done = ConcurrentHashMap.newKeySet();
    var runs = new AtomicInteger();
    Callable<Void> worker =
        () -> {
          var self =
              bench.worker(run -> {
                runs.incrementAndGet();
                done.add(run.job().id());
                return JobBench.succeed(run);
              });
          while (self.runOne()) {}
          return null;
        };

    try (var threads = Executors.newFixedThreadPool(8)) {
      var workers = new ArrayList<Callable<Void>>();
      for (int i = 0; i < 8; i++) {
        workers.add(worker);
      }
      for (var end : threads.invokeAll(workers)) {
        end.get();
      }
    }

    assertThat(done).isEqualTo(submitted);
    assertThat(runs).hasValue(2_000);
    assertThat(bench.jdbc.sql("select distinct status, attempts from jobs").query().listOfRows())
        .singleElement()
        .satisfies(row ->
            assertThat(row).containsEntry("status", "succeeded").containsEntry("attempts", 1));
  }

  @Test
  void a_claim_reads_the_queue_by_its_index() {
    bench.submit(3_000);
    bench.jdbc.sql("analyze jobs").update();

    var plan =
        String.join(
            "\n",
            bench
                .jdbc
                .sql(
                    """
                    explain select id from jobs where kind = 'responses' and status in ('queued', 'running')
                      and (status <> 'running' or fruitless < 5) and (not_before is null or not_before <= now())
                      and (lease_until is null or lease_until <= now())
                    order by priority desc, ordinal limit 1 for update skip locked
                    """)
                .query(String.class)
                .list());

    assertThat(plan).contains("Index Scan using jobs_open").doesNotContain("Sort");
  }

  private static int result(java.util.concurrent.Future<Integer> future) {
    return future.resultNow();
  }
}
