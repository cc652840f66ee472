package dev.cft.grading.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Answers each line of JSON with a line of JSON, as soon as it is read. A line that cannot be
/// answered gets `{"error": "line 3: …"}` in its place, and the next one is read.
final class JsonLines {
  private static final JsonMapper JSON = new JsonMapper();

  /// Longest line that is read; the rest of a longer one is passed over (our choice: the longest
  /// response of the benchmarks has 40,000 characters).
  private static final int MAX_CHARS = 4_000_000;

  private final BufferedReader in;
  private final PrintStream out;
  private int failed;
  private boolean tooLong;

  JsonLines(Reader in, PrintStream out) {
    this.in = new BufferedReader(in, 1 << 16);
    this.out = out;
  }

  /// A line that is JSON but not what was asked for.
  static final class BadLineException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadLineException(String message) {
      super(message);
    }
  }

  /// Answers all lines.
  ///
  /// @return how many could not be answered
  int answer(Function<ObjectNode, ObjectNode> answer) throws IOException {
    var number = 0;
    for (var line = next(); line != null; line = next()) {
      number++;
      out.println(JSON.writeValueAsString(one(line, number, answer)));
      // Someone may wait for each answer; a file is served better by a full buffer.
      if (!in.ready()) {
        out.flush();
      }
    }
    out.flush();
    return failed;
  }

  private ObjectNode one(String line, int number, Function<ObjectNode, ObjectNode> answer) {
    try {
      if (tooLong) {
        throw new BadLineException("it has more than %d characters".formatted(MAX_CHARS));
      }
      if (!(parsed(line) instanceof ObjectNode object)) {
        throw new BadLineException("a JSON object is expected");
      }
      return answer.apply(object);
    } catch (BadLineException e) {
      return error(number, String.valueOf(e.getMessage()));
    } catch (StackOverflowError e) {
      return error(number, "it is nested too deep");
    } catch (RuntimeException e) {
      // A fault of ours: this line has no answer, and the next ones are answered all the same.
      return error(number, "it could not be answered, which is a fault of the program: " + e);
    }
  }

  private ObjectNode error(int number, String reason) {
    failed++;
    return JsonNodeFactory.instance
        .objectNode()
        .put("error", "line %d: %s".formatted(number, reason));
  }

  private static JsonNode parsed(String line) {
    try {
      return JSON.readTree(line);
    } catch (JacksonException e) {
      throw new BadLineException("no JSON: " + e.getOriginalMessage());
    }
  }

  /// A line, or null at the end.
  private @org.jspecify.annotations.Nullable String next() throws IOException {
    tooLong = false;
    var line = new StringBuilder();
    for (var c = in.read(); c >= 0; c = in.read()) {
      if (c == '\n') {
        return line.toString();
      }
      if (line.length() < MAX_CHARS) {
        line.append((char) c);
      } else {
        tooLong = true;
      }
    }
    return line.isEmpty() ? null : line.toString();
  }

  /// A text of that name.
  static String text(ObjectNode line, String name) {
    var value = line.get(name);
    if (value == null || !(value.isString() || value.isNumber())) {
      throw new BadLineException("'%s' must be a string".formatted(name));
    }
    return value.asString();
  }

  /// A whole number of that name.
  static int number(ObjectNode line, String name, int otherwise) {
    var value = line.get(name);
    if (value == null || value.isNull()) {
      return otherwise;
    }
    if (!value.isInt()) {
      throw new BadLineException("'%s' must be a whole number".formatted(name));
    }
    return value.asInt();
  }

  static boolean flag(ObjectNode line, String name, boolean otherwise) {
    var value = line.get(name);
    if (value == null || value.isNull()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw new BadLineException("'%s' must be true or false".formatted(name));
    }
    return value.asBoolean();
  }
}
