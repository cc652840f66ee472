/// Parquet files, read with hardwood and written by hand (ADR 71).
@NullMarked
package dev.cft.store.parquet;

import org.jspecify.annotations.NullMarked;
