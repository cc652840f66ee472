package dev.cft.critiques.teachers;

import dev.cft.critiques.arithmetic.ArithmeticCritic;
import dev.cft.critiques.limits.RateHeaders;

/// The built-in checker as a teacher: free, at once, and it may see gold.
final class ArithmeticTeacher implements Teacher {
  private final ArithmeticCritic critic = new ArithmeticCritic();

  @Override
  public Reply critique(Question question) {
    return new Reply(
        critic.critique(question.response(), question.answer()),
        Reply.End.STOP,
        Usage.NONE,
        "",
        RateHeaders.NONE);
  }
}
