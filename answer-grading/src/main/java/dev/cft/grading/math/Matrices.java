package dev.cft.grading.math;

import dev.cft.grading.math.Node.Matrix;
import java.util.ArrayList;
import java.util.List;

/// Sums and products in which matrices may occur; everything else goes to [Canon].
final class Matrices {
  private Matrices() {}

  static Node add(Node left, Node right) {
    if (left instanceof Matrix a && right instanceof Matrix b) {
      if (a.rows().size() != b.rows().size() || columns(a) != columns(b)) {
        throw new UnreadableException("matrices of different shape are added");
      }
      var rows = new ArrayList<List<Node>>();
      for (var i = 0; i < a.rows().size(); i++) {
        var row = new ArrayList<Node>();
        for (var j = 0; j < columns(a); j++) {
          row.add(Canon.add(a.rows().get(i).get(j), b.rows().get(i).get(j)));
        }
        rows.add(row);
      }
      return new Matrix(rows);
    }
    return Canon.add(left, right);
  }

  static Node mul(Node left, Node right) {
    if (left instanceof Matrix a) {
      return right instanceof Matrix b ? product(a, b) : scaled(a, right);
    }
    return right instanceof Matrix b ? scaled(b, left) : Canon.mul(left, right);
  }

  private static Node scaled(Matrix matrix, Node factor) {
    return new Matrix(
        matrix.rows().stream()
            .map(row -> row.stream().map(cell -> Canon.mul(factor, cell)).toList())
            .toList());
  }

  private static Node product(Matrix a, Matrix b) {
    if (columns(a) != b.rows().size() || (long) a.rows().size() * columns(b) * columns(a) > 4096) {
      throw new UnreadableException("these matrices cannot be multiplied");
    }
    var rows = new ArrayList<List<Node>>();
    for (var left : a.rows()) {
      var row = new ArrayList<Node>();
      for (var j = 0; j < columns(b); j++) {
        var terms = new ArrayList<Node>();
        for (var k = 0; k < left.size(); k++) {
          terms.add(Canon.mul(left.get(k), b.rows().get(k).get(j)));
        }
        row.add(Canon.add(terms));
      }
      rows.add(row);
    }
    return new Matrix(rows);
  }

  /// The number of columns; rows of different length are no matrix that can be computed with.
  private static int columns(Matrix matrix) {
    var columns = matrix.rows().getFirst().size();
    if (matrix.rows().stream().anyMatch(row -> row.size() != columns)) {
      throw new UnreadableException("a matrix has rows of different length");
    }
    return columns;
  }
}
