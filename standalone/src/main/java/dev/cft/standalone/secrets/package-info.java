/// Secrets of a data folder: files that only their owner may read.
@NullMarked
package dev.cft.standalone.secrets;

import org.jspecify.annotations.NullMarked;
