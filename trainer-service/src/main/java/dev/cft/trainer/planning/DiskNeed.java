package dev.cft.trainer.planning;

import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// Room on disks that a run needs, in bytes.
///
/// @param weights of one checkpoint
/// @param state of one checkpoint that a run goes on from: moments, adapters
/// @param places each disk once
public record DiskNeed(long weights, long state, List<Place> places) {
  public DiskNeed {
    places = List.copyOf(places);
  }

  /// A disk, or one that holds run folders and models together.
  ///
  /// @param what is written there
  /// @param free now
  /// @param capacity of the whole disk
  public record Place(String what, long needed, long free, long capacity) {}

  /// What is wrong where it cannot fit even on an empty disk.
  public Optional<String> excess() {
    return tooLittle(Place::capacity, "the disk has %s in all");
  }

  /// What is wrong where there is too little room now.
  public Optional<String> shortage() {
    return tooLittle(Place::free, "the disk has %s of free space");
  }

  private Optional<String> tooLittle(ToLongFunction<Place> room, String words) {
    return places.stream()
        .filter(place -> place.needed() > room.applyAsLong(place))
        .map(place ->
            ("the %s need about %s (a checkpoint has %s of weights and %s to resume from), "
                    + words
                    + ": raise checkpoint_steps, or say in `keep` which checkpoints stay")
                .formatted(
                    place.what(),
                    Bytes.words(place.needed()),
                    Bytes.words(weights),
                    Bytes.words(state),
                    Bytes.words(room.applyAsLong(place))))
        .findFirst();
  }
}
