package dev.cft.eval.evals;

import dev.cft.eval.evals.Criterion.StringCheck;
import dev.cft.eval.requests.Faults;
import dev.cft.eval.requests.Fields;
import dev.cft.grading.Grader;
import dev.cft.grading.Graders;
import dev.cft.grading.instructions.Mode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads `testing_criteria`.
public final class Criteria {
  private static final List<String> TYPES =
      List.of("string_check", "math", "choice", "instructions", "mt_bench");
  private static final List<String> OPERATIONS =
      Stream.of(StringCheck.Operation.values()).map(StringCheck.Operation::wireName).toList();

  /// The middle of the scale, where nothing else is said (our choice).
  private static final double PASS_THRESHOLD = 5;

  private Criteria() {}

  /// The criteria of a request, faults told.
  static List<Criterion> read(Fields request) {
    var criteria = request.objects("testing_criteria").stream().map(Criteria::one).toList();
    var names = new HashSet<String>();
    for (var i = 0; i < criteria.size(); i++) {
      if (!names.add(criteria.get(i).name())) {
        request.fault(
            "testing_criteria[%d].name".formatted(i),
            "'%s' is used twice".formatted(criteria.get(i).name()));
      }
    }
    return criteria;
  }

  /// Tells what is wrong with criteria that stand elsewhere than in a request.
  public static void check(@Nullable JsonNode criteria, String param, Faults faults) {
    if (criteria == null || !criteria.isArray() || criteria.isEmpty()) {
      faults.add(param, "must be an array of at least one criterion");
      return;
    }
    read(
        Fields.of(JsonNodeFactory.instance.objectNode().set("testing_criteria", criteria), faults));
  }

  /// The criteria of a checked definition.
  public static List<Criterion> list(JsonNode criteria) {
    return stored(criteria);
  }

  /// The same with every grader's version named, so that the record says what judged.
  public static JsonNode pinned(JsonNode criteria) {
    var pinned = criteria.deepCopy();
    for (var criterion : pinned) {
      if (criterion instanceof ObjectNode object && object.path("grader").isString()) {
        object.put("grader", Graders.named(object.path("grader").asString()).name());
      }
      if (criterion instanceof ObjectNode object && object.path("beside").isArray()) {
        var beside = object.path("beside").deepCopy();
        var names = object.putArray("beside");
        beside.forEach(name -> names.add(Graders.named(name.asString()).name()));
      }
    }
    return pinned;
  }

  /// The criteria of a stored eval.
  static List<Criterion> stored(JsonNode criteria) {
    var faults = new Faults();
    var wrapped = JsonNodeFactory.instance.objectNode().set("testing_criteria", criteria);
    var read = read(Fields.of(wrapped, faults));
    if (!faults.isEmpty()) {
      throw new IllegalStateException("a stored eval has bad criteria: " + faults.all());
    }
    return read;
  }

  /// What an eval of question and answer rows is judged by.
  static ArrayNode answerBy(String grader) {
    var criteria = JsonNodeFactory.instance.arrayNode();
    criteria
        .addObject()
        .put("type", "math")
        .put("name", "answer")
        .put("grader", grader)
        .put("reference", "{{item.answer}}");
    return criteria;
  }

  private static Criterion one(Fields fields) {
    var type = fields.oneOf("type", TYPES, null);
    if (fields.isFaulty("type")) {
      var nothing = new Template("");
      return new StringCheck(fields.at(""), nothing, nothing, StringCheck.Operation.EQ);
    }
    var criterion =
        switch (type) {
          case "math" -> math(fields);
          case "choice" -> choice(fields);
          case "instructions" -> instructions(fields);
          case "mt_bench" -> mtBench(fields);
          default -> stringCheck(fields);
        };
    fields.refuseOthers();
    return criterion;
  }

  private static Criterion stringCheck(Fields fields) {
    var operation = fields.oneOf("operation", OPERATIONS, null);
    return new StringCheck(
        fields.text("name"),
        template(fields, "input", fields.text("input")),
        template(fields, "reference", fields.text("reference")),
        StringCheck.Operation.valueOf(operation.toUpperCase(Locale.ROOT)));
  }

  private static Criterion choice(Fields fields) {
    var rule = fields.oneOf("rule", ChoiceCheck.ruleNames(), "three-step");
    return new ChoiceCheck(
        fields.optionalText("name").orElse("choice"),
        ChoiceCheck.ruleNamed(rule),
        template(fields, "reference", fields.text("reference")));
  }

  private static Criterion instructions(Fields fields) {
    var mode = fields.oneOf("mode", List.of("strict", "loose"), "strict");
    return new InstructionCheck(
        fields.optionalText("name").orElse(mode),
        mode.equals("loose") ? Mode.LOOSE : Mode.STRICT,
        fields.optionalText("ids").orElse("instruction_id_list"),
        fields.optionalText("kwargs").orElse("kwargs"));
  }

  private static Criterion mtBench(Fields fields) {
    return new MtBenchCheck(
        fields.optionalText("name").orElse("judge"),
        fields.optionalText("turns").orElse("turns"),
        fields.optionalText("references").orElse("references"),
        fields.optionalText("category").orElse("category"),
        fields.number("pass_threshold", 1, 10, PASS_THRESHOLD));
  }

  private static Criterion math(Fields fields) {
    var grader = fields.optionalText("grader").orElse("numeric");
    var input = fields.optionalText("input").orElse("{{" + Template.OUTPUT + "}}");
    var known = known(grader, "grader", fields);
    var beside = new ArrayList<Grader>();
    for (var name : fields.texts("beside")) {
      var other = known(name, "beside", fields);
      if (other.name().equals(known.name()) || beside.contains(other)) {
        fields.fault("beside", "'%s' stands there twice".formatted(name));
      } else {
        beside.add(other);
      }
    }
    return new MathCheck(
        fields.optionalText("name").orElse(grader),
        known,
        beside,
        template(fields, "input", input),
        template(fields, "reference", fields.text("reference")));
  }

  private static Grader known(String name, String field, Fields fields) {
    try {
      return Graders.named(name);
    } catch (IllegalArgumentException e) {
      fields.fault(field, String.valueOf(e.getMessage()));
      return Graders.named("exact");
    }
  }

  private static Template template(Fields fields, String name, String text) {
    var template = new Template(text);
    template.objections(true).forEach(objection -> fields.fault(name, objection));
    return template;
  }
}
