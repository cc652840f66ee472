package dev.cft.store.specs;

import org.jspecify.annotations.Nullable;

/// Critiques of a dataset's responses. Result: `{"dataset": "ds-…", "ok": n, "rejected": n,
/// "failed": n, "right": n, "wrong": n, "unparsed": n, "agreement": x, "cost_usd": x}`.
///
/// @param input a dataset id, a file id, or the id of a job whose result names a dataset
/// @param teacher a teacher's name, as `/v1/teachers` lists them
/// @param promptVersion null for the teacher's own
/// @param limit rows taken from the start; null for all
/// @param budgetUsd stop before this is exceeded; null for none
public record CritiquesSpec(
    String input,
    String teacher,
    @Nullable String promptVersion,
    @Nullable Integer limit,
    @Nullable Double budgetUsd) {}
