package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.TeacherChoice.Chosen;
import dev.cft.critiques.datasets.DatasetIds;
import dev.cft.critiques.limits.Asker;
import dev.cft.critiques.prompts.Prompts;
import dev.cft.critiques.teachers.Teachers;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.specs.CritiquesSpec;
import java.util.List;
import org.springframework.stereotype.Component;

/// Finds what a critique job's spec names.
@Component
class CritiqueTasks {
  private final Teachers teachers;
  private final Prompts prompts;

  CritiqueTasks(Teachers teachers, Prompts prompts) {
    this.teachers = teachers;
    this.prompts = prompts;
  }

  /// @throws JobFailedException a teacher or prompt is there no more
  CritiqueTask of(Job job, CritiquesSpec spec) {
    var chosen = spec.allTeachers().stream().map(name -> chosen(spec, name)).toList();
    return new CritiqueTask(
        job.id(), spec, chosen, DatasetIds.of(job.id()), Asker.job(job.id().value()));
  }

  private Chosen chosen(CritiquesSpec spec, String name) {
    var teacher = teachers.find(name).orElseThrow(() -> gone("teacher", name, teachers.names()));
    var version =
        spec.promptVersion() == null ? teacher.settings().promptVersion() : spec.promptVersion();
    var prompt =
        prompts.find(version).orElseThrow(() -> gone("prompt", version, prompts.versions()));
    return new Chosen(teacher, prompt);
  }

  private static JobFailedException gone(String what, String name, List<String> known) {
    return new JobFailedException(
        new JobError(
            what + "_not_found",
            "There is no %s '%s' any more; there are %s.".formatted(what, name, known),
            what));
  }
}
