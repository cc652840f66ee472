package dev.cft.grading.math;

/// A complex number in double precision, with principal branches.
record Complex(double re, double im) {
  static final Complex ZERO = new Complex(0, 0);
  static final Complex ONE = new Complex(1, 0);

  static Complex of(double value) {
    return new Complex(value, 0);
  }

  /// Nothing but rounding off the real axis.
  boolean isReal() {
    return Math.abs(im) <= 1e-12 * Math.max(1, Math.abs(re));
  }

  boolean isFinite() {
    return Double.isFinite(re) && Double.isFinite(im);
  }

  double size() {
    return Math.hypot(re, im);
  }

  Complex plus(Complex o) {
    return new Complex(re + o.re, im + o.im);
  }

  Complex minus(Complex o) {
    return new Complex(re - o.re, im - o.im);
  }

  Complex times(Complex o) {
    return im == 0 && o.im == 0
        ? of(re * o.re)
        : new Complex(re * o.re - im * o.im, re * o.im + im * o.re);
  }

  Complex dividedBy(Complex o) {
    if (im == 0 && o.im == 0) {
      return of(re / o.re);
    }
    var square = o.re * o.re + o.im * o.im;
    return new Complex((re * o.re + im * o.im) / square, (im * o.re - re * o.im) / square);
  }

  Complex exp() {
    var size = Math.exp(re);
    return im == 0 ? of(size) : new Complex(size * Math.cos(im), size * Math.sin(im));
  }

  Complex log() {
    return im == 0 && re > 0 ? of(Math.log(re)) : new Complex(Math.log(size()), Math.atan2(im, re));
  }

  Complex pow(Complex exponent) {
    if (im == 0 && exponent.im == 0 && (re >= 0 || exponent.re == Math.rint(exponent.re))) {
      return of(Math.pow(re, exponent.re));
    }
    return size() == 0 ? ZERO : log().times(exponent).exp();
  }
}
