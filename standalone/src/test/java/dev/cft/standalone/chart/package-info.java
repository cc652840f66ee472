/// The Helm chart: rendered, refused where values are wrong, and installed on a cluster where there
/// is one.
@NullMarked
package dev.cft.standalone.chart;

import org.jspecify.annotations.NullMarked;
