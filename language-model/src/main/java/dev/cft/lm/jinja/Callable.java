package dev.cft.lm.jinja;

import java.util.List;
import java.util.Map;

/// Something that a template can call.
@FunctionalInterface
interface Callable {
  Object call(List<Object> arguments, Map<String, Object> named);
}
