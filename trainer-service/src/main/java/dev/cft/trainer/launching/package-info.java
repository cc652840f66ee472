/// Where training processes run: started, watched, stopped, and never two in one run folder.
@NullMarked
package dev.cft.trainer.launching;

import org.jspecify.annotations.NullMarked;
