package dev.cft.store.datasets;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A named, immutable-once-complete list of rows.
///
/// @param id `ds-…`
/// @param complete no row is added any more, and `hash` is set
/// @param hash SHA-256 over the rows' canonical JSON in order of `seq`
/// @param lineage what it was made from: file or dataset ids, operation, parameters, job
public record Dataset(
    String id,
    String name,
    long rows,
    boolean complete,
    @Nullable String hash,
    JsonNode lineage,
    Instant createdAt) {}
