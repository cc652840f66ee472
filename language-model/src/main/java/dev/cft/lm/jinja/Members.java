package dev.cft.lm.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Attributes, items and slices of values.
final class Members {
  private Members() {}

  static Object attribute(Object value, String name) {
    return switch (value) {
      case Namespace namespace -> namespace.get(name);
      case Map<?, ?> map ->
          map.containsKey(name) ? None.orValue(map.get(name)) : Methods.ofMap(map, name);
      case String text -> Methods.ofString(text, name);
      case List<?> list -> Methods.ofList(list, name);
      case Undefined undefined ->
          throw new TemplateException("'" + undefined.name() + "' is undefined");
      default -> new Undefined(name);
    };
  }

  static Object item(Object value, Object key) {
    return switch (value) {
      case Map<?, ?> map ->
          map.containsKey(key) ? None.orValue(map.get(key)) : new Undefined(Values.text(key));
      case List<?> list -> {
        long index = Values.integer(key, "A list's index");
        long at = index < 0 ? index + list.size() : index;
        yield at < 0 || at >= list.size()
            ? new Undefined("item " + index)
            : None.orValue(list.get((int) at));
      }
      case String text when key instanceof Long -> item(Values.parts(text), key);
      case Undefined undefined ->
          throw new TemplateException("'" + undefined.name() + "' is undefined");
      default ->
          key instanceof String name ? attribute(value, name) : new Undefined(Values.text(key));
    };
  }

  /// `value[from:to:step]`, where None means the default.
  static Object slice(Object value, Object from, Object to, Object step) {
    var parts = Values.parts(value);
    long stride = step == None.NONE ? 1 : Values.integer(step, "A slice's step");
    if (stride == 0) {
      throw new TemplateException("A slice's step must not be 0");
    }
    int size = parts.size();
    long first = from == None.NONE ? (stride > 0 ? 0 : size - 1) : bound(from, size, stride);
    long end = to == None.NONE ? (stride > 0 ? size : -1) : bound(to, size, stride);
    var result = new ArrayList<Object>();
    for (long i = first; stride > 0 ? i < end : i > end; i += stride) {
      result.add(parts.get((int) i));
    }
    if (value instanceof String) {
      var text = new StringBuilder();
      result.forEach(text::append);
      return text.toString();
    }
    return result;
  }

  private static long bound(Object value, int size, long stride) {
    long index = Values.integer(value, "A slice's bound");
    long at = index < 0 ? index + size : index;
    return stride > 0 ? Math.clamp(at, 0, size) : Math.clamp(at, -1, size - 1);
  }
}
