package dev.cft.gateway.jobs;

import dev.cft.service.errors.ApiException;
import dev.cft.service.paging.PageRequest;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobQuery;
import dev.cft.store.jobs.JobStatus;
import dev.cft.store.jobs.Jobs;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import org.springframework.util.MultiValueMap;

/// Reads a list's filters from the query and refuses what it does not know.
@Component
class JobFilter {
  private static final Pattern METADATA = Pattern.compile("metadata\\[([^\\]]{1,64})]");
  private static final Set<String> KNOWN =
      Set.of("kind", "status", "experiment", "after", "limit", "order", "wait");

  private final Jobs jobs;

  JobFilter(Jobs jobs) {
    this.jobs = jobs;
  }

  JobQuery query(MultiValueMap<String, String> parameters, PageRequest page) {
    return new JobQuery(
        named(parameters, "kind", JobKind.class, JobKind::wireName),
        named(parameters, "status", JobStatus.class, JobStatus::wireName),
        metadata(parameters),
        page.after() == null ? null : known(page.after()),
        page.limit(),
        page.newestFirst());
  }

  private JobId known(String after) {
    var id = new JobId(after);
    if (jobs.find(id).isEmpty()) {
      throw ApiException.badRequest(
          "invalid_value",
          "'after' must be the id of a job in the list; there is none with the id '%s'."
              .formatted(after),
          "after");
    }
    return id;
  }

  /// Values may be repeated or separated by commas.
  private static <E extends Enum<E>> Set<E> named(
      MultiValueMap<String, String> parameters,
      String name,
      Class<E> type,
      Function<E, String> wireName) {
    var chosen = EnumSet.noneOf(type);
    parameters.getOrDefault(name, List.of()).stream()
        .flatMap(values -> Stream.of(values.split(",", -1)))
        .forEach(value -> chosen.add(one(value, name, type, wireName)));
    return chosen;
  }

  private static <E extends Enum<E>> E one(
      String value, String name, Class<E> type, Function<E, String> wireName) {
    var all = Arrays.asList(type.getEnumConstants());
    return all.stream()
        .filter(constant -> wireName.apply(constant).equals(value))
        .findFirst()
        .orElseThrow(() ->
            ApiException.badRequest(
                "invalid_value",
                "'%s' must be one of %s, was '%s'."
                    .formatted(name, String.join(", ", all.stream().map(wireName).toList()), value),
                name));
  }

  private static Map<String, String> metadata(MultiValueMap<String, String> parameters) {
    var pairs = new HashMap<String, String>();
    parameters.forEach((name, values) -> {
      var matcher = METADATA.matcher(name);
      if (matcher.matches()) {
        pairs.put(matcher.group(1), values.getFirst());
      } else if (name.equals("experiment")) {
        pairs.put("experiment", values.getFirst());
      } else if (!KNOWN.contains(name)) {
        throw unknown(name);
      }
    });
    return pairs;
  }

  private static ApiException unknown(String name) {
    return ApiException.badRequest(
        "unknown_parameter",
        "Unknown query parameter '%s'; allowed: %s, metadata[key]."
            .formatted(name, String.join(", ", KNOWN.stream().sorted().toList())),
        name);
  }
}
