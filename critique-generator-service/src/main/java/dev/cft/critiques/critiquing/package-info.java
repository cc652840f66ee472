/// `/v1/critiques`: one critique at once, or a dataset's in a job.
@NullMarked
package dev.cft.critiques.critiquing;

import org.jspecify.annotations.NullMarked;
