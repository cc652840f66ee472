package dev.cft.eval.benchmarks;

/// A second file whose rows add fields to the items: what stands in its row of the same key.
///
/// @param source where it lies; its rules are the fields that it adds, each optional
/// @param key the field that has the same value in both rows
record Join(Source source, String key) {}
