package io.directord.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredJsonTest {
  private static final String JOB =
      "{'verb':'RUN','stdout_arg':'o','stderr_arg':'e','command':'true','timeout':2.5,"
          + "'run_once':true,'job_sha3_224':'f','skip_cache':true,'force_lock':true,"
          + "'targets':['a'],'stream':true,'parent_async':true,"
          + "'parent_id':'9c64a61e-268b-477c-bae3-06f271293727','parent_sha3_224':'p',"
          + "'parent_name':'site','job_name':'one',"
          + "'job_id':'3acf5f9e-a8a3-44e6-80eb-4e46100792ab'}";

  @Test
  void aJobIsReadAndWrittenAsItIsOnTheDisk() {
    String stored =
        ("{'seq':7,'job':"
                + JOB
                + ",'submitted_by':'ann','submitted_at':'2026-01-01T00:00:00Z',"
                + "'targets':['a','b'],'left_out':['c'],'limit':['a','b'],'forgotten':['d'],"
                + "'secret':'AQID','cancelled':true}")
            .replace('\'', '"');

    assertEquals(stored, text(StoredJson.write(StoredJson.read(bytes(stored)))));
  }

  @Test
  void aJobThatAnOlderServerKeptLeavesNobodyOutAndHasNoLimit() {
    String stored =
        ("{'seq':7,'job':"
                + JOB
                + ",'submitted_by':'ann','submitted_at':'2026-01-01T00:00:00Z',"
                + "'targets':['a','b'],'secret':'AQID','cancelled':false}")
            .replace('\'', '"');

    StoredJob read = StoredJson.read(bytes(stored));
    assertEquals(List.of("a", "b"), read.targets());
    assertEquals(List.of(), read.resolved().leftOut());
    assertEquals(List.of(), read.resolved().limit());
    assertEquals(List.of(), read.resolved().forgotten());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
