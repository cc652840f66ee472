/// Training on a Kubernetes cluster: a Job for each run, what becomes of it told in words.
@NullMarked
package dev.cft.trainer.kubernetes;

import org.jspecify.annotations.NullMarked;
