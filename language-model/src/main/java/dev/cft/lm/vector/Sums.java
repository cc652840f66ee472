package dev.cft.lm.vector;

/// Where the sums of a product, `[rows, outputs]` in fp32, go.
///
/// @param at index of the first row's first one
/// @param step numbers from one row to the next
/// @param add whether they are added to what is there
public record Sums(Numbers numbers, long at, int step, boolean add) {}
