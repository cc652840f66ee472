package dev.cft.store.jobs;

import java.time.Instant;

/// A worker's hold on a job.
///
/// @param owner the worker's name, for people
/// @param token the fencing token: grows with every claim, so that a late worker's writes change
///   nothing
/// @param until when the lease runs out unless renewed
public record Lease(String owner, long token, Instant until) {}
