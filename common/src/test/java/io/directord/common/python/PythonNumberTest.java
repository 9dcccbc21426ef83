package io.directord.common.python;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expectations were taken from Python's {@code repr}. */
class PythonNumberTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "-0.0, -0.0",
    "1, 1.0",
    "1.2, 1.2",
    "-2.5, -2.5",
    "0.1, 0.1",
    "100, 100.0",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "1e15, 1000000000000000.0",
    "1e16, 1e+16",
    "123456789012345678, 1.2345678901234568e+17",
    "2e23, 2e+23",
    "1e100, 1e+100",
    "5e-324, 5e-324",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "0.30000000000000004, 0.30000000000000004",
  })
  void writesFloatsAsPythonDoes(double value, String text) {
    assertEquals(text, PythonNumber.text(value));
  }

  @Test
  void whatItWritesIsTheSameNumber() {
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertEquals(value, Double.parseDouble(PythonNumber.text(value)));
      }
    }
  }

  @Test
  void whatJsonCannotSayIsNamedAsInPython() {
    assertEquals("NaN", PythonNumber.text(Double.NaN));
    assertEquals("-Infinity", PythonNumber.text(Double.NEGATIVE_INFINITY));
  }
}
