package dev.cft.eval.answering;

/// One message of a conversation.
public record Turn(String role, String content) {}
