package dev.cft.critiques.files;

/// Names that clients give to files.
final class FileName {
  private FileName() {}

  /// The name without folders.
  static String of(String given) {
    var base = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
    return base.isBlank() ? "upload.jsonl" : base;
  }
}
