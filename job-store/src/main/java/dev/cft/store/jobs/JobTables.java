package dev.cft.store.jobs;

import java.time.InstantSource;
import org.springframework.transaction.support.TransactionOperations;

/// The tables of the job model as a worker uses them.
record JobTables(
    JobClaims claims,
    JobRecords records,
    JobTransitions transitions,
    Completions completions,
    TransactionOperations transactions,
    InstantSource clock) {}
