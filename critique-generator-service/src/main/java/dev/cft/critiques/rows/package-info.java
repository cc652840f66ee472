/// Rows as users upload them: JSON Lines or a JSON array, in three shapes, checked one by one.
@NullMarked
package dev.cft.critiques.rows;

import org.jspecify.annotations.NullMarked;
