package io.directord.common.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatastoreUrlTest {
  @Test
  void hasThePartsOfAUrl() {
    DatastoreUrl url =
        DatastoreUrl.parse("postgresql://ada:p%40s%2Fs+%3A@db-1:5433,[::1]/my%20jobs?a=b&c=d");
    assertEquals("postgresql", url.scheme());
    assertEquals("ada", url.user());
    assertEquals("p@s/s+:", url.password());
    assertEquals("db-1:5433,[::1]", url.hosts());
    assertEquals("my jobs", url.database());
    assertEquals("a=b&c=d", url.options());
  }

  @Test
  void mostPartsMayBeMissing() {
    DatastoreUrl url = DatastoreUrl.parse("redis://localhost");
    assertNull(url.user());
    assertNull(url.password());
    assertEquals("", url.database());
    assertEquals("", url.options());
    assertEquals("ada", DatastoreUrl.parse("postgresql://ada@localhost/x").user());
    assertEquals("s", DatastoreUrl.parse("redis://:s@localhost/1").password());
  }

  @Test
  void isShownWithoutItsPassword() {
    DatastoreUrl url =
        DatastoreUrl.parse("postgresql://ada:s3cret@localhost:1/jobs?sslmode=require");
    assertEquals("postgresql://ada@localhost:1/jobs", url.shown());
    assertFalse(url.toString().contains("s3cret"), url::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://",
        "postgresql:///jobs",
        "postgresql://ada:s3cret@localhost",
        "postgresql://ada:s3/cret@localhost/jobs",
        "postgresql://ada:s3#cret@localhost/jobs",
        "postgresql://ada:s3?cret@localhost/jobs",
        "postgresql://ada:%zzs3cret@localhost/jobs",
        "postgresql://localhost:s3cret/jobs",
        "postgresql://localhost/jobs/s3cret",
        "postgresql://localhost/jobs?password=s3cret",
        "postgresql://localhost/jobs?sslmode=require&user=s3cret",
        "postgresql://local host/jobs",
      })
  void whatIsWrongIsRefusedWithoutRepeatingIt(String text) {
    String why =
        assertThrows(IllegalArgumentException.class, () -> DatastoreUrl.parse(text)).getMessage();
    assertFalse(why.contains("s3") || why.contains("cret"), why);
    assertTrue(why.contains("postgresql://USER:PASSWORD@HOST"), why);
  }
}
