/// Jobs of every kind for dashboards: lists, long polls, event streams.
@NullMarked
package dev.cft.gateway.jobs;

import org.jspecify.annotations.NullMarked;
