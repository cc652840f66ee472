/// Exports of output items as JSONL and Parquet.
@NullMarked
package dev.cft.eval.exports;

import org.jspecify.annotations.NullMarked;
