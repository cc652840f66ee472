package dev.cft.standalone.demo;

import dev.cft.standalone.problems.ProblemSets;
import dev.cft.standalone.problems.WordProblem;
import dev.cft.store.StoreJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What the demo trains on and what it tests on.
///
/// @param shipped whether they are the platform's own problems
/// @param ignored fields of the user's file that are not used
record DemoRows(List<DemoRow> train, List<DemoRow> test, boolean shipped, Set<String> ignored) {
  /// Share of the user's questions that are held out.
  private static final double TEST_SHARE = 0.2;

  DemoRows {
    train = List.copyOf(train);
    test = List.copyOf(test);
    ignored = Set.copyOf(ignored);
  }

  /// The platform's own problems.
  static DemoRows generated(int questions, int testProblems) {
    return new DemoRows(
        rows(ProblemSets.train(questions)),
        rows(ProblemSets.test().subList(0, testProblems)),
        true,
        Set.of());
  }

  private static List<DemoRow> rows(List<WordProblem> problems) {
    return problems.stream()
        .map(problem -> new DemoRow(problem.question(), problem.solution(), null))
        .toList();
  }

  /// The user's rows, split by the hash of the question: rows of one question stay on one side, and
  /// the same file is always split in the same way.
  static DemoRows of(Path file, int mostTest) {
    var read = RowFile.read(file);
    var byQuestion =
        read.rows().stream()
            .collect(
                Collectors.groupingBy(
                    row -> hash(row.question()), TreeMap::new, Collectors.toList()));
    if (byQuestion.size() < 2) {
      throw new BadRowsException(
          file + " has one question only; at least 2 are needed, one of them to test on");
    }
    int held = Math.clamp(Math.round(byQuestion.size() * TEST_SHARE), 1, mostTest);
    var test = new ArrayList<DemoRow>();
    var train = new ArrayList<DemoRow>();
    for (var rows : byQuestion.values()) {
      if (test.size() < held) {
        test.add(rows.getFirst());
      } else {
        train.addAll(rows);
      }
    }
    return new DemoRows(train, test, false, read.ignored());
  }

  /// Whether the rows bring their own responses.
  boolean haveResponses() {
    return train.getFirst().response() != null;
  }

  byte[] trainFile() {
    return jsonLines(train);
  }

  /// Without responses: the tested models write theirs.
  byte[] testFile() {
    return jsonLines(
        test.stream().map(row -> new DemoRow(row.question(), row.answer(), null)).toList());
  }

  /// Changes with every row.
  String hash() {
    return hash(new String(trainFile(), StandardCharsets.UTF_8) + test);
  }

  private static byte[] jsonLines(List<DemoRow> rows) {
    return rows.stream()
        .map(StoreJson.mapper()::writeValueAsString)
        .collect(Collectors.joining("\n", "", "\n"))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String hash(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
