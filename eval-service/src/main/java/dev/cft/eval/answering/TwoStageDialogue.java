package dev.cft.eval.answering;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Two-stage self-critique (arXiv 2501.17703, section 4.4 and appendix): the model solves, then
/// criticises its solution; it stops when the critique says that it is right, or after so many
/// attempts, and the last attempt counts.
public final class TwoStageDialogue extends Dialogue {
  private static final Pattern CONCLUSION = Pattern.compile("(?is)conclusion\\W*(\\w+)");

  private final Prompt solve;
  private final Function<String, Prompt> critique;
  private final int attempts;
  private final long seed;

  /// @param critique the prompt that asks for a critique of a solution
  /// @param attempts at most, 1 or more
  public TwoStageDialogue(
      Prompt solve, Function<String, Prompt> critique, int attempts, long seed) {
    this.solve = solve;
    this.critique = critique;
    this.attempts = attempts;
    this.seed = seed;
  }

  @Override
  Optional<Ask> after(List<Reply.Text> so) {
    var isSolved = so.size() % 2 == 1;
    if (isSolved) {
      return so.size() / 2 + 1 >= attempts
          ? Optional.empty()
          : Optional.of(new Ask(critique.apply(so.getLast().text()), seed + so.size()));
    }
    var isOver = !so.isEmpty() && (saysRight(so.getLast().text()) || so.size() / 2 >= attempts);
    return isOver ? Optional.empty() : Optional.of(new Ask(solve, seed + so.size()));
  }

  /// Whether a critique concludes that the solution is right: the word after its last `Conclusion`.
  /// A critique without one says nothing, so the model tries again.
  static boolean saysRight(String critique) {
    return CONCLUSION
        .matcher(critique)
        .results()
        .reduce((_, later) -> later)
        .map(match -> match.group(1).toLowerCase(java.util.Locale.ROOT))
        .filter(word -> word.equals("correct") || word.equals("right"))
        .isPresent();
  }

  @Override
  public Outcome outcome() {
    var replies = replies();
    var steps = new ArrayList<Turn>();
    for (var i = 0; i < replies.size(); i++) {
      steps.add(new Turn(i % 2 == 0 ? "attempt" : "critique", replies.get(i).text()));
    }
    var last = replies.get((replies.size() - 1) / 2 * 2);
    return new Outcome(List.of(new Turn("assistant", last.text())), last.finish(), steps);
  }
}
