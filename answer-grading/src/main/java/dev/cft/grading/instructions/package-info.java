/// IFEval's 25 verifiable instructions (Zhou et al. 2023, arXiv 2311.07911): whether a response
/// follows each, strictly or loosely.
@NullMarked
package dev.cft.grading.instructions;

import org.jspecify.annotations.NullMarked;
