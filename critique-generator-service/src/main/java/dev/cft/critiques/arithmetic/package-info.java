/// The built-in teacher: finds the equations in a solution, recomputes each exactly and says which
/// are wrong. No model is asked.
@NullMarked
package dev.cft.critiques.arithmetic;

import org.jspecify.annotations.NullMarked;
