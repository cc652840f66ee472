package dev.cft.grading.cli;

import dev.cft.grading.Grade;
import dev.cft.grading.Grader;
import dev.cft.grading.Graders;
import dev.cft.grading.choice.ChoiceRule;
import dev.cft.grading.math.MathOptions;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `cft grade`: verdicts on predictions, or the letters that texts choose.
@Command(
    name = "./cft grade",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Grades answers: reads JSON lines from standard input and writes one JSON line for each, in order.",
      "",
      "Input:   {\"gold\": \"$1/2$\", \"prediction\": \"so it is \\\\boxed{0.5}\", \"options\": {\"strict\": false}}",
      "Output:  {\"verdict\": \"correct\", \"reason\": \"the same number\"}   or incorrect, or undecided",
      "With --choice:",
      "Input:   {\"text\": \"… the answer is (C).\", \"n_options\": 4, \"rule\": \"first\"}",
      "Output:  {\"letter\": \"C\"}   or null",
      "A line that cannot be answered gets {\"error\": \"line 3: …\"} in its place, and the next one is read.",
      "",
      "Options of a line, for robust: precision (decimals, 6), strict (same names of variables, true),",
      "allow_set_relation_comp (0<x<1 equals (0,1), true), match_types ([\"expr\"]: plain numbers, where a comma",
      "may be a decimal point). A prediction without any answer is incorrect.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every line was answered",
      "1:at least one line holds an error",
      "2:a mistyped option"
    })
final class GradeCommand implements Callable<Integer> {
  private static final Set<String> OPTIONS =
      Set.of("precision", "strict", "allow_set_relation_comp", "match_types");

  private static final Set<String> MATCH_TYPES = Set.of("latex", "expr", "string");

  @Option(
      names = "--grader",
      paramLabel = "NAME",
      description =
          "robust (default), qwen-math, cft-authors, numeric or exact; with @1 a version of it.")
  @Nullable String grader;

  @Option(names = "--choice", description = "Find letters instead of comparing answers.")
  boolean choice;

  @Option(
      names = "--rule",
      paramLabel = "RULE",
      description =
          "With --choice: marked (default), first, three-step, three-step-guess, gpqa-authors. A line's own rule counts more.")
  @Nullable String rule;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private CommandSpec spec;

  private final Map<MathOptions, Grader> robust = new HashMap<>();

  @Override
  public Integer call() throws IOException {
    var lines = new JsonLines(Console.in(), Console.out());
    if (choice ? grader != null : rule != null) {
      throw misused(choice ? "--grader has no meaning with --choice" : "--rule needs --choice");
    }
    return lines.answer(choice ? letters() : verdicts()) == 0 ? 0 : 1;
  }

  private java.util.function.UnaryOperator<ObjectNode> verdicts() {
    var chosen = known(() -> Graders.named(grader == null ? "robust" : grader));
    return line -> {
      var gold = JsonLines.text(line, "gold");
      var prediction = JsonLines.text(line, "prediction");
      var used = chosen.name().startsWith("robust@") ? withOptions(line, chosen) : chosen;
      return json(used.grade(gold, prediction));
    };
  }

  private static ObjectNode json(Grade grade) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("verdict", grade instanceof Grade.NoAnswer ? "incorrect" : grade.verdict())
        .put("reason", grade.reason());
  }

  private Grader withOptions(ObjectNode line, Grader otherwise) {
    var options = line.get("options");
    if (options == null || options.isNull() || options.isEmpty()) {
      return otherwise;
    }
    if (!(options instanceof ObjectNode object)) {
      throw new JsonLines.BadLineException("'options' must be an object");
    }
    for (var name : object.propertyNames()) {
      if (!OPTIONS.contains(name)) {
        throw new JsonLines.BadLineException(
            "unknown option '%s'; known: %s".formatted(name, new java.util.TreeSet<>(OPTIONS)));
      }
    }
    return robust.computeIfAbsent(
        mathOptions(object), asked -> Graders.withOptions(otherwise, asked));
  }

  private static MathOptions mathOptions(ObjectNode options) {
    var plain = matchTypes(options).equals(Set.of("expr"));
    var usual = MathOptions.DEFAULT;
    try {
      return new MathOptions(
          JsonLines.number(options, "precision", usual.precision()),
          JsonLines.flag(options, "strict", usual.strict()),
          JsonLines.flag(options, "allow_set_relation_comp", usual.relationAsSet()),
          plain);
    } catch (IllegalArgumentException e) {
      throw new JsonLines.BadLineException(String.valueOf(e.getMessage()));
    }
  }

  private static Set<String> matchTypes(ObjectNode options) {
    var types = options.path("match_types");
    var names = types.valueStream().map(type -> type.asString("")).collect(Collectors.toSet());
    var absent = types.isMissingNode() || types.isNull();
    if (!absent && (!types.isArray() || !MATCH_TYPES.containsAll(names))) {
      throw new JsonLines.BadLineException(
          "'match_types' is %s; a list of latex, expr and string is allowed".formatted(types));
    }
    return names;
  }

  private java.util.function.UnaryOperator<ObjectNode> letters() {
    var usual = known(() -> ChoiceRule.named(rule == null ? "marked" : rule));
    return line -> {
      try {
        var own = line.get("rule");
        var used =
            own == null || own.isNull() ? usual : ChoiceRule.named(JsonLines.text(line, "rule"));
        var letter =
            used.letter(JsonLines.text(line, "text"), JsonLines.number(line, "n_options", 10));
        return JsonNodeFactory.instance
            .objectNode()
            .put("letter", letter.map(String::valueOf).orElse(null));
      } catch (IllegalArgumentException e) {
        throw new JsonLines.BadLineException(String.valueOf(e.getMessage()));
      }
    };
  }

  private <T> T known(java.util.function.Supplier<T> named) {
    try {
      return named.get();
    } catch (IllegalArgumentException e) {
      throw misused(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException misused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
