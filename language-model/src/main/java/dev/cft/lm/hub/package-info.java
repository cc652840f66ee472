/// Models by their Hugging Face id: downloaded once into the cache that the Python tools use.
@NullMarked
package dev.cft.lm.hub;

import org.jspecify.annotations.NullMarked;
