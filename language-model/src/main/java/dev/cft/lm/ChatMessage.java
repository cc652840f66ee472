package dev.cft.lm;

/// One turn of a conversation.
///
/// @param role `system`, `user`, `assistant`, or what else the template knows
public record ChatMessage(String role, String content) {}
