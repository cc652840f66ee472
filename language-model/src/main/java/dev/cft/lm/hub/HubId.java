package dev.cft.lm.hub;

import java.util.Optional;
import java.util.regex.Pattern;

/// `owner/name`, or `owner/name@revision` with a branch, tag or commit.
record HubId(String repository, String revision) {
  private static final Pattern FORM =
      Pattern.compile("([\\w][\\w.-]{0,95}/[\\w][\\w.-]{0,95})(?:@([\\w][\\w.-]{0,95}))?");

  static Optional<HubId> parse(String text) {
    var match = FORM.matcher(text);
    if (!match.matches() || text.contains("..") || text.contains("--")) {
      return Optional.empty();
    }
    return Optional.of(new HubId(match.group(1), match.group(2) == null ? "main" : match.group(2)));
  }

  @Override
  public String toString() {
    return repository + "@" + revision;
  }
}
