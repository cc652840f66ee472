package dev.cft.critiques.teachers;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A provider's batch API: many calls in a file, answered within a day at a lower price.
public interface ProviderBatches {
  /// How a batch stands.
  ///
  /// @param phase what can be done about it
  /// @param done requests answered or failed so far
  /// @param words what the provider says
  /// @param outputs files with results
  record State(Phase phase, long total, long done, String words, java.util.List<String> outputs) {
    public State {
      outputs = java.util.List.copyOf(outputs);
    }
  }

  /// What can be done about a batch.
  enum Phase {
    /// Look again later.
    RUNNING,
    /// Completed, expired or cancelled: what was answered can be fetched.
    ENDED,
    /// Not taken now, because too much is enqueued: submit it again later.
    FULL,
    /// Not taken for what it is.
    REFUSED
  }

  /// What became of one request.
  ///
  /// @param requestId [Question#requestId]
  /// @param reply null where there is none
  /// @param failure null where there is a reply
  record Result(String requestId, @Nullable Reply reply, @Nullable TeacherException failure) {}

  /// A request as a line of the file.
  String line(Question question);

  /// Submits a file of such lines.
  ///
  /// @param label by which [#find] finds it again
  /// @return the batch's id
  String submit(String label, Path lines);

  /// A batch that was submitted with that label, among the provider's latest.
  Optional<String> find(String label);

  State look(String batch);

  /// Reads a file of results.
  void results(String file, Consumer<Result> to);

  /// Asks the provider to stop; harmless where it has.
  void cancel(String batch);
}
