package dev.cft.critiques.operations;

import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.Verdict;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Keeps the rows that meet all conditions.
final class FilterStep implements Step {
  private final Operation.Filter filter;
  private final @Nullable TokenCounter counter;
  private final @Nullable Set<String> subjects;
  private final @Nullable String contains;
  private final Map<RowField, Pattern> matches;
  private final Map<RowField, Pattern> lacks;

  FilterStep(Operation.Filter filter, @Nullable TokenCounter counter) {
    this.filter = filter;
    this.counter = counter;
    this.subjects = filter.subject() == null ? null : new HashSet<>(filter.subject());
    this.contains = filter.contains() == null ? null : filter.contains().toLowerCase(Locale.ROOT);
    this.matches = patterns(filter.matches());
    this.lacks = patterns(filter.lacks());
  }

  private static Map<RowField, Pattern> patterns(@Nullable Map<RowField, String> expressions) {
    return expressions == null
        ? Map.of()
        : expressions.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, each -> Pattern.compile(each.getValue())));
  }

  @Override
  public boolean keeps(int place, DatasetRow row) {
    return isJudgedSo(row) && isAbout(row) && isSoLong(row) && saysSo(row);
  }

  private boolean isJudgedSo(DatasetRow row) {
    var status = filter.status();
    var verdict = filter.verdict();
    return (status == null || row.outcome().status().name().equals(status.name()))
        && (verdict == null || verdict.name().equals(verdictOf(row)))
        && (filter.correct() == null || filter.correct().equals(row.correct()))
        && (filter.agrees() == null || filter.agrees().equals(agrees(row)));
  }

  private static @Nullable String verdictOf(DatasetRow row) {
    return row.verdict() == null ? null : row.verdict().name();
  }

  private static @Nullable Boolean agrees(DatasetRow row) {
    if (row.correct() == null || row.verdict() == null || row.verdict() == Verdict.UNPARSED) {
      return null;
    }
    return row.correct() == (row.verdict() == Verdict.RIGHT);
  }

  private boolean isAbout(DatasetRow row) {
    if (subjects == null) {
      return true;
    }
    var extra = row.extra();
    var field = Objects.requireNonNullElse(filter.subjectField(), "subject");
    return extra != null && subjects.contains(extra.path(field).asString(""));
  }

  private boolean isSoLong(DatasetRow row) {
    var characters = filter.characters();
    if (characters != null
        && !characters.entrySet().stream()
            .allMatch(each -> {
              var text = each.getKey().of(row);
              return text != null
                  && each.getValue().contains(text.codePointCount(0, text.length()));
            })) {
      return false;
    }
    var tokens = filter.tokens();
    return tokens == null
        || counter == null
        || tokens.of().entrySet().stream()
            .allMatch(each -> {
              var text = each.getKey().of(row);
              return text != null && each.getValue().contains(counter.count(text));
            });
  }

  private boolean saysSo(DatasetRow row) {
    return (contains == null || contains(row, contains))
        && matches.entrySet().stream().allMatch(each -> finds(each, row))
        && lacks.entrySet().stream().noneMatch(each -> finds(each, row));
  }

  private static boolean contains(DatasetRow row, String wanted) {
    return says(row.question(), wanted)
        || says(row.answer(), wanted)
        || says(row.response(), wanted)
        || says(row.critique(), wanted);
  }

  private static boolean says(@Nullable String text, String wanted) {
    return text != null && text.toLowerCase(Locale.ROOT).contains(wanted);
  }

  private static boolean finds(Map.Entry<RowField, Pattern> pattern, DatasetRow row) {
    var text = pattern.getKey().of(row);
    return text != null && pattern.getValue().matcher(new PatientText(text)).find();
  }

  @Override
  public void close() {
    if (counter != null) {
      counter.close();
    }
  }

  private static Stream<String> expressions(@Nullable Map<RowField, String> byField) {
    return byField == null ? Stream.empty() : byField.values().stream();
  }

  /// The fields whose patterns are none.
  static List<String> faults(Operation.Filter filter) {
    return Stream.concat(expressions(filter.matches()), expressions(filter.lacks()))
        .flatMap(expression -> {
          try {
            Pattern.compile(expression);
            return Stream.empty();
          } catch (java.util.regex.PatternSyntaxException e) {
            return Stream.of(
                "'%s' is no regular expression: %s".formatted(expression, e.getDescription()));
          }
        })
        .toList();
  }
}
