package dev.cft.critiques.critiquing;

import dev.cft.critiques.prompts.CritiquePrompt;
import dev.cft.critiques.prompts.Prompts;
import dev.cft.critiques.teachers.ConfiguredTeacher;
import dev.cft.critiques.teachers.Teachers;
import dev.cft.service.errors.ApiException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Which teacher and prompt a request means.
@Component
class TeacherChoice {
  private final Teachers teachers;
  private final Prompts prompts;
  private final CritiqueProperties properties;

  TeacherChoice(Teachers teachers, Prompts prompts, CritiqueProperties properties) {
    this.teachers = teachers;
    this.prompts = prompts;
    this.properties = properties;
  }

  /// A teacher and what it is asked.
  record Chosen(ConfiguredTeacher teacher, CritiquePrompt prompt) {}

  /// All that a job is to ask.
  ///
  /// @throws ApiException naming what there is
  List<Chosen> all(
      @Nullable String one, @Nullable List<String> several, @Nullable String promptVersion) {
    if (several == null) {
      return List.of(of(one, promptVersion));
    }
    if (one != null) {
      throw ApiException.badRequest(
          "ambiguous_request", "Give teacher or teachers, not both.", "teachers");
    }
    if (several.stream().distinct().count() < several.size()) {
      throw ApiException.badRequest(
          "duplicate_teacher",
          "teachers names one twice; for several critiques by the same teacher use n.",
          "teachers");
    }
    return several.stream().map(name -> of(name, promptVersion)).toList();
  }

  /// @throws ApiException naming what there is
  Chosen of(@Nullable String teacherName, @Nullable String promptVersion) {
    var name = Objects.requireNonNullElse(teacherName, properties.defaultTeacher());
    var teacher =
        teachers
            .find(name)
            .orElseThrow(() ->
                ApiException.badRequest(
                    "teacher_not_found",
                    "There is no teacher '%s'; there are %s. Operators configure teachers under cft.teachers."
                        .formatted(name, teachers.names()),
                    "teacher"));
    var version = Objects.requireNonNullElse(promptVersion, teacher.settings().promptVersion());
    var prompt =
        prompts
            .find(version)
            .orElseThrow(() ->
                ApiException.badRequest(
                    "prompt_not_found",
                    "There is no prompt '%s'; there are %s.".formatted(version, prompts.versions()),
                    "prompt_version"));
    return new Chosen(teacher, prompt);
  }
}
