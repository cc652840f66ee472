package dev.cft.lm.jinja;

/// The value of a name that nothing was set for: prints as nothing, is false, and has no parts.
record Undefined(String name) {}
