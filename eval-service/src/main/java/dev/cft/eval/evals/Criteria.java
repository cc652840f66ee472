package dev.cft.eval.evals;

import dev.cft.eval.evals.Criterion.MathCheck;
import dev.cft.eval.evals.Criterion.StringCheck;
import dev.cft.eval.requests.Faults;
import dev.cft.eval.requests.Fields;
import dev.cft.grading.Graders;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Reads `testing_criteria`.
public final class Criteria {
  private static final List<String> TYPES = List.of("string_check", "math");
  private static final List<String> OPERATIONS =
      Stream.of(StringCheck.Operation.values()).map(StringCheck.Operation::wireName).toList();

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
    var criterion = type.equals("math") ? math(fields) : stringCheck(fields);
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

  private static Criterion math(Fields fields) {
    var grader = fields.optionalText("grader").orElse("numeric");
    var input = fields.optionalText("input").orElse("{{" + Template.OUTPUT + "}}");
    try {
      Graders.named(grader);
    } catch (IllegalArgumentException e) {
      fields.fault("grader", String.valueOf(e.getMessage()));
      grader = "numeric";
    }
    return new MathCheck(
        fields.optionalText("name").orElse(grader),
        Graders.named(grader),
        template(fields, "input", input),
        template(fields, "reference", fields.text("reference")));
  }

  private static Template template(Fields fields, String name, String text) {
    var template = new Template(text);
    template.objections(true).forEach(objection -> fields.fault(name, objection));
    return template;
  }
}
