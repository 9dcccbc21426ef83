package io.directord.client.execution.template;

import io.directord.common.json.Json;
import io.directord.common.python.PythonNumber;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Python's numbers: integers without limit, floats, and booleans that count as 0 and 1. */
final class Numbers {
  private static final int MAX_BITS = 1 << 16;
  private static final int MAX_DIGITS = 4300;

  private Numbers() {}

  static boolean isNumeric(Object value) {
    return value instanceof Number || value instanceof Boolean;
  }

  static boolean isInteger(Object value) {
    return isNumeric(value) && !(value instanceof Double);
  }

  static BigInteger big(Object value) {
    if (value instanceof BigInteger number) {
      return number;
    }
    return value instanceof Boolean flag
        ? flag ? BigInteger.ONE : BigInteger.ZERO
        : BigInteger.valueOf(((Number) value).longValue());
  }

  static double real(Object value) {
    return value instanceof Boolean flag ? flag ? 1 : 0 : ((Number) value).doubleValue();
  }

  /** The smallest type that holds it. */
  static Object of(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  /** The value of an integer as it is written, without underscores. */
  static Object literal(String digits) {
    int base =
        digits.length() < 2 || digits.charAt(0) != '0'
            ? 10
            : switch (digits.charAt(1)) {
              case 'x', 'X' -> 16;
              case 'o', 'O' -> 8;
              case 'b', 'B' -> 2;
              default -> 10;
            };
    return of(parse(base == 10 ? digits : digits.substring(2), base));
  }

  static int compare(Object left, Object right) {
    if (isInteger(left) && isInteger(right)) {
      return big(left).compareTo(big(right));
    }
    double first = real(left);
    double second = real(right);
    return first == second ? 0 : Double.compare(first, second);
  }

  static String text(Number number) {
    if (number instanceof Double value && !Double.isFinite(value)) {
      return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
    return PythonNumber.text(Json.tree(number));
  }

  static Object floorDivide(Object left, Object right) {
    if (isInteger(left) && isInteger(right)) {
      BigInteger divisor = divisor(right, "integer division or modulo by zero");
      BigInteger[] parts = big(left).divideAndRemainder(divisor);
      boolean down = parts[1].signum() != 0 && parts[1].signum() != divisor.signum();
      return of(down ? parts[0].subtract(BigInteger.ONE) : parts[0]);
    }
    return Math.floor(real(left) / divisor(real(right), "float floor division by zero"));
  }

  static Object modulo(Object left, Object right) {
    if (isInteger(left) && isInteger(right)) {
      BigInteger divisor = divisor(right, "integer modulo by zero");
      BigInteger rest = big(left).mod(divisor.abs());
      return of(rest.signum() != 0 && divisor.signum() < 0 ? rest.add(divisor) : rest);
    }
    double divisor = divisor(real(right), "float modulo");
    double rest = real(left) % divisor;
    return rest == 0
        ? Math.copySign(0.0, divisor)
        : rest < 0 != divisor < 0 ? rest + divisor : rest;
  }

  static Object divide(Object left, Object right) {
    double divisor = divisor(real(right), "division by zero");
    boolean large = left instanceof BigInteger || right instanceof BigInteger;
    return large && isInteger(left) && isInteger(right)
        ? new BigDecimal(big(left))
            .divide(new BigDecimal(big(right)), java.math.MathContext.DECIMAL64)
            .doubleValue()
        : (Object) (real(left) / divisor);
  }

  static Object power(Object base, Object exponent) {
    if (!isInteger(base) || !isInteger(exponent) || big(exponent).signum() < 0) {
      if (real(base) == 0 && real(exponent) < 0) {
        throw new TemplateException("0.0 cannot be raised to a negative power");
      }
      double power = Math.pow(real(base), real(exponent));
      if (Double.isInfinite(power) && Double.isFinite(real(base))) {
        throw new TemplateException("Numerical result out of range");
      }
      return power;
    }
    int times = Values.index(exponent);
    checkBits((long) big(base).bitLength() * times);
    return of(big(base).pow(times));
  }

  static BigInteger multiply(BigInteger left, BigInteger right) {
    checkBits((long) left.bitLength() + right.bitLength());
    return left.multiply(right);
  }

  private static void checkBits(long bits) {
    if (bits > MAX_BITS) {
      throw new TemplateException("an integer has at most " + MAX_BITS + " bits");
    }
  }

  /** Reads an integer, whose digits must not be more than Python reads. */
  static BigInteger parse(String digits, int base) {
    if (digits.length() > MAX_DIGITS) {
      throw new TemplateException(
          "Exceeds the limit (" + MAX_DIGITS + " digits) for integer string conversion");
    }
    return new BigInteger(digits, base);
  }

  private static BigInteger divisor(Object value, String otherwise) {
    BigInteger divisor = big(value);
    if (divisor.signum() == 0) {
      throw new TemplateException(otherwise);
    }
    return divisor;
  }

  private static double divisor(double value, String otherwise) {
    if (value == 0) {
      throw new TemplateException(otherwise);
    }
    return value;
  }
}
