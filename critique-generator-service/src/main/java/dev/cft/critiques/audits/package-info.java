/// Whether critiques are right: their verdicts beside gold, and beside people's judgement.
@NullMarked
package dev.cft.critiques.audits;

import org.jspecify.annotations.NullMarked;
