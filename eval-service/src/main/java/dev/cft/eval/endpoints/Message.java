package dev.cft.eval.endpoints;

/// One message to an endpoint.
public record Message(String role, String content) {}
