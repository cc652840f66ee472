package dev.cft.standalone.problems;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Draws problems; the same seed draws the same ones.
public final class ProblemGenerator {
  private static final List<String> NAMES =
      List.of("Tom", "Ann", "Sam", "Mia", "Leo", "Eva", "Max", "Zoe");
  private static final List<String> ITEMS =
      List.of("pens", "eggs", "cups", "keys", "nuts", "coins", "cards", "balls");
  private static final List<String> CONTAINERS =
      List.of("boxes", "bags", "packs", "trays", "jars", "crates");

  private final RandomGenerator random;
  private final Facts facts;

  /// Every multiplication fact is equally likely.
  public ProblemGenerator(long seed) {
    this(seed, 1);
  }

  /// @param gapWeight how often a gap fact comes up, against 1 for any other
  public ProblemGenerator(long seed, double gapWeight) {
    this.random = Seeds.generator(seed);
    this.facts = new Facts(gapWeight);
  }

  /// Problems whose questions differ from each other and from the given ones.
  public List<WordProblem> distinctTargets(int count, Set<String> taken) {
    var seen = new HashSet<>(taken);
    var problems = new ArrayList<WordProblem>(count);
    while (problems.size() < count) {
      var problem = target();
      if (seen.add(problem.question())) {
        problems.add(problem);
      }
    }
    return problems;
  }

  /// A product and two sums or differences with a single digit: what the model is to be good at.
  public WordProblem target() {
    return switch (random.nextInt(3)) {
      case 0 -> stock(Way.LESS, Way.MORE);
      case 1 -> stock(Way.MORE, Way.LESS);
      default -> gift();
    };
  }

  /// One product, one sum or difference, or both: seen in pretraining only.
  public WordProblem easy() {
    return switch (random.nextInt(3)) {
      case 0 -> product();
      case 1 -> change();
      default -> productAndChange();
    };
  }

  /// Five equations in a row, for the arithmetic alone.
  public String drill() {
    var text = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      text.append(i == 0 ? "" : " ").append(drillEquation()).append(" .");
    }
    return text.toString();
  }

  private Equation drillEquation() {
    if (random.nextDouble() < 0.4) {
      var fact = facts.draw(random);
      return Equation.right(fact.a(), '*', fact.b());
    }
    return Equation.right(between(10, 140), random.nextBoolean() ? '+' : '-', between(2, 9));
  }

  private WordProblem stock(Way first, Way second) {
    var story = new Story();
    var fact = facts.draw(random);
    int e = between(2, 9);
    int f = between(2, 9);
    var product = Equation.right(fact.a(), '*', fact.b());
    var then = Equation.right(product.result(), first.sign, e);
    var last = Equation.right(then.result(), second.sign, f);
    if (then.result() < 1 || last.result() < 1) {
      return stock(first, second);
    }
    return story.asked(
        story.has(fact)
            + " %s %s %d %s and then %s %d %s."
                .formatted(
                    story.name,
                    any(first.verbs()),
                    e,
                    story.item,
                    any(second.verbs()),
                    f,
                    story.item),
        product,
        then,
        last);
  }

  private WordProblem gift() {
    var story = new Story();
    var fact = facts.draw(random);
    int e = between(2, 9);
    int f = between(2, 9);
    var product = Equation.right(fact.a(), '*', fact.b());
    var sum = Equation.right(product.result(), '+', e);
    var last = Equation.right(sum.result(), '-', f);
    if (last.result() < 1) {
      return gift();
    }
    return story.asked(
        "%s has %d %s. %s gets %d %s of %d %s and then %s %d %s."
            .formatted(
                story.name,
                e,
                story.item,
                story.name,
                fact.a(),
                any(CONTAINERS),
                fact.b(),
                story.item,
                any(Way.LESS.verbs()),
                f,
                story.item),
        product,
        sum,
        last);
  }

  private WordProblem product() {
    var story = new Story();
    var fact = facts.draw(random);
    return story.asked(story.has(fact), Equation.right(fact.a(), '*', fact.b()));
  }

  private WordProblem change() {
    var story = new Story();
    var way = random.nextBoolean() ? Way.MORE : Way.LESS;
    int x = between(10, 140);
    int y = between(2, 9);
    return story.asked(
        "%s has %d %s. %s %s %d %s."
            .formatted(story.name, x, story.item, story.name, any(way.verbs()), y, story.item),
        Equation.right(x, way.sign, y));
  }

  private WordProblem productAndChange() {
    var story = new Story();
    var fact = facts.draw(random);
    var way = random.nextBoolean() ? Way.MORE : Way.LESS;
    int y = between(2, 9);
    var product = Equation.right(fact.a(), '*', fact.b());
    return story.asked(
        story.has(fact) + " %s %s %d %s.".formatted(story.name, any(way.verbs()), y, story.item),
        product,
        Equation.right(product.result(), way.sign, y));
  }

  private int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  private String any(List<String> words) {
    return words.get(random.nextInt(words.size()));
  }

  /// How a number of things changes.
  private enum Way {
    MORE('+', "buys", "finds"),
    LESS('-', "sells", "loses");

    private final char sign;
    private final String verb;
    private final String otherVerb;

    Way(char sign, String verb, String otherVerb) {
      this.sign = sign;
      this.verb = verb;
      this.otherVerb = otherVerb;
    }

    private List<String> verbs() {
      return List.of(verb, otherVerb);
    }
  }

  /// Who has what.
  private final class Story {
    private final String name = any(NAMES);
    private final String item = any(ITEMS);

    private String has(Facts.Fact fact) {
      return "%s has %d %s of %d %s.".formatted(name, fact.a(), any(CONTAINERS), fact.b(), item);
    }

    private WordProblem asked(String story, Equation... steps) {
      return new WordProblem(
          "%s How many %s does %s have now?".formatted(story, item, name), List.of(steps));
    }
  }
}
