package dev.cft.eval.statistics;

/// A 95 % interval.
public record Interval(double low, double high) {}
