package dev.cft.grading.mtbench;

/// What a judge is asked.
///
/// @param template the published template's name, for instance `single-math-v1`
/// @param system the system message
/// @param user the user message
public record JudgePrompt(String template, String system, String user) {}
