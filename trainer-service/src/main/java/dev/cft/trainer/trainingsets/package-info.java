/// Training sets: rows of files and datasets turned into conversations, and measured in tokens.
@NullMarked
package dev.cft.trainer.trainingsets;

import org.jspecify.annotations.NullMarked;
