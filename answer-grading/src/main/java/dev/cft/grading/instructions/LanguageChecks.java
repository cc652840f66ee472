package dev.cft.grading.instructions;

import java.util.Locale;

/// The language of a response, and English in one case.
final class LanguageChecks {
  private LanguageChecks() {}

  /// A text without anything to tell its language by counts as following, as published.
  static boolean language(Arguments arguments, String response) {
    var wanted = arguments.text("language").toLowerCase(Locale.ROOT);
    return Languages.of(response).map(wanted::equals).orElse(true);
  }

  static boolean capital(Arguments arguments, String response) {
    return WordChecks.isCapital(response) && isEnglish(response);
  }

  static boolean lowercase(Arguments arguments, String response) {
    return response.codePoints().anyMatch(Character::isLowerCase)
        && response
            .codePoints()
            .noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c))
        && isEnglish(response);
  }

  /// As written or in small letters: the profiles hardly know texts in capitals only.
  private static boolean isEnglish(String response) {
    return isEnglishAsWritten(response) || isEnglishAsWritten(response.toLowerCase(Locale.ROOT));
  }

  private static boolean isEnglishAsWritten(String response) {
    return Languages.of(response).map("en"::equals).orElse(true);
  }
}
