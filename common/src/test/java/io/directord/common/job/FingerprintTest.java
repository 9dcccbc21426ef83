package io.directord.common.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.directord.common.json.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The expected values were recorded from Directord 0.12. */
class FingerprintTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo two | 9efda7d4174dd70e1f80be4d29f3bba099fe6a174a74af7cd21fd451",
        "echo one | c913b2083333d258332d7587359bc7f4c8381f7c147257668f8b64ac",
        "ls /nonexist | f9c56c5e6c8d1dcd3931580b37833a23f9f06876de7da46f1a8c92c9",
        "echo after the failure | 2704041b9b9e4c783ce088ef17b895286053130fe9e53840e694d0be",
        "echo hello; echo warn >&2 | d888308aeb2cf83d3158845af46e7eb77e6156e2d27877df90932e37",
        "echo {{ nope }} | d259ea67b0d69c3f0be63217ed9d07e3cafda66340fafeddf801af7a",
      })
  void aRunHasTheFingerprintItHadInTheOriginal(String command, String fingerprint) {
    assertEquals(fingerprint, of("RUN", null, run(false, 1, command), 600));
  }

  @Test
  void optionsCountAsInTheOriginal() {
    assertEquals(
        "c276f4e8c921a7b412beff945f5b023ee6e70ca8e593775d46b27729",
        of("RUN", null, run(false, 1, "sleep 6"), 2));
    assertEquals(
        "e5f28316952a45fac24d05891bacff91434fd93e3749dbc14d22d13a",
        of("RUN", null, run(true, 1, "echo background"), 600));
    assertEquals(
        "b2352fef3f6f676b9a6becf29dfd72aa2c3b4937dc4aeb0a7fac4092",
        of("RUN", "myarg", run(false, 1, "echo argvalue"), 600));
    assertEquals(
        "4f763a07f9cf8aaec20445aa9b99e7296b70a3e61fde1fa841dccee6",
        of("RUN", null, run(false, 2, "printf \"line1\\nline2\\n\"; echo err >&2"), 600));
  }

  @Test
  void argAndEnvHaveTheOriginalsToo() {
    assertEquals(
        "a5d63364114e96a96e5be4261f31a9bc0a45ecd2d5edba11336dd896",
        of("ARG", null, json("{'args': {'key': 'value'}}"), 600));
    assertEquals(
        "b90ba0dd3fd0aa696d072e34ddc85193c1732ff1efa15585a2fa7ce9",
        of("ARG", null, json("{'args': {'akey': 'avalue'}}"), 600));
    assertEquals(
        "a6e0c913c5f9f62a4ba8dd79b3110e3618723550fc7e729516b7866d",
        of("ENV", null, json("{'envs': {'ekey': 'evalue'}}"), 600));
  }

  /** Expectations from Python: hashlib.sha3_224(json.dumps(…).encode()).hexdigest(). */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{'a': [1, 2.5, true, null], 'b': {}} | 5c8c34a855256293dadf6d81e9dc865fc5099aea5414e721032b4b1d",
        "{'t': 'tab\\tquote\\\"back\\\\slash\\u007f\\u0001é😀/'} | d4f58a00fc4893834b256a356cefbeef3007e5f3a47461b74213d8a3",
        "[1e16, 1e-7, 12345678901234567890, 0.1, -0.0] | 38c5a94782de1993cdb94ddc8aa21b352e9481858fd8ab524a4021c2",
        "[] | ed2e5773d709f4a0654d954884b08db4e152aeb8a70cb70b54e01bc4",
      })
  void anyJsonIsWrittenAsPythonWritesIt(String json, String fingerprint) {
    assertEquals(fingerprint, Fingerprint.of(Json.read(json.replace('\'', '"'), JsonNode.class)));
  }

  @Test
  void theOrderOfKeysCounts() {
    assertNotEquals(
        Fingerprint.of(json("{'a': 1, 'b': 2}")), Fingerprint.of(json("{'b': 2, 'a': 1}")));
  }

  private static String of(String verb, String stdoutArg, ObjectNode arguments, int timeout) {
    return Fingerprint.of(
        new JobDefinition(verb, arguments, Duration.ofSeconds(timeout), false, stdoutArg, null));
  }

  private static ObjectNode run(boolean noBlock, int retry, String command) {
    return Json.object().put("no_block", noBlock).put("retry", retry).put("command", command);
  }

  private static ObjectNode json(String json) {
    return Json.read(json.replace('\'', '"'), ObjectNode.class);
  }
}
