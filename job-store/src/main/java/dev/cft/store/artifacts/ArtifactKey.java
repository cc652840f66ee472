package dev.cft.store.artifacts;

import java.util.Arrays;
import java.util.regex.Pattern;

/// A checked key or prefix: a relative path with `/` whose parts are plain names.
record ArtifactKey(String value) {
  /// No `..`, no empty part, nothing that a file system or an S3 address reads as something else.
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_:@=+,-][A-Za-z0-9._:@=+, -]{0,254}");

  private static final int LONGEST = 1024;

  ArtifactKey {
    if (value.length() > LONGEST
        || !Arrays.stream(value.split("/", -1)).allMatch(ArtifactKey::isName)) {
      throw new IllegalArgumentException(
          "'%s' is no artifact key: parts divided by / of letters, digits and ._:@=+,- that do not begin with a dot"
              .formatted(value));
    }
  }

  private static boolean isName(String part) {
    return NAME.matcher(part).matches();
  }

  /// A key below this one.
  ArtifactKey child(String relative) {
    return new ArtifactKey(value + "/" + relative);
  }
}
