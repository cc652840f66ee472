/// Evals: items to answer and the criteria that judge the answers.
@NullMarked
package dev.cft.eval.evals;

import org.jspecify.annotations.NullMarked;
