@NullMarked
package dev.cft.eval.models;

import org.jspecify.annotations.NullMarked;
