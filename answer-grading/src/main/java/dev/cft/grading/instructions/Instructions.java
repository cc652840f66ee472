package dev.cft.grading.instructions;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The instructions by id, for instance `length_constraints:number_words`.
public final class Instructions {
  private static final Map<String, Check> CHECKS = checks();

  private Instructions() {}

  /// The ids that are known.
  public static List<String> ids() {
    return List.copyOf(CHECKS.keySet());
  }

  /// Whether a response follows an instruction.
  ///
  /// @param kwargs the instruction's own settings; strings, numbers and lists of strings
  /// @throws BadInstructionException for an unknown id or missing settings
  public static boolean followed(String id, Map<String, ?> kwargs, String response, Mode mode) {
    var check = CHECKS.get(id);
    if (check == null) {
      throw new BadInstructionException(
          "unknown instruction '%s'; known: %s".formatted(id, String.join(", ", CHECKS.keySet())));
    }
    var arguments = new Arguments(id, kwargs);
    var followed = false;
    for (var form : mode.forms(response)) {
      // An empty form follows nothing, but the settings are checked all the same.
      followed |= check.follows(arguments, form) && !form.isBlank();
    }
    return followed;
  }

  private static Map<String, Check> checks() {
    var checks = new TreeMap<String, Check>();
    checks.put("keywords:existence", WordChecks::existence);
    checks.put("keywords:frequency", WordChecks::frequency);
    checks.put("keywords:forbidden_words", WordChecks::forbidden);
    checks.put("keywords:letter_frequency", WordChecks::letters);
    checks.put("punctuation:no_comma", (_, response) -> !response.contains(","));
    checks.put("language:response_language", LanguageChecks::language);
    checks.put("change_case:english_capital", LanguageChecks::capital);
    checks.put("change_case:english_lowercase", LanguageChecks::lowercase);
    checks.put("change_case:capital_word_frequency", WordChecks::capitalWords);
    checks.put("length_constraints:number_sentences", LengthChecks::sentences);
    checks.put("length_constraints:number_paragraphs", LengthChecks::paragraphs);
    checks.put("length_constraints:number_words", LengthChecks::words);
    checks.put("length_constraints:nth_paragraph_first_word", LengthChecks::firstWord);
    checks.put("detectable_content:number_placeholders", FormatChecks::placeholders);
    checks.put("detectable_content:postscript", FormatChecks::postscript);
    checks.put("detectable_format:number_bullet_lists", FormatChecks::bullets);
    checks.put("detectable_format:constrained_response", FormatChecks::constrained);
    checks.put("detectable_format:number_highlighted_sections", FormatChecks::highlights);
    checks.put("detectable_format:multiple_sections", FormatChecks::sections);
    checks.put("detectable_format:json_format", FormatChecks::json);
    checks.put("detectable_format:title", FormatChecks::title);
    checks.put("combination:two_responses", FormatChecks::twoResponses);
    checks.put("combination:repeat_prompt", FormatChecks::repeatsPrompt);
    checks.put("startend:end_checker", FormatChecks::endsWith);
    checks.put("startend:quotation", FormatChecks::quoted);
    return java.util.Collections.unmodifiableMap(checks);
  }
}
