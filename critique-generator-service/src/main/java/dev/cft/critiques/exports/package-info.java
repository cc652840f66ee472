/// Datasets as files that training tools read: JSON Lines, alpaca, OpenAI chat, Parquet.
@NullMarked
package dev.cft.critiques.exports;

import org.jspecify.annotations.NullMarked;
