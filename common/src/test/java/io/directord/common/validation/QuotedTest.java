package io.directord.common.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class QuotedTest {
  @Test
  void aLongTextIsRepeatedByItsBeginningAlone() {
    assertEquals("'abc'", Quoted.of("abc"));
    assertEquals("'" + "9".repeat(57) + "...' (900 characters)", Quoted.of("9".repeat(900)));
    assertEquals("'" + "\uD83D\uDE00".repeat(60) + "'", Quoted.of("\uD83D\uDE00".repeat(60)));
  }

  @Test
  void oneIsNotSeveral() {
    assertEquals("1 record", Counted.of(1, "record"));
    assertEquals("0 records", Counted.of(0, "record"));
    assertEquals("2 records", Counted.of(2, "record"));
  }
}
