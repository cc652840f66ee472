package dev.cft.trainer.nodes;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.service.errors.ApiException;
import dev.cft.service.paging.ListResponse;
import dev.cft.trainer.launching.Launcher;
import dev.cft.trainer.launching.NodeState;
import dev.cft.trainer.launching.NodeState.Running;
import dev.cft.trainer.launching.PlaceUnavailableException;
import java.time.Duration;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// The machines that train, and what runs on them.
@RestController
class NodesController {
  /// Our choice: an API server that restarts is back by then.
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final Launcher launcher;

  NodesController(Launcher launcher) {
    this.launcher = launcher;
  }

  /// A machine.
  ///
  /// @param device what a slot is: `cpu`, or the kind of GPU
  /// @param condition `ready`, or why it takes nothing
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Node(
      String object,
      String id,
      String launcher,
      String device,
      int cores,
      int slots,
      int freeSlots,
      String condition,
      List<Occupied> running) {
    static Node of(NodeState state) {
      return new Node(
          "node",
          state.name(),
          state.launcher(),
          state.device(),
          state.cores(),
          state.slots(),
          state.freeSlots(),
          state.condition(),
          state.running().stream().map(Occupied::of).toList());
    }
  }

  /// A training process.
  record Occupied(String job, int slots, String process, long since) {
    static Occupied of(Running running) {
      return new Occupied(
          running.job().value(),
          running.slots(),
          running.process(),
          running.since().getEpochSecond());
    }
  }

  @GetMapping("/v1/nodes")
  ListResponse<Node> nodes() {
    try {
      return ListResponse.whole(launcher.nodes().stream().map(Node::of).toList(), Node::id);
    } catch (PlaceUnavailableException failure) {
      throw ApiException.unavailable(
          "cluster_unavailable", String.valueOf(failure.getMessage()), RETRY_AFTER);
    }
  }
}
