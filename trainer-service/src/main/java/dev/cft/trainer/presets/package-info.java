/// Published runs by name, with everything that their authors chose.
@NullMarked
package dev.cft.trainer.presets;

import org.jspecify.annotations.NullMarked;
