package dev.cft.trainer.nodes;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.service.paging.ListResponse;
import dev.cft.trainer.launching.Launcher;
import dev.cft.trainer.launching.NodeState;
import dev.cft.trainer.launching.NodeState.Running;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// The machines that train, and what runs on them.
@RestController
class NodesController {
  private final Launcher launcher;

  NodesController(Launcher launcher) {
    this.launcher = launcher;
  }

  /// A machine.
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Node(
      String object,
      String id,
      String launcher,
      int cores,
      int slots,
      int freeSlots,
      int threadsPerSlot,
      List<Occupied> running) {
    static Node of(NodeState state) {
      return new Node(
          "node",
          state.name(),
          state.launcher(),
          state.cores(),
          state.slots(),
          Math.max(0, state.slots() - state.running().size()),
          state.threadsPerSlot(),
          state.running().stream().map(Occupied::of).toList());
    }
  }

  /// A training process.
  record Occupied(String job, long pid, long since) {
    static Occupied of(Running running) {
      return new Occupied(running.job().value(), running.pid(), running.since().getEpochSecond());
    }
  }

  @GetMapping("/v1/nodes")
  ListResponse<Node> nodes() {
    return ListResponse.whole(List.of(Node.of(launcher.node())), Node::id);
  }
}
