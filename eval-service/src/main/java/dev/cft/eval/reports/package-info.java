/// What an experiment showed: figures, and their JSON, Markdown and text forms.
@NullMarked
package dev.cft.eval.reports;

import org.jspecify.annotations.NullMarked;
