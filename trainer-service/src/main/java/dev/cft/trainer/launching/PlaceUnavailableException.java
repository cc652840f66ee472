package dev.cft.trainer.launching;

/// The place where jobs train does not answer, or does not take the run now: no fault of the job.
public final class PlaceUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public PlaceUnavailableException(String message) {
    super(message);
  }

  public PlaceUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
