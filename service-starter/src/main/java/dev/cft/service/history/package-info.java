/// What happened to a job, as clients are told it: events while they happen, and metric series.
@NullMarked
package dev.cft.service.history;

import org.jspecify.annotations.NullMarked;
