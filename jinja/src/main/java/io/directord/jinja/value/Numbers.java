package io.directord.jinja.value;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/** Python's numbers: integers without limit, floats, and booleans that count as 0 and 1. */
public final class Numbers {
  private static final int MAX_BITS = 1 << 16;
  private static final int MAX_DIGITS = 4300;
  private static final double DIGITS_OF_BIT = 0.30102;
  private static final int MAX_SIGNIFICANT = 17;
  private static final long EXACT = 1L << 53;

  private Numbers() {}

  public static boolean isNumeric(Object value) {
    return value instanceof Number || value instanceof Boolean;
  }

  public static boolean isInteger(Object value) {
    return isNumeric(value) && !(value instanceof Double);
  }

  public static BigInteger big(Object value) {
    if (value instanceof BigInteger number) {
      return number;
    }
    return value instanceof Boolean flag
        ? flag ? BigInteger.ONE : BigInteger.ZERO
        : BigInteger.valueOf(((Number) value).longValue());
  }

  public static double real(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    double real = ((Number) value).doubleValue();
    if (value instanceof BigInteger && Double.isInfinite(real)) {
      throw new TemplateException("int too large to convert to float");
    }
    return real;
  }

  /** The values that are the same number: an integer first if it is whole. */
  static List<Object> same(Object value) {
    if (value instanceof Double number && (!isFinite(number) || number != Math.rint(number))) {
      return List.of(number);
    }
    Object integer = value instanceof Double number ? whole(number) : of(big(value));
    List<Object> same = new ArrayList<>(List.of(integer));
    if (Double.isFinite(((Number) integer).doubleValue())) {
      same.add(real(integer));
    }
    if (integer.equals(0L) || integer.equals(1L)) {
      same.add(integer.equals(1L));
    }
    return same;
  }

  /** A float without what stands behind its point. */
  public static Object whole(double value) {
    if (!Double.isFinite(value)) {
      throw new TemplateException(
          "cannot convert float " + (Double.isNaN(value) ? "NaN" : "infinity") + " to integer");
    }
    return of(new BigDecimal(value).toBigInteger());
  }

  /** The smallest type that holds it. */
  public static Object of(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  /** The value of an integer as it is written, without underscores. */
  public static Object literal(String digits) {
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

  public static int compare(Object left, Object right) {
    if (isInteger(left) && isInteger(right)) {
      return big(left).compareTo(big(right));
    }
    if (left instanceof Double first && right instanceof Double second) {
      return first.doubleValue() == second ? 0 : Double.compare(first, second);
    }
    boolean finite = isFinite(left) && isFinite(right);
    return finite ? exact(left).compareTo(exact(right)) : Double.compare(limit(left), limit(right));
  }

  private static boolean isFinite(Object value) {
    return !(value instanceof Double number) || Double.isFinite(number);
  }

  private static BigDecimal exact(Object value) {
    return value instanceof Double number ? new BigDecimal(number) : new BigDecimal(big(value));
  }

  /** What is not finite, and 0 for all others. */
  private static double limit(Object value) {
    return isFinite(value) ? 0 : (Double) value;
  }

  /** Python's {@code repr}: of a float the fewest digits that give the same number again. */
  public static String text(Number number) {
    if (number instanceof BigInteger integer) {
      return decimal(integer);
    }
    if (!(number instanceof Double value)) {
      return number.toString();
    }
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
    String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
    if (value == 0) {
      return sign + "0.0";
    }
    BigDecimal shortest = shortest(new BigDecimal(Math.abs(value)), Math.abs(value));
    String digits = shortest.unscaledValue().toString();
    int exponent = digits.length() - 1 - shortest.scale();
    if (exponent < -4 || exponent >= MAX_SIGNIFICANT - 1) {
      String mantissa =
          digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
      String places = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
      return sign + mantissa + "e" + (exponent < 0 ? "-" : "+") + places;
    }
    return sign + shortest.toPlainString() + (shortest.scale() > 0 ? "" : ".0");
  }

  private static BigDecimal shortest(BigDecimal exact, double value) {
    int digits = 1;
    while (digits < MAX_SIGNIFICANT
        && exact.round(new MathContext(digits)).doubleValue() != value) {
      digits++;
    }
    return exact.round(new MathContext(digits)).stripTrailingZeros();
  }

  /** A number that counts or points at a place. */
  public static int index(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    if (value instanceof Long number) {
      return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number));
    }
    if (value instanceof BigInteger number) {
      return number.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
    }
    Undefined.refuse(value);
    throw new TemplateException(
        "'" + Types.of(value) + "' object cannot be interpreted as an integer");
  }

  public static Object floorDivide(Object left, Object right) {
    if (isInteger(left) && isInteger(right)) {
      Budget.step(big(left).bitLength() >> 8);
      BigInteger divisor = divisor(right, "integer division or modulo by zero");
      BigInteger[] parts = big(left).divideAndRemainder(divisor);
      boolean down = parts[1].signum() != 0 && parts[1].signum() != divisor.signum();
      return of(down ? parts[0].subtract(BigInteger.ONE) : parts[0]);
    }
    return Math.floor(real(left) / divisor(real(right), "float floor division by zero"));
  }

  public static Object modulo(Object left, Object right) {
    if (isInteger(left) && isInteger(right)) {
      Budget.step(big(left).bitLength() >> 8);
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

  public static Object divide(Object left, Object right) {
    double divisor = divisor(real(right), "division by zero");
    boolean exact = Math.abs(real(left)) <= EXACT && Math.abs(divisor) <= EXACT;
    return exact || !isInteger(left) || !isInteger(right)
        ? (Object) (real(left) / divisor)
        : (Object)
            new BigDecimal(big(left))
                .divide(new BigDecimal(big(right)), MathContext.DECIMAL128)
                .doubleValue();
  }

  public static Object power(Object base, Object exponent) {
    if (!isInteger(base) || !isInteger(exponent) || big(exponent).signum() < 0) {
      if (real(base) == 0 && real(exponent) < 0) {
        throw new TemplateException("0.0 cannot be raised to a negative power");
      }
      if (real(base) < 0 && real(exponent) != Math.rint(real(exponent))) {
        throw new TemplateException("the root of a negative number is not a real number");
      }
      double power = Math.pow(real(base), real(exponent));
      if (Double.isInfinite(power) && Double.isFinite(real(base))) {
        throw new TemplateException("Numerical result out of range");
      }
      return power;
    }
    int times = Numbers.index(exponent);
    checkBits((long) big(base).bitLength() * times);
    return of(big(base).pow(times));
  }

  public static BigInteger multiply(BigInteger left, BigInteger right) {
    checkBits((long) left.bitLength() + right.bitLength());
    return left.multiply(right);
  }

  private static void checkBits(long bits) {
    Budget.step(Math.min(bits, MAX_BITS) >> 8);
    if (bits > MAX_BITS) {
      throw new TemplateException("an integer has at most " + MAX_BITS + " bits");
    }
  }

  /** The digits of an integer, which must not be more than Python writes. */
  static String decimal(BigInteger value) {
    refuseDigits((long) (value.abs().bitLength() * DIGITS_OF_BIT));
    Budget.step(value.bitLength() >> 3);
    String digits = value.toString();
    refuseDigits(digits.length() - (value.signum() < 0 ? 1 : 0));
    return digits;
  }

  /** Reads an integer, whose digits must not be more than Python reads. */
  public static BigInteger parse(String digits, int base) {
    refuseDigits(digits.length());
    return new BigInteger(digits, base);
  }

  private static void refuseDigits(long count) {
    if (count > MAX_DIGITS) {
      throw new TemplateException(
          "Exceeds the limit (" + MAX_DIGITS + " digits) for integer string conversion");
    }
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
