package dev.cft.gateway.docs;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// Several OpenAPI documents as one.
final class MergedApi {
  private static final String SCHEMAS = "#/components/schemas/";

  private MergedApi() {}

  /// Paths, tags and components of all; schemas of one name that differ get their service's name in
  /// front.
  static ObjectNode of(Map<String, ObjectNode> documents, List<String> missing) {
    var merged = JsonNodeFactory.instance.objectNode();
    merged.put("openapi", documents.values().iterator().next().path("openapi").asString("3.1.0"));
    merged.set("info", info(missing));
    var paths = merged.putObject("paths");
    var tags = merged.putArray("tags");
    var components = merged.putObject("components");
    documents.forEach((service, document) -> {
      merge(components, document, service);
      document.path("paths").properties().forEach(e -> paths.set(e.getKey(), e.getValue()));
      addTags(tags, document);
      if (document.has("security")) {
        merged.set("security", document.get("security"));
      }
    });
    return throughGateway(merged);
  }

  /// Relative, so that whatever host the reader uses is the one that is tried.
  static ObjectNode throughGateway(ObjectNode document) {
    document.putArray("servers").addObject().put("url", "/").put("description", "the gateway");
    return document;
  }

  private static ObjectNode info(List<String> missing) {
    var info = JsonNodeFactory.instance.objectNode();
    info.put("title", "CFT platform").put("version", "v1");
    info.put(
        "description",
        missing.isEmpty()
            ? "All services behind one address."
            : "Not described, because they did not answer: %s.".formatted(missing));
    return info;
  }

  private static void addTags(ArrayNode tags, ObjectNode document) {
    var known = new TreeSet<String>();
    tags.forEach(tag -> known.add(tag.path("name").asString()));
    for (var tag : document.path("tags")) {
      if (known.add(tag.path("name").asString())) {
        tags.add(tag);
      }
    }
  }

  private static void merge(ObjectNode components, ObjectNode document, String service) {
    for (var schema : document.path("components").path("schemas").properties()) {
      var other = components.path("schemas").path(schema.getKey());
      if (!other.isMissingNode() && !other.equals(schema.getValue())) {
        rename(document, SCHEMAS + schema.getKey(), SCHEMAS + name(service, schema.getKey()));
      }
    }
    document
        .path("components")
        .properties()
        .forEach(group -> {
          var target = components.withObject("/" + group.getKey());
          group
              .getValue()
              .properties()
              .forEach(entry ->
                  target.set(
                      free(target, service, entry.getKey(), entry.getValue()), entry.getValue()));
        });
  }

  private static String free(ObjectNode target, String service, String name, JsonNode value) {
    return !target.has(name) || target.get(name).equals(value) ? name : name(service, name);
  }

  private static String name(String service, String schema) {
    return service.replace("-", "_") + "_" + schema;
  }

  private static void rename(JsonNode node, String from, String to) {
    if (node instanceof ObjectNode object
        && object.get("$ref") instanceof StringNode ref
        && ref.asString().equals(from)) {
      object.put("$ref", to);
    }
    node.forEach(child -> rename(child, from, to));
  }
}
