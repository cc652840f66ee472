package dev.cft.standalone.pipeline;

/// A job of the pipeline did not succeed.
public final class JobEndedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JobEndedException(String job, String reason) {
    super("%s did not succeed: %s".formatted(job, reason));
  }
}
