package dev.cft.store.jobs;

/// A job's place among those that wait.
///
/// @param position 1 is next; 0 where the job does not wait for a worker
/// @param reason why it is not running, in words; empty where it runs or is finished
public record QueuePlace(int position, String reason) {}
