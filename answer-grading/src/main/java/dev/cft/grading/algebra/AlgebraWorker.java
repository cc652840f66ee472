package dev.cft.grading.algebra;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.matheclipse.core.eval.ExprEvaluator;
import org.matheclipse.core.expression.F;
import org.matheclipse.core.interfaces.IExpr;

/// The child process: reads a [Question] a line and answers with a line, until its input ends.
///
/// It stops itself where a question takes more than its processor time, so that a loaded machine
/// changes no verdict; its heap is limited by its command line.
final class AlgebraWorker {
  static final String READY = "ready";

  /// Exit code of a question that could not be stopped in any other way.
  static final int OVERTIME = 4;

  /// What is left where no closed form was found.
  private static final Pattern OPEN =
      Pattern.compile(
          "\\b(?:Integrate|Limit|Sum|Product|D|Derivative|Hold|Indeterminate|ComplexInfinity|"
              + "DirectedInfinity|Infinity|ConditionalExpression|Root|RootSum)\\b|\\$Aborted");

  /// Loads the rules that the first integral and the first limit would otherwise wait for.
  private static final String[] WARM_UP = {
    "Integrate(x^2*Sin(x),{x,0,1})", "Limit(Sin(x)/x,x->0)", "Sum(1/k^2,{k,1,Infinity})", "D(x^x,x)"
  };

  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration IDLE = Duration.ofMinutes(5);
  private static final Duration GRACE = Duration.ofMillis(150);

  private final PrintStream out;
  private long deadline = Long.MAX_VALUE;
  private long lastUse = System.nanoTime();
  private final Thread thread = Thread.currentThread();
  private final ExprEvaluator evaluator;

  private AlgebraWorker(PrintStream out, ExprEvaluator evaluator) {
    this.out = out;
    this.evaluator = evaluator;
  }

  public static void main(String[] arguments) throws IOException {
    var out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    // The library prints remarks, which are no answers.
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    var worker = new AlgebraWorker(out, new ExprEvaluator(true, (short) 0));
    for (var expression : WARM_UP) {
      worker.evaluator.eval(expression);
    }
    Thread.ofPlatform().daemon().name("deadline").start(worker::watch);
    worker.answerAll();
  }

  private void answerAll() throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    out.println(READY);
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      var question = Question.read(line);
      var start = cpuNanos();
      setDeadline(start + Duration.ofMillis(question.millis()).toNanos());
      var answer = answer(question);
      setDeadline(Long.MAX_VALUE);
      out.println((cpuNanos() - start) / 1_000_000 + "\t" + answer);
    }
  }

  /// The values, or a word why there are none.
  private String answer(Question question) {
    try {
      var first = evaluator.eval(question.first());
      var second = evaluator.eval(question.second());
      if (evaluator.getEvalEngine().isStopRequested()) {
        return "?no time is left";
      }
      if (isOpen(first) || isOpen(second)) {
        return "?no closed form";
      }
      var values = new ArrayList<String>();
      for (var point : question.points()) {
        values.add(value(first, point) + "," + value(second, point));
      }
      return String.join(";", values);
    } catch (RuntimeException | StackOverflowError e) {
      // Whatever the library throws only says that it cannot tell.
      return "?no answer: " + e.getClass().getSimpleName();
    }
  }

  private static boolean isOpen(IExpr expression) {
    return OPEN.matcher(expression.toString()).find();
  }

  private String value(IExpr expression, String point) {
    var there = evaluator.parse("{" + point + "}");
    var value = evaluator.eval(F.N(F.ReplaceAll(expression, there)));
    if (!value.isNumber()) {
      return "NaN,NaN";
    }
    var number = value.evalfc();
    return number.getReal() + "," + number.getImaginary();
  }

  private long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId());
  }

  private synchronized void setDeadline(long nanos) {
    deadline = nanos;
    lastUse = System.nanoTime();
    evaluator.getEvalEngine().setStopRequested(false);
  }

  private void watch() {
    while (true) {
      stopOvertime();
      stopIdle();
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /// Gives the memory back where nobody has asked for long; the next question starts another one.
  private synchronized void stopIdle() {
    if (deadline == Long.MAX_VALUE && System.nanoTime() - lastUse > IDLE.toNanos()) {
      Runtime.getRuntime().halt(0);
    }
  }

  /// Asks the library to stop; where it does not listen, the process ends.
  private synchronized void stopOvertime() {
    var over = cpuNanos() - deadline;
    if (over > GRACE.toNanos()) {
      Runtime.getRuntime().halt(OVERTIME);
    } else if (over > 0) {
      evaluator.getEvalEngine().stopRequest();
    }
  }
}
