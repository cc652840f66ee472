/// The shared Postgres job and metadata store.
@NullMarked
package dev.cft.store;

import org.jspecify.annotations.NullMarked;
