@NullMarked
package dev.cft.eval.chat;

import org.jspecify.annotations.NullMarked;
