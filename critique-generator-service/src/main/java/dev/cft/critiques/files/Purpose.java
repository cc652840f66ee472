package dev.cft.critiques.files;

import dev.cft.service.errors.ApiException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What a file is uploaded for, and how strictly its rows are checked.
enum Purpose {
  /// Rows must be of a known shape.
  FINE_TUNE("fine-tune"),
  /// Rows are objects; `question` and `answer`, where present, are text.
  EVALS("evals"),
  /// Rows are objects of any fields, to be mapped when a dataset is made.
  USER_DATA("user_data");

  private final String wireName;

  Purpose(String wireName) {
    this.wireName = wireName;
  }

  String wireName() {
    return wireName;
  }

  static Optional<Purpose> of(String name) {
    return Arrays.stream(values()).filter(purpose -> purpose.wireName.equals(name)).findFirst();
  }

  /// The purpose of that name.
  ///
  /// @throws ApiException naming those that there are
  static Purpose required(String name) {
    return of(name)
        .orElseThrow(() ->
            ApiException.badRequest(
                "unknown_purpose",
                "The purpose '%s' is not known; allowed: %s."
                    .formatted(name, String.join(", ", names())),
                "purpose"));
  }

  static List<String> names() {
    return Arrays.stream(values()).map(Purpose::wireName).toList();
  }
}
