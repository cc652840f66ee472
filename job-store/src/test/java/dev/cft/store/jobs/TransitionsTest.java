package dev.cft.store.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.store.StoreTest;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

@StoreTest
@Import(JobBench.class)
class TransitionsTest {
  @Autowired JobBench bench;
  @Autowired Jobs jobs;

  @BeforeEach
  void emptyQueue() {
    bench.emptyQueue();
  }

  @ParameterizedTest
  @EnumSource(
      value = JobStatus.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"SUCCEEDED", "FAILED"})
  void an_unfinished_job_can_be_cancelled(JobStatus from) {
    var job = bench.jobIn(from);

    assertThat(jobs.cancel(job.id()).status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(jobs.cancel(job.id()).status()).isEqualTo(JobStatus.CANCELLED);
  }

  static Stream<Arguments> illegal() {
    return Stream.of(
        Arguments.of(JobStatus.SUCCEEDED, "cancelled"),
        Arguments.of(JobStatus.FAILED, "cancelled"),
        Arguments.of(JobStatus.PAUSING, "paused"),
        Arguments.of(JobStatus.PAUSED, "paused"),
        Arguments.of(JobStatus.SUCCEEDED, "paused"),
        Arguments.of(JobStatus.FAILED, "paused"),
        Arguments.of(JobStatus.CANCELLED, "paused"),
        Arguments.of(JobStatus.VALIDATING, "resumed"),
        Arguments.of(JobStatus.WAITING, "resumed"),
        Arguments.of(JobStatus.QUEUED, "resumed"),
        Arguments.of(JobStatus.RUNNING, "resumed"),
        Arguments.of(JobStatus.PAUSING, "resumed"),
        Arguments.of(JobStatus.SUCCEEDED, "resumed"),
        Arguments.of(JobStatus.FAILED, "resumed"),
        Arguments.of(JobStatus.CANCELLED, "resumed"));
  }

  @ParameterizedTest
  @MethodSource("illegal")
  void what_the_state_does_not_allow_is_refused_and_changes_nothing(JobStatus from, String wanted) {
    var job = bench.jobIn(from);

    assertThatThrownBy(() -> action(wanted).apply(job.id()))
        .isInstanceOf(IllegalTransitionException.class)
        .hasMessage("%s is %s and cannot be %s".formatted(job.id(), from.wireName(), wanted));

    assertThat(bench.reread(job)).isEqualTo(job);
  }

  @ParameterizedTest
  @EnumSource(
      value = JobStatus.class,
      names = {"VALIDATING", "WAITING", "QUEUED"})
  void a_job_that_does_not_run_is_paused_at_once_and_resumed_to_where_it_was(JobStatus from) {
    var job = bench.jobIn(from);

    assertThat(jobs.pause(job.id()).status()).isEqualTo(JobStatus.PAUSED);

    var expected = from == JobStatus.WAITING ? JobStatus.WAITING : JobStatus.QUEUED;
    assertThat(jobs.resume(job.id()).status()).isEqualTo(expected);
  }

  @Test
  void a_job_paused_before_its_input_was_checked_is_checked_when_it_runs() {
    var job = bench.jobIn(JobStatus.VALIDATING);
    jobs.pause(job.id());
    jobs.resume(job.id());

    new JobWorker(
            "worker",
            java.util.List.of(new RefusingHandler()),
            bench.tables,
            bench.feed,
            Settings.forTests(),
            WorkerWatch.NONE)
        .runOne();

    assertThat(bench.reread(job).state())
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            failed -> assertThat(failed.error().message()).isEqualTo("unknown model 'x'"));
  }

  @ParameterizedTest
  @EnumSource(JobStatus.class)
  void every_change_of_status_leaves_an_event(JobStatus status) {
    var job = bench.jobIn(status);

    var events = jobs.events(job.id(), 0, 100);

    assertThat(events).allMatch(event -> event.type().equals("status"));
    assertThat(events.getLast().data()).isNotNull();
    assertThat(java.util.Objects.requireNonNull(events.getLast().data()).get("to").asString())
        .isEqualTo(status.wireName());
  }

  @Test
  void an_unknown_job_is_said_to_be_unknown() {
    assertThatThrownBy(() -> jobs.cancel(new JobId("rsjob-none")))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("no job 'rsjob-none'");
    assertThatThrownBy(() -> jobs.resume(new JobId("rsjob-none")))
        .isInstanceOf(NoSuchElementException.class);
    assertThat(jobs.find(new JobId("rsjob-none"))).isEmpty();
  }

  private Function<JobId, Job> action(String wanted) {
    return switch (wanted) {
      case "cancelled" -> jobs::cancel;
      case "paused" -> jobs::pause;
      default -> jobs::resume;
    };
  }

  private static final class RefusingHandler implements JobHandler {
    @Override
    public JobKind kind() {
      return JobKind.RESPONSES;
    }

    @Override
    public void validate(Job job) {
      throw new JobFailedException(new JobError("model_not_found", "unknown model 'x'", "model"));
    }

    @Override
    public Outcome run(JobRun run) {
      return JobBench.succeed(run);
    }
  }
}
