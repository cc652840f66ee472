/// The one job model: states, transitions, claims under a lease, needs, events and metrics.
@NullMarked
package dev.cft.store.jobs;

import org.jspecify.annotations.NullMarked;
