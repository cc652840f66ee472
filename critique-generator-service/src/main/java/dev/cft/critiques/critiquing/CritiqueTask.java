package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.TeacherChoice.Chosen;
import dev.cft.critiques.limits.Asker;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.jobs.JobId;
import dev.cft.store.specs.CritiquesSpec;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A critique job with its references resolved.
///
/// @param teachers who is asked about each row, and with which prompt
/// @param dataset what it writes
/// @param asker on whose behalf this attempt asks
record CritiqueTask(
    JobId job, CritiquesSpec spec, List<Chosen> teachers, String dataset, Asker asker) {
  CritiqueTask {
    teachers = List.copyOf(teachers);
  }

  /// Output rows for each input row.
  int perRow() {
    return teachers.size() * spec.each();
  }

  /// What is to be done about an input row; output rows lie together, in order of teacher and
  /// sample.
  List<Commission> commissions(DatasetRow row) {
    return IntStream.range(0, perRow())
        .mapToObj(i ->
            new Commission(
                row.seq() * perRow() + i,
                row,
                teachers.get(i / spec.each()),
                i % spec.each(),
                job.value()))
        .toList();
  }

  boolean isReusing() {
    return !Boolean.FALSE.equals(spec.reuse());
  }

  boolean isBatch() {
    return "batch".equals(spec.mode());
  }

  /// Calls in flight that the teachers take together.
  int concurrency() {
    return teachers.stream().mapToInt(each -> each.teacher().settings().concurrency()).sum();
  }

  String teacherNames() {
    return teachers.stream().map(each -> each.teacher().name()).collect(Collectors.joining(", "));
  }

  /// Nothing more is asked; calls in flight go on.
  void withdraw() {
    teachers.forEach(each -> each.teacher().withdraw(asker));
  }
}
