package dev.cft.store.jobs;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A job to be submitted.
///
/// @param spec a record of `dev.cft.store.specs`
/// @param needs jobs that must succeed first; the store adds none by itself
/// @param validateFirst start in `validating`: the kind's handler checks the input before it is
///   queued
/// @param slots of its worker that it takes while it runs, all of them at once
public record NewJob(
    JobId id,
    JobKind kind,
    Object spec,
    int priority,
    List<JobId> needs,
    Map<String, String> metadata,
    @Nullable String createdBy,
    boolean validateFirst,
    int slots) {
  public NewJob {
    if (slots < 1) {
      throw new IllegalArgumentException("slots must be at least 1, was " + slots);
    }
    needs = List.copyOf(needs);
    metadata = Map.copyOf(metadata);
  }

  /// A job of priority 0 without needs.
  public static NewJob of(JobKind kind, Object spec) {
    return new NewJob(JobId.next(kind), kind, spec, 0, List.of(), Map.of(), null, false, 1);
  }

  /// The same with these needs.
  public NewJob needing(List<JobId> jobs) {
    return new NewJob(id, kind, spec, priority, jobs, metadata, createdBy, validateFirst, slots);
  }

  /// The same with this metadata.
  public NewJob with(Map<String, String> pairs) {
    return new NewJob(id, kind, spec, priority, needs, pairs, createdBy, validateFirst, slots);
  }

  /// The same, asked for by this key.
  public NewJob by(@Nullable String apiKeyId) {
    return new NewJob(id, kind, spec, priority, needs, metadata, apiKeyId, validateFirst, slots);
  }

  /// The same, with another priority.
  public NewJob prioritised(int value) {
    return new NewJob(id, kind, spec, value, needs, metadata, createdBy, validateFirst, slots);
  }

  /// The same, checked by its handler before it is queued.
  public NewJob validatedFirst() {
    return new NewJob(id, kind, spec, priority, needs, metadata, createdBy, true, slots);
  }

  /// The same, taking so many slots of its worker at once.
  public NewJob taking(int number) {
    return new NewJob(id, kind, spec, priority, needs, metadata, createdBy, validateFirst, number);
  }
}
