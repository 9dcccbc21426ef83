package io.directord.common.target;

/** What is asked of the value of a label or fact. */
public sealed interface ValueTest {

  /** Whether a value passes. */
  boolean passes(String value);

  /** As it stands behind the key; empty for {@link Any}. */
  String written();

  /** Any value. */
  record Any() implements ValueTest {
    @Override
    public boolean passes(String value) {
      return true;
    }

    @Override
    public String written() {
      return "";
    }
  }

  /** This value, or one of this form; two numbers are compared as such, so that 8G is 8192M. */
  record Equal(NamePattern pattern) implements ValueTest {
    @Override
    public boolean passes(String value) {
      return pattern.matches(value)
          || Quantity.areNumbers(value, pattern.written())
              && Quantity.compare(value, pattern.written()) == 0;
    }

    @Override
    public String written() {
      return "=" + pattern.written();
    }
  }

  /** Not what passes the other test; a node without the label passes too. */
  record NotEqual(Equal equal) implements ValueTest {
    @Override
    public boolean passes(String value) {
      return !equal.passes(value);
    }

    @Override
    public String written() {
      return "!" + equal.written();
    }
  }

  /**
   * A value below or above another, by {@link Quantity#compare}.
   *
   * @param sign -1 for below, 1 for above
   * @param orEqual whether the value itself passes
   */
  record Compared(int sign, boolean orEqual, String with) implements ValueTest {
    @Override
    public boolean passes(String value) {
      if (!Quantity.areComparable(value, with)) {
        return false;
      }
      int compared = Quantity.compare(value, with);
      return compared == 0 ? orEqual : Integer.signum(compared) == sign;
    }

    @Override
    public String written() {
      return (sign < 0 ? "<" : ">") + (orEqual ? "=" : "") + with;
    }
  }
}
