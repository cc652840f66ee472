/// What can be done to datasets: filters, samples, mixes, duplicates and benchmark texts removed,
/// splits, training sets. All of it by passes over the rows that keep a few bits of each in memory.
@NullMarked
package dev.cft.critiques.operations;

import org.jspecify.annotations.NullMarked;
