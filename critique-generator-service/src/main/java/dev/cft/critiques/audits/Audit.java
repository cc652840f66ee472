package dev.cft.critiques.audits;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.cft.critiques.audits.Agreement.Interval;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A sample of a dataset's critiques for people to look through.
///
/// @param seqs its rows, in the order in which they are shown
/// @param marks what people think so far
record Audit(
    String id,
    String object,
    String dataset,
    int size,
    long seed,
    @JsonIgnore List<Long> seqs,
    long createdAt,
    Marks marks) {
  Audit {
    seqs = List.copyOf(seqs);
  }

  /// @param rows that somebody marked
  /// @param agreement of the marks that are not unsure; null where there are none
  record Marks(
      long rows,
      long agree,
      long disagree,
      long unsure,
      @Nullable Double agreement,
      @Nullable Interval interval) {
    static Marks of(long rows, long agree, long disagree, long unsure) {
      var sure = agree + disagree;
      return new Marks(
          rows,
          agree,
          disagree,
          unsure,
          sure == 0 ? null : (double) agree / sure,
          sure == 0 ? null : Interval.wilson(agree, sure));
    }
  }

  /// What somebody thinks of a critique.
  record Mark(String by, String mark, @Nullable String note, long at) {}

  /// A row to look at.
  record Item(
      String id,
      String object,
      long seq,
      @Nullable String question,
      @Nullable String answer,
      @Nullable String response,
      @Nullable String critique,
      @Nullable String verdict,
      @Nullable Boolean correct,
      List<Mark> marks) {
    Item {
      marks = List.copyOf(marks);
    }
  }
}
