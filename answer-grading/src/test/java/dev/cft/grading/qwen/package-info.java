@NullMarked
package dev.cft.grading.qwen;

import org.jspecify.annotations.NullMarked;
