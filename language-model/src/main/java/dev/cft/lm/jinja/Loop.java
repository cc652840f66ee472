package dev.cft.lm.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `{% for names in values if filter %} body {% else %} otherwise {% endfor %}`.
record Loop(
    List<String> names,
    Expression values,
    @Nullable Expression filter,
    Statement body,
    Statement otherwise)
    implements Statement {

  Loop {
    names = List.copyOf(names);
  }

  @Override
  public Flow run(Scope scope, StringBuilder out) {
    var parts = Values.parts(values.value(scope));
    if (filter != null) {
      parts.removeIf(part -> {
        var local = new Scope(scope);
        bind(local, names, part);
        return !Values.truth(filter.value(local));
      });
    }
    if (parts.isEmpty()) {
      return otherwise.run(new Scope(scope), out);
    }
    for (int i = 0; i < parts.size(); i++) {
      var local = new Scope(scope);
      local.set("loop", position(parts, i));
      bind(local, names, parts.get(i));
      if (body.run(local, out) == Flow.BREAK) {
        break;
      }
    }
    return Flow.NEXT;
  }

  static void bind(Scope scope, List<String> names, Object value) {
    if (names.size() == 1) {
      scope.set(names.getFirst(), value);
      return;
    }
    var parts = Values.parts(value);
    if (parts.size() != names.size()) {
      throw new TemplateException("Cannot unpack " + Values.text(value) + " into " + names);
    }
    for (int i = 0; i < names.size(); i++) {
      scope.set(names.get(i), parts.get(i));
    }
  }

  private static Map<String, Object> position(List<Object> parts, int index) {
    var loop = new HashMap<String, Object>();
    loop.put("index", (long) index + 1);
    loop.put("index0", (long) index);
    loop.put("revindex", (long) parts.size() - index);
    loop.put("revindex0", (long) parts.size() - index - 1);
    loop.put("first", index == 0);
    loop.put("last", index == parts.size() - 1);
    loop.put("length", (long) parts.size());
    if (index > 0) {
      loop.put("previtem", parts.get(index - 1));
    }
    if (index < parts.size() - 1) {
      loop.put("nextitem", parts.get(index + 1));
    }
    Callable cycle = (arguments, _) -> arguments.get(index % arguments.size());
    loop.put("cycle", cycle);
    return loop;
  }
}
