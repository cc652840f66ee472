package dev.cft.critiques.rows;

import tools.jackson.databind.node.ObjectNode;

/// A JSON object of a file.
///
/// @param line where it begins, from 1
/// @param index place among the rows, from 0
public record RawRow(long line, long index, ObjectNode json) {}
