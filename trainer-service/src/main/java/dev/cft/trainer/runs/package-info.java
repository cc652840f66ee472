/// The run folder: the contract between this service and a training engine, as files.
@NullMarked
package dev.cft.trainer.runs;

import org.jspecify.annotations.NullMarked;
