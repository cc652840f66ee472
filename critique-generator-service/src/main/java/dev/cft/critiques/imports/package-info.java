/// Datasets from a Hugging Face hub: by id, or the method's own sets by name.
@NullMarked
package dev.cft.critiques.imports;

import org.jspecify.annotations.NullMarked;
