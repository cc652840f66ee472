/// Reads mathematical answers, LaTeX or plain, into a small exact tree and decides whether two of
/// them are the same.
///
/// [AnswerText] finds the answer in a text, [Lexer] and [Parser] read it into a [Node], [Canon]
/// folds what is exact, [Equivalence] compares. All work is bounded: lengths, depths, bits of a
/// number and steps of evaluation, never the clock.
@NullMarked
package dev.cft.grading.math;

import org.jspecify.annotations.NullMarked;
