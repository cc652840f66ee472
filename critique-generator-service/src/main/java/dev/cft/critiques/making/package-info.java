/// Makes datasets: of files, of files of a hub, of other datasets by operations; at once or as
/// jobs.
@NullMarked
package dev.cft.critiques.making;

import org.jspecify.annotations.NullMarked;
