package dev.cft.service.keys;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/// The paths that need no key.
final class OpenPaths {
  private static final String HEALTH = "/actuator/health/**";

  private final List<PathPattern> patterns;

  OpenPaths(List<String> more) {
    this.patterns =
        Stream.concat(Stream.of(HEALTH), more.stream())
            .map(PathPatternParser.defaultInstance::parse)
            .toList();
  }

  boolean contains(HttpServletRequest request) {
    var path = request.getRequestURI();
    return isPlain(path)
        && patterns.stream().anyMatch(pattern -> pattern.matches(PathContainer.parsePath(path)));
  }

  /// A path that the server might read in another way than the patterns do is never open.
  private static boolean isPlain(String path) {
    return !path.contains("..")
        && !path.contains("//")
        && path.chars().noneMatch(c -> c == '%' || c == ';' || c == '\\');
  }
}
