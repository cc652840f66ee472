package dev.cft.critiques.critiquing;

import dev.cft.store.jobs.JobId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// The batches of jobs at providers.
@Component
class TeacherBatches {
  private static final String INSERT =
      """
      insert into teacher_batches (job_id, number, teacher, round, seqs, state)
      values (:job, :number, :teacher, :round, :seqs, 'planned')
      on conflict do nothing
      """;

  private static final String LIST =
      "select * from teacher_batches where job_id = :job order by number";

  private static final String UPDATE =
      "update teacher_batches set state = :state, round = :round, batch_id = :batch where job_id = :job and number = :number";

  private final JdbcClient jdbc;

  TeacherBatches(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /// @param round counts submissions of the same rows, from 1
  /// @param batchId the provider's, once it is submitted
  record Part(
      JobId job,
      int number,
      String teacher,
      int round,
      List<Long> seqs,
      State state,
      @Nullable String batchId) {
    Part {
      seqs = List.copyOf(seqs);
    }

    /// What the provider is told, to find it again.
    String label() {
      return job + "/" + number;
    }

    /// The same as if it had not been submitted: its round does not count.
    Part withoutRoom() {
      return new Part(job, number, teacher, round - 1, seqs, State.COLLECTED, batchId);
    }

    Part with(State newState, @Nullable String newBatch) {
      return new Part(job, number, teacher, round, seqs, newState, newBatch);
    }
  }

  /// How far a part is.
  enum State {
    PLANNED,
    SUBMITTED,
    COLLECTED
  }

  List<Part> of(JobId job) {
    return jdbc.sql(LIST).param("job", job.value()).query(TeacherBatches::part).list();
  }

  void plan(Part part) {
    jdbc.sql(INSERT)
        .param("job", part.job().value())
        .param("number", part.number())
        .param("teacher", part.teacher())
        .param("round", part.round())
        .param("seqs", part.seqs().toArray(Long[]::new))
        .update();
  }

  void update(Part part) {
    jdbc.sql(UPDATE)
        .param("job", part.job().value())
        .param("number", part.number())
        .param("state", part.state().name().toLowerCase(java.util.Locale.ROOT))
        .param("round", part.round())
        .param("batch", part.batchId())
        .update();
  }

  private static Part part(ResultSet row, int number) throws SQLException {
    return new Part(
        new JobId(row.getString("job_id")),
        row.getInt("number"),
        row.getString("teacher"),
        row.getInt("round"),
        Arrays.asList((Long[]) row.getArray("seqs").getArray()),
        State.valueOf(row.getString("state").toUpperCase(java.util.Locale.ROOT)),
        row.getString("batch_id"));
  }
}
