/// Tests of the embedded Postgres.
@NullMarked
package dev.cft.standalone.postgres;

import org.jspecify.annotations.NullMarked;
