package dev.cft.grading.instructions;

/// Whether a response follows one kind of instruction.
@FunctionalInterface
interface Check {
  boolean follows(Arguments arguments, String response);
}
