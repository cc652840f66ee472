/// Real rows through the whole flow, one REST call after another, told in the terminal.
@NullMarked
package dev.cft.standalone.pipeline;

import org.jspecify.annotations.NullMarked;
