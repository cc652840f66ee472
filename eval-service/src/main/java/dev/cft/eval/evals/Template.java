package dev.cft.eval.evals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A text with `{{item.…}}` and `{{sample.output_text}}` in it.
///
/// @param source as written
public record Template(String source) {
  private static final Pattern VARIABLE = Pattern.compile("\\{\\{\\s*([^{}]*?)\\s*\\}\\}");
  private static final Pattern ITEM = Pattern.compile("item(?:\\.[\\p{L}\\p{N}_-]+)+");

  /// How templates name the model's answer.
  public static final String OUTPUT = "sample.output_text";

  /// What is wrong with the variables, each as a sentence.
  ///
  /// @param withSample whether the model's answer is known where this template is used
  public List<String> objections(boolean withSample) {
    var objections = new ArrayList<String>();
    for (var variable : variables()) {
      var isItem = ITEM.matcher(variable).matches();
      if (!isItem && !(withSample && variable.equals(OUTPUT))) {
        objections.add(
            "'{{%s}}' is not known here; allowed: {{item.FIELD}}%s"
                .formatted(variable, withSample ? " and {{%s}}".formatted(OUTPUT) : ""));
      }
    }
    return objections;
  }

  /// The item's fields that it names, as paths below the item.
  public Set<String> itemFields() {
    var fields = new TreeSet<String>();
    variables().stream()
        .filter(variable -> variable.startsWith("item."))
        .forEach(variable -> fields.add(variable.substring("item.".length())));
    return fields;
  }

  /// Whether it names the model's answer.
  public boolean usesOutput() {
    return variables().contains(OUTPUT);
  }

  /// The text with every variable filled in.
  ///
  /// @throws IllegalArgumentException naming a field that the item lacks
  public String render(JsonNode item, @Nullable String output) {
    return VARIABLE
        .matcher(source)
        .replaceAll(match -> Matcher.quoteReplacement(value(match.group(1), item, output)));
  }

  /// The item's value at a path; null where there is none.
  public static @Nullable JsonNode at(JsonNode item, String path) {
    JsonNode value = item;
    for (var name : path.split("\\.", -1)) {
      value = value == null ? null : child(value, name);
    }
    return value == null || value.isNull() ? null : value;
  }

  /// A field, or the element of an array at a place from 0.
  private static @Nullable JsonNode child(JsonNode value, String name) {
    return value.isArray() && name.matches("\\d{1,6}")
        ? value.get(Integer.parseInt(name))
        : value.get(name);
  }

  private static String value(String variable, JsonNode item, @Nullable String output) {
    if (variable.equals(OUTPUT) && output != null) {
      return output;
    }
    var value =
        variable.startsWith("item.") ? at(item, variable.substring("item.".length())) : null;
    if (value == null) {
      throw new IllegalArgumentException("the item has no field '%s'".formatted(variable));
    }
    return value.isString() ? value.asString() : value.toString();
  }

  private Set<String> variables() {
    var names = new TreeSet<String>();
    VARIABLE.matcher(source).results().forEach(match -> names.add(match.group(1)));
    return names;
  }
}
