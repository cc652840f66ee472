@NullMarked
package dev.cft.store.parquet;

import org.jspecify.annotations.NullMarked;
