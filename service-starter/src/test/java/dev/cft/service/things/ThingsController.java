package dev.cft.service.things;

import dev.cft.service.errors.ApiException;
import dev.cft.service.idempotency.Idempotency;
import dev.cft.service.keys.Caller;
import dev.cft.service.paging.ListResponse;
import dev.cft.service.paging.PageRequest;
import dev.cft.store.jobs.IllegalTransitionException;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobStatus;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/// Things of every sort that a service does.
@RestController
class ThingsController {
  final AtomicInteger made = new AtomicInteger();
  volatile CountDownLatch gate = new CountDownLatch(0);
  volatile CountDownLatch entered = new CountDownLatch(1);
  final AtomicInteger failing = new AtomicInteger();

  enum Colour {
    RED,
    GREEN
  }

  record Method(@NotBlank String type, @Positive @Nullable Double learningRate) {}

  record NewThing(
      @NotBlank String name,
      @Max(10) int count,
      @Nullable Colour colour,
      @Nullable List<String> tags,
      @Valid @Nullable Method method,
      @Nullable Map<String, String> metadata) {
    @AssertTrue(message = "a red thing must be alone: 'count' must be 1")
    boolean isRedThingAlone() {
      return colour != Colour.RED || count == 1;
    }
  }

  record Thing(String id, String name, int count, long createdAt) {}

  @PostMapping({"/v1/things", "/plain/things"})
  ResponseEntity<Thing> make(@Valid @RequestBody NewThing asked) throws InterruptedException {
    entered.countDown();
    gate.await();
    if (failing.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      throw new IllegalStateException("a fault of ours");
    }
    var thing = new Thing("thing-" + made.incrementAndGet(), asked.name(), asked.count(), 7);
    return ResponseEntity.status(HttpStatus.CREATED).body(thing);
  }

  @PostMapping("/v1/secrets")
  Map<String, String> secret(HttpServletRequest request) {
    request.setAttribute(Idempotency.KEPT_BODY, "{\"secret\":null}");
    return Map.of("secret", "told once");
  }

  @PostMapping("/v1/uploads")
  Map<String, Object> upload(
      @RequestParam @NotNull MultipartFile file, @RequestParam String purpose) {
    return Map.of("made", made.incrementAndGet(), "bytes", file.getSize(), "purpose", purpose);
  }

  @PostMapping("/v1/streams")
  void stream(HttpServletResponse response) throws IOException {
    response.setContentType("text/event-stream");
    response.getOutputStream().print("data: %d\n\n".formatted(made.incrementAndGet()));
  }

  @GetMapping({"/v1/things", "/plain/things"})
  ListResponse<String> list(@PageRequest.Limits(usual = 5, most = 50) PageRequest page) {
    return ListResponse.of(List.of(page.toString()), false, id -> id);
  }

  @GetMapping("/v1/me")
  Map<String, String> me(Caller caller) {
    var thread = Thread.currentThread().isVirtual() ? "virtual" : "platform";
    return Map.of("id", caller.id(), "name", caller.key().name(), "thread", thread);
  }

  @GetMapping("/v1/operators")
  Map<String, String> operators(Caller caller) {
    caller.mustBeOperator("look here");
    return Map.of("may", "yes");
  }

  @GetMapping({"/v1/faults/{which}", "/plain/faults/{which}"})
  void fault(@PathVariable String which) {
    throw switch (which) {
      case "missing" -> ApiException.notFound("thing", "thing-9");
      case "busy" ->
          ApiException.tooManyRequests("slow_down", "Slow down.", Duration.ofMillis(1500));
      case "away" ->
          ApiException.unavailable("teacher_away", "The teacher is away.", Duration.ofSeconds(9));
      case "clash" -> ApiException.conflict("clash", "It is there already.", "name");
      case "state" ->
          new IllegalTransitionException(new JobId("ftjob-1"), JobStatus.SUCCEEDED, "paused");
      case "database" -> new DataAccessResourceFailureException("no connection");
      default -> new IllegalStateException("a secret detail");
    };
  }

  @GetMapping("/v1/numbers")
  int number(@RequestParam int n) {
    return n;
  }
}
