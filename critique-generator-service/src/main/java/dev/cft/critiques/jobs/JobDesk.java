package dev.cft.critiques.jobs;

import dev.cft.service.errors.ApiException;
import dev.cft.service.paging.ListResponse;
import dev.cft.service.paging.PageRequest;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobQuery;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.jobs.NewJob;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/// Lists, finds and steers the jobs of a kind.
@Component
public class JobDesk {
  private final Jobs jobs;
  private final JobViews views;

  JobDesk(Jobs jobs, JobViews views) {
    this.jobs = jobs;
    this.views = views;
  }

  public JobView submit(NewJob job) {
    return views.of(jobs.submit(job));
  }

  public ListResponse<JobView> list(JobKind kind, PageRequest page) {
    var after = page.after() == null ? null : find(kind, page.after()).id();
    var query =
        new JobQuery(Set.of(kind), Set.of(), Map.of(), after, page.limit(), page.newestFirst());
    return ListResponse.of(jobs.list(query), views::of, JobView::id);
  }

  public JobView get(JobKind kind, String id) {
    return views.of(find(kind, id));
  }

  public JobView cancel(JobKind kind, String id) {
    return views.of(jobs.cancel(find(kind, id).id()));
  }

  public JobView pause(JobKind kind, String id) {
    return views.of(jobs.pause(find(kind, id).id()));
  }

  public JobView resume(JobKind kind, String id) {
    return views.of(jobs.resume(find(kind, id).id()));
  }

  /// A job of that kind.
  ///
  /// @throws ApiException 404
  public Job find(JobKind kind, String id) {
    return jobs.find(new JobId(id))
        .filter(job -> job.kind() == kind)
        .orElseThrow(() -> ApiException.notFound("job", id));
  }
}
