/// Uploaded and produced files, in OpenAI's sense.
@NullMarked
package dev.cft.store.files;

import org.jspecify.annotations.NullMarked;
