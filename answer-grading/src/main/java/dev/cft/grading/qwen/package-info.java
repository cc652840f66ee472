/// The published rules of Qwen2.5-Math's evaluation (MIT) and of the CFT authors' fork of it, for
/// numbers that compare with theirs. What looks odd here is odd there.
@NullMarked
package dev.cft.grading.qwen;

import org.jspecify.annotations.NullMarked;
