/// The native side: PyTorch started once, and a TorchScript module whose source text is a resource
/// of ours.
@NullMarked
package dev.cft.lm.torch;

import org.jspecify.annotations.NullMarked;
