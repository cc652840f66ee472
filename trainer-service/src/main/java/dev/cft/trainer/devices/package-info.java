/// What this machine trains on: its GPUs, or its CPU where it has none.
@NullMarked
package dev.cft.trainer.devices;

import org.jspecify.annotations.NullMarked;
