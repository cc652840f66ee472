package dev.cft.critiques.operations;

import dev.cft.grading.Graders;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Makes [Derivation]s of what clients ask for.
public final class Operations {
  private Operations() {}

  /// What is wrong with operations beyond their single fields, each fault with its place.
  public static List<String> faults(List<Operation> operations) {
    return IntStream.range(0, operations.size())
        .boxed()
        .flatMap(i ->
            faults(operations.get(i), i == operations.size() - 1)
                .map(fault -> "operations[%d]: %s".formatted(i, fault)))
        .toList();
  }

  private static Stream<String> faults(Operation operation, boolean isLast) {
    return switch (operation) {
      case Operation.Filter filter -> FilterStep.faults(filter).stream();
      case Operation.Grade grade when grade.grader() != null && !isGrader(grade.grader()) ->
          Stream.of("'%s' is no grader; there are %s".formatted(grade.grader(), Graders.names()));
      case Operation.Build _ when !isLast -> Stream.of("build must be the last operation");
      default -> Stream.empty();
    };
  }

  private static boolean isGrader(String name) {
    return Graders.names().stream()
        .anyMatch(each -> each.equals(name) || each.startsWith(name + "@"));
  }

  /// Ids of what the operations need besides the rows.
  public static List<String> inputs(List<Operation> operations) {
    return operations.stream()
        .flatMap(operation ->
            switch (operation) {
              case Operation.Mix mix -> mix.with().stream().map(Operation.Added::from);
              case Operation.MatchLengths match -> Stream.ofNullable(match.in());
              case Operation.Decontaminate clean ->
                  clean.against().stream().filter(each -> !each.startsWith("benchmark"));
              default -> Stream.<String>empty();
            })
        .distinct()
        .toList();
  }

  /// The operations on these rows; to be closed.
  public static Derivation on(
      Surroundings.Rows rows, List<Operation> operations, Surroundings surroundings) {
    var pool = pool(rows, operations, surroundings);
    var steps = new ArrayList<Step>();
    try {
      var part = 1;
      for (var operation : operations) {
        steps.add(step(operation, pool, part, surroundings));
        part += operation instanceof Operation.Mix mix ? mix.with().size() : 0;
      }
      return new Derivation(pool, operations, steps);
    } catch (RuntimeException e) {
      steps.forEach(Step::close);
      throw e;
    }
  }

  private static Pool pool(
      Surroundings.Rows rows, List<Operation> operations, Surroundings surroundings) {
    var added =
        operations.stream()
            .filter(Operation.Mix.class::isInstance)
            .flatMap(mix -> ((Operation.Mix) mix).with().stream())
            .map(each -> surroundings.rows(each.from()));
    return new Pool(
        Stream.concat(Stream.of(rows), added)
            .map(each -> new Pool.Part(each.lineage(), each.total(), each::open))
            .toList());
  }

  private static Step step(Operation operation, Pool pool, int part, Surroundings surroundings) {
    return switch (operation) {
      case Operation.Filter filter ->
          new FilterStep(
              filter,
              filter.tokens() == null ? null : surroundings.tokenizer(filter.tokens().model()));
      case Operation.Sample sample -> new DrawSteps.Sample(sample);
      case Operation.Longest longest -> new LongestStep(longest);
      case Operation.MatchLengths match -> new MatchLengthsStep(match, surroundings);
      case Operation.Ratio ratio -> new RatioStep(ratio);
      case Operation.Deduplicate same ->
          same.near() == null
              ? new DuplicateStep(same, pool.size(), surroundings.folder())
              : new NearDuplicateStep(same, pool.size(), surroundings.folder());
      case Operation.Decontaminate clean -> new DecontaminateStep(clean, surroundings);
      case Operation.Split split ->
          split.by() == Operation.Unit.ROW
              ? new DrawSteps.SplitRows(split)
              : new DrawSteps.SplitQuestions(split);
      case Operation.Mix mix -> new DrawSteps.Mix(mix, pool, part);
      case Operation.Shuffle _ -> new DrawSteps.Shuffle();
      case Operation.Grade grade -> new GradeStep(grade);
      case Operation.Build build -> new BuildStep(build);
    };
  }
}
