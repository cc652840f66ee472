package dev.cft.lm.training;

import ai.djl.ndarray.NDArray;
import dev.cft.lm.Parameter;
import java.util.Optional;

/// An array that the optimiser moves.
///
/// @param weight what is moved: fp32, or bf16 if `rounded`
/// @param gradient of the weight's type
/// @param copy a bf16 copy for the products, renewed after each step
record Trained(
    Parameter parameter,
    NDArray weight,
    NDArray gradient,
    boolean rounded,
    Optional<NDArray> copy) {}
