package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.TeacherBatches.State;
import dev.cft.critiques.teachers.TeacherException;
import dev.cft.critiques.teachers.Teachers;
import dev.cft.store.jobs.Job;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Stops the batches of a job that is cancelled, so that no more of them is paid for.
@Component
class BatchCancelling {
  private static final Logger LOG = LoggerFactory.getLogger(BatchCancelling.class);

  private final TeacherBatches batches;
  private final Teachers teachers;

  BatchCancelling(TeacherBatches batches, Teachers teachers) {
    this.batches = batches;
    this.teachers = teachers;
  }

  void cancel(Job job) {
    for (var part : batches.of(job.id())) {
      if (part.state() == State.SUBMITTED) {
        cancel(part);
      }
    }
  }

  private void cancel(TeacherBatches.Part part) {
    try {
      teachers
          .find(part.teacher())
          .flatMap(teacher -> teacher.batches())
          .ifPresent(provider -> provider.cancel(String.valueOf(part.batchId())));
    } catch (TeacherException e) {
      LOG.warn(
          "The batch {} of {} goes on at the provider: {}",
          part.batchId(),
          part.job(),
          e.getMessage());
    }
  }
}
