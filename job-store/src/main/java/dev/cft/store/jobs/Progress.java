package dev.cft.store.jobs;

/// How far a job is.
///
/// @param done finished units, 0 ≤ done ≤ total where total is known
/// @param total all units, 0 while unknown
/// @param unit what is counted: `rows`, `steps`, `items`
public record Progress(long done, long total, String unit) {
  public static final Progress NONE = new Progress(0, 0, "");
}
