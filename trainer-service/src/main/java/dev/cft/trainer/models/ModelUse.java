package dev.cft.trainer.models;

import dev.cft.store.Page;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobQuery;
import dev.cft.store.jobs.JobStatus;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.models.StoredModel;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Which unfinished jobs still need a model.
@Component
final class ModelUse {
  private static final Set<JobStatus> UNFINISHED =
      EnumSet.complementOf(EnumSet.of(JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED));
  private static final int PAGE = 500;

  private final Jobs jobs;

  ModelUse(Jobs jobs) {
    this.jobs = jobs;
  }

  Optional<Job> unfinishedUserOf(StoredModel model) {
    return unfinished(job -> uses(job, model));
  }

  /// Whether an unfinished job names this very model.
  boolean isNamedByUnfinished(StoredModel model) {
    return unfinished(job -> job.spec().path("model").asString("").equals(model.id())).isPresent();
  }

  private Optional<Job> unfinished(Predicate<Job> uses) {
    @Nullable JobId after = null;
    Page<Job> page;
    do {
      page = jobs.list(new JobQuery(Set.of(), UNFINISHED, Map.of(), after, PAGE, false));
      Optional<Job> user = page.data().stream().filter(uses).findFirst();
      if (user.isPresent()) {
        return user;
      }
      after = page.data().isEmpty() ? null : page.data().getLast().id();
    } while (page.hasMore());
    return Optional.empty();
  }

  private static boolean uses(Job job, StoredModel model) {
    String named = job.spec().path("model").asString("");
    return named.equals(model.id())
        || (model.jobId() != null
            && model
                .jobId()
                .equals(job.spec().path("course").path("continues").path("job").asString("")))
        || named.equals(model.jobId())
        || job.id().value().equals(model.jobId());
  }
}
