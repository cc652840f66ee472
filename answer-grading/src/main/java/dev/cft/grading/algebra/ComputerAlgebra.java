package dev.cft.grading.algebra;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Symja in a process of its own, started when it is first asked and kept. One question at a time;
/// safe for many threads.
///
/// Without its jar on the class path, and after three starts that failed, every answer is
/// [Values.Unknown].
public final class ComputerAlgebra {
  static final String ENGINE = "/org/matheclipse/core/eval/ExprEvaluator.class";
  private static final int MAX_FAILED_STARTS = 3;

  /// Milliseconds, then values or a reason: a line of any other kind is no answer.
  private static final Pattern LINE = Pattern.compile("\\d{1,9}\t.+");

  private final ReentrantLock turn = new ReentrantLock();
  private final boolean installed;
  private @Nullable AlgebraProcess process;
  private int failedStarts;

  public ComputerAlgebra() {
    this(ENGINE);
  }

  /// @param engine the class file without which nothing is installed
  ComputerAlgebra(String engine) {
    this.installed = ComputerAlgebra.class.getResource(engine) != null;
  }

  /// An answer with the processor time that it took.
  public record Answer(Values values, int millis) {}

  /// Evaluates both expressions and gives their values at the points.
  ///
  /// @param first in Symja's own language, on one line
  /// @param second likewise
  /// @param points replacement rules for the variables (`v1->0.7,v2->1.3`); one empty entry where
  ///   there are none
  /// @param millis processor time that may be spent
  public Answer values(String first, String second, List<String> points, int millis) {
    if (!installed) {
      return new Answer(new Values.Unknown("no computer algebra system is installed"), 0);
    }
    turn.lock();
    try {
      return running()
          .map(child -> ask(child, new Question(first, second, points, millis)))
          .orElseGet(
              () -> new Answer(new Values.Unknown("the computer algebra system did not start"), 0));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop();
      return new Answer(new Values.Unknown("the computer algebra system was interrupted"), millis);
    } finally {
      turn.unlock();
    }
  }

  private Optional<AlgebraProcess> running() throws InterruptedException {
    if (process != null && !process.isAlive()) {
      process = null;
    }
    if (process == null && failedStarts < MAX_FAILED_STARTS) {
      process = AlgebraProcess.start().orElse(null);
      failedStarts = process == null ? failedStarts + 1 : 0;
    }
    return Optional.ofNullable(process);
  }

  private Answer ask(AlgebraProcess child, Question question) {
    try {
      var line = child.answer(question.line()).filter(LINE.asMatchPredicate());
      if (line.isPresent()) {
        return parsed(line.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    stop();
    return new Answer(
        new Values.Unknown("the computer algebra system took too long or too much memory"),
        question.millis());
  }

  private void stop() {
    if (process != null) {
      process.stop();
      process = null;
    }
  }

  private static Answer parsed(String line) {
    var fields = line.split("\t", 2);
    var millis = Integer.parseInt(fields[0]);
    if (fields[1].startsWith("?")) {
      return new Answer(new Values.Unknown("computer algebra: " + fields[1].substring(1)), millis);
    }
    var pairs = new ArrayList<double[]>();
    for (var pair : fields[1].split(";", -1)) {
      pairs.add(Arrays.stream(pair.split(",", -1)).mapToDouble(Double::parseDouble).toArray());
    }
    return new Answer(new Values.Known(pairs), millis);
  }
}
