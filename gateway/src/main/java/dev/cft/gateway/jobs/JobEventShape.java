package dev.cft.gateway.jobs;

import dev.cft.service.history.EventStream;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobEvent;

/// Events and jobs of `/v1/jobs` as a stream has them.
record JobEventShape(JobViews views) implements EventStream.Shape {
  @Override
  public String id(JobEvent event) {
    return Long.toString(event.seq());
  }

  @Override
  public String type(JobEvent event) {
    return event.type();
  }

  @Override
  public JobEventView event(JobEvent event) {
    return JobEventView.of(event);
  }

  @Override
  public JobView job(Job job) {
    return views.view(job);
  }
}
