package dev.cft.lm.jinja;

/// A template that cannot be read or rendered, or that refuses its input by `raise_exception`.
public final class TemplateException extends RuntimeException {
  TemplateException(String message) {
    super(message);
  }
}
