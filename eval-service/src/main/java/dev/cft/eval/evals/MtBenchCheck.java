package dev.cft.eval.evals;

import dev.cft.grading.mtbench.Conversation;
import dev.cft.grading.mtbench.JudgePrompts;
import dev.cft.grading.mtbench.JudgeScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// MT-Bench's single-answer grading (Zheng et al. 2023, arXiv 2306.05685): a judge rates each turn
/// from 1 to 10, asked with FastChat's published words; the item's score is the mean of its turns.
///
/// @param questions path of the item's list of turns
/// @param references path of its list of reference answers, one a turn
/// @param category path of its category
/// @param passThreshold the least score that passes
record MtBenchCheck(
    String name, String questions, String references, String category, double passThreshold)
    implements Criterion {
  /// Where the ratings by turn stand in a judgement's detail.
  static final String RATINGS = "ratings";

  private static final JudgePrompts PROMPTS = new JudgePrompts();

  @Override
  public List<Template> templates() {
    return List.of();
  }

  @Override
  public boolean isRemote() {
    return true;
  }

  @Override
  public Optional<String> objectionTo(JsonNode item) {
    try {
      var _ = conversation(item, texts(item, questions));
      return Optional.empty();
    } catch (UnjudgedException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Judgement judge(JsonNode item, Output output, Judge judge) throws InterruptedException {
    var conversation = conversation(item, output.answers());
    var detail =
        JsonNodeFactory.instance
            .objectNode()
            .put("category", conversation.category())
            .put("judge", judge.name());
    var ratings = detail.putArray(RATINGS);
    var judgments = detail.putArray("judgments");
    var sum = 0.0;
    for (var turn = 1; turn <= conversation.answers().size(); turn++) {
      var prompt = PROMPTS.of(conversation, turn);
      var said = judge.ask(prompt.system(), prompt.user());
      var score = score(said, turn);
      sum += score;
      ratings.add(score);
      judgments
          .addObject()
          .put("turn", turn)
          .put("template", prompt.template())
          .put("prompt", prompt.user())
          .put("judgment", said)
          .put("score", score);
    }
    var mean = sum / conversation.answers().size();
    return new Judgement(
        name,
        "mt_bench",
        "mt-bench@1",
        mean >= passThreshold,
        mean,
        mean >= passThreshold ? "correct" : "incorrect",
        "rated %s by %s".formatted(ratings, judge.name()),
        null,
        null,
        detail);
  }

  private static double score(String judgment, int turn) {
    return JudgeScore.in(judgment)
        .orElseThrow(() ->
            new UnjudgedException(
                "judge_without_score",
                "the judge gave turn %d no score like [[7]]: %s"
                    .formatted(turn, shortened(judgment))));
  }

  private static String shortened(String text) {
    var line = text.replaceAll("\\s+", " ").strip();
    return line.length() <= 200 ? line : "…" + line.substring(line.length() - 200);
  }

  private Conversation conversation(JsonNode item, List<String> answers) {
    var kind = Template.at(item, category);
    var asked = texts(item, questions);
    if (asked.isEmpty() || asked.size() > 2) {
      throw new UnjudgedException(
          "bad_conversation", "'%s' must be a list of one or two turns".formatted(questions));
    }
    try {
      return new Conversation(
          kind == null ? "" : kind.asString(), asked, answers, texts(item, references));
    } catch (IllegalArgumentException e) {
      throw new UnjudgedException("bad_conversation", String.valueOf(e.getMessage()));
    }
  }

  private static List<String> texts(JsonNode item, String path) {
    var texts = new ArrayList<String>();
    @Nullable JsonNode list = Template.at(item, path);
    if (list != null && list.isArray()) {
      list.forEach(text -> texts.add(text.asString()));
    }
    return texts;
  }
}
