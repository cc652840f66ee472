/// The part of Jinja that chat templates use, rendered as transformers renders it.
///
/// Jinjava 2.8 was tried first: it has no `[::-1]`, no Python string methods and no escapes in
/// strings, which Qwen3's and Llama 3's templates need.
@NullMarked
package dev.cft.lm.jinja;

import org.jspecify.annotations.NullMarked;
