package dev.cft.standalone.demo;

import java.nio.file.Path;
import java.util.Optional;

/// What the user asked of the demo.
///
/// @param data the user's rows; none for the shipped problems
/// @param model what every arm starts from
/// @param questions problems drawn to sample responses to; counts for the shipped problems only
/// @param trainRows rows of each trained arm
/// @param testProblems most problems to test on
public record DemoRequest(
    Optional<Path> data, String model, int seeds, int questions, int trainRows, int testProblems) {}
