/// Files fetched over HTTP: resumable, with their length and checksum verified.
@NullMarked
package dev.cft.lm.download;

import org.jspecify.annotations.NullMarked;
