package dev.cft.critiques.responses;

import dev.cft.critiques.teachers.ConfiguredTeacher;
import dev.cft.critiques.teachers.TeacherSettings;
import dev.cft.critiques.teachers.Teachers;
import dev.cft.service.errors.ApiException;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobState;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.models.Models;
import dev.cft.store.models.StoredModel;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Which model a response job means: by its id, by the fine-tuning job that makes it, or by the
/// name of a teacher.
@Component
class ModelChoice {
  /// Before a teacher's name, where a model is meant that answers elsewhere.
  private static final String TEACHER = "teacher:";

  private final Models models;
  private final Jobs jobs;
  private final Teachers teachers;

  ModelChoice(Models models, Jobs jobs, Teachers teachers) {
    this.models = models;
    this.jobs = jobs;
    this.teachers = teachers;
  }

  /// The endpoint that a model's name means; empty for a model of our own.
  Optional<ConfiguredTeacher> elsewhere(String model) {
    return model.startsWith(TEACHER)
        ? teachers
            .find(model.substring(TEACHER.length()))
            .filter(teacher -> teacher.settings().type() == TeacherSettings.Type.OPENAI)
        : Optional.empty();
  }

  /// Checks a model when a job is asked for.
  ///
  /// @return the jobs that must finish first
  /// @throws ApiException there is no such model
  List<JobId> check(String model) {
    if (model.startsWith(TEACHER)) {
      if (elsewhere(model).isEmpty()) {
        throw ApiException.badRequest(
            "teacher_not_found",
            "There is no teacher '%s' that answers questions; there are %s."
                .formatted(model.substring(TEACHER.length()), answering()),
            "model");
      }
      return List.of();
    }
    if (isJob(model)) {
      return List.of(
          jobs.find(new JobId(model)).orElseThrow(() -> ApiException.notFound("job", model)).id());
    }
    if (models.find(model).isEmpty()) {
      throw ApiException.badRequest(
          "model_not_found",
          "There is no model '%s'; there are %s."
              .formatted(model, models.list(false).stream().map(StoredModel::id).toList()),
          "model");
    }
    return List.of();
  }

  /// The model when the job runs.
  ///
  /// @throws JobFailedException it is gone
  StoredModel resolve(String model) {
    var id = isJob(model) ? made(new JobId(model)) : Optional.of(model);
    return id.flatMap(models::find)
        .orElseThrow(() ->
            new JobFailedException(
                new JobError(
                    "model_not_found",
                    "The model %s is there no more.".formatted(id.orElse(model)),
                    "model")));
  }

  private List<String> answering() {
    return teachers.names().stream().filter(name -> elsewhere(TEACHER + name).isPresent()).toList();
  }

  private static boolean isJob(String model) {
    return JobId.kindOf(model).filter(kind -> kind == JobKind.FINE_TUNING).isPresent();
  }

  private Optional<String> made(JobId job) {
    return jobs.find(job)
        .map(found ->
            found.state() instanceof JobState.Succeeded done
                ? done.result().path("fine_tuned_model").asString("")
                : "");
  }
}
