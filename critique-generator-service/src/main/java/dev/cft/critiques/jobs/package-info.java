/// What critique jobs and response jobs have in common: their inputs, how they are submitted and
/// shown.
@NullMarked
package dev.cft.critiques.jobs;

import org.jspecify.annotations.NullMarked;
