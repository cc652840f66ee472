package dev.cft.grading.instructions;

import com.optimaize.langdetect.LanguageDetector;
import com.optimaize.langdetect.LanguageDetectorBuilder;
import com.optimaize.langdetect.ngram.NgramExtractors;
import com.optimaize.langdetect.profiles.LanguageProfileReader;
import com.optimaize.langdetect.text.CommonTextObjectFactories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/// Tells the language of a text. The profiles are loaded when the first text is asked about.
final class Languages {
  /// Beginning of a text that is looked at: enough, and a limit on the work.
  private static final int MAX_CHARS = 10_000;

  private Languages() {}

  private static final class Loaded {
    static final LanguageDetector DETECTOR = detector();

    private static LanguageDetector detector() {
      try {
        return LanguageDetectorBuilder.create(NgramExtractors.standard())
            .withProfiles(new LanguageProfileReader().readAllBuiltIn())
            .seed(0)
            .build();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// The ISO 639-1 code of the most probable language; empty where there are no letters.
  static Optional<String> of(String text) {
    return Loaded.DETECTOR
        .getProbabilities(
            CommonTextObjectFactories.forDetectingOnLargeText()
                .forText(text.substring(0, Math.min(text.length(), MAX_CHARS))))
        .stream()
        .findFirst()
        .map(found -> found.getLocale().getLanguage());
  }
}
