package dev.cft.critiques.limits;

/// Where it is counted what is left of each teacher's allowance.
interface Ledgers {
  /// Settles what a replica reports and gives it new turns.
  Grant exchange(String teacher, Allowance allowance, Report report);
}
