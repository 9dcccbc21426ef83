package io.directord.jinja.method;

import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Numbers;
import io.directord.jinja.value.Tuple;
import java.math.BigDecimal;
import java.math.BigInteger;

/** The methods and attributes of Python's {@code int}, {@code bool} and {@code float}. */
final class NumberMethods {
  private NumberMethods() {}

  /** The method or attribute, or {@link Arguments#ABSENT}. */
  static Object find(Object self, String name) {
    boolean integer = Numbers.isInteger(self);
    Object plain = integer ? Numbers.of(Numbers.big(self)) : self;
    return switch (name) {
      case "real" -> plain;
      case "imag" -> integer ? (Object) 0L : (Object) 0.0;
      case "conjugate" -> method(name, self, plain);
      case "numerator" -> integer ? plain : Arguments.ABSENT;
      case "denominator" -> integer ? 1L : Arguments.ABSENT;
      case "as_integer_ratio" -> new Method(name, self, arguments -> ratio(self));
      case "bit_length" ->
          integer
              ? method(name, self, (long) Numbers.big(self).abs().bitLength())
              : Arguments.ABSENT;
      case "is_integer" ->
          integer ? Arguments.ABSENT : method(name, self, isWhole(Numbers.real(self)));
      default -> Arguments.ABSENT;
    };
  }

  private static Method method(String name, Object self, Object result) {
    return new Method(
        name,
        self,
        arguments -> {
          arguments.bind(name);
          return result;
        });
  }

  private static boolean isWhole(double value) {
    return Double.isFinite(value) && value == Math.rint(value);
  }

  private static Object ratio(Object self) {
    if (Numbers.isInteger(self)) {
      return Tuple.of(Numbers.of(Numbers.big(self)), 1L);
    }
    double value = Numbers.real(self);
    if (!Double.isFinite(value)) {
      return Numbers.whole(value);
    }
    BigDecimal exact = new BigDecimal(value);
    BigInteger below = BigInteger.TEN.pow(Math.max(0, exact.scale()));
    BigInteger above = exact.multiply(new BigDecimal(below)).toBigIntegerExact();
    BigInteger common = above.gcd(below);
    return Tuple.of(Numbers.of(above.divide(common)), Numbers.of(below.divide(common)));
  }
}
