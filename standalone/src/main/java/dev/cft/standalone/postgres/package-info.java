/// A durable, password-protected Postgres in a data folder, for a machine that has none.
@NullMarked
package dev.cft.standalone.postgres;

import org.jspecify.annotations.NullMarked;
