/// The platform in one process: four services, their Postgres, their data folder.
@NullMarked
package dev.cft.standalone.platform;

import org.jspecify.annotations.NullMarked;
