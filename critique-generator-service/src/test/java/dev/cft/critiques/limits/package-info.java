@org.jspecify.annotations.NullMarked
package dev.cft.critiques.limits;
