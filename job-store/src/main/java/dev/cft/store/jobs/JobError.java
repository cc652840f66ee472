package dev.cft.store.jobs;

import org.jspecify.annotations.Nullable;

/// Why a job failed, in OpenAI's shape.
///
/// @param code short and stable, snake_case
/// @param message what was wrong and what to do, for a person
/// @param param the field or file at fault, where there is one
public record JobError(String code, String message, @Nullable String param) {}
