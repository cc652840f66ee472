/// Bytes too large for Postgres, by key: a local folder or S3.
@NullMarked
package dev.cft.store.artifacts;

import org.jspecify.annotations.NullMarked;
