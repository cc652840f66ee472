package dev.cft.standalone.demo;

import org.jspecify.annotations.Nullable;

/// A question with its right solution and, where the user has one, somebody's noisy response.
record DemoRow(String question, String answer, @Nullable String response) {}
