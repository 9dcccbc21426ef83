package io.directord.client.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.JobException;
import io.directord.common.json.Json;
import io.directord.common.python.PythonText;
import io.directord.common.wire.NodeMessage.Stream;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskTest {
  private static final String SECRET = "pa\"ss wörd/+%&7";

  private final Secrets secrets = new Secrets();

  @Test
  void aSecretIsHiddenInTexts() throws Exception {
    secrets.put("one", "topsecret");
    secrets.put("two", "topsecret-and-longer");
    assertEquals("a *** b *** c", secrets.hide("a topsecret b topsecret-and-longer c"));
    assertEquals("***-and-longe", secrets.hide("topsecret-and-longe"));
    String other = "nothing of the kind: tops";
    assertSame(other, secrets.hide(other));
    assertEquals(null, secrets.hide(null));
  }

  @Test
  void aSecretIsHiddenWhereverChunksEnd() throws Exception {
    secrets.put("one", "aabaab");
    secrets.put("two", "baabcc");
    byte[] text = "xx aabaab yy aabaabcc baabc aabaabaab baab".getBytes(StandardCharsets.UTF_8);
    String expected = secrets.hide(new String(text, StandardCharsets.UTF_8));
    for (int chunk = 1; chunk < text.length; chunk++) {
      ByteArrayOutputStream streamed = new ByteArrayOutputStream();
      JobOutput output = new JobOutput((stream, bytes) -> streamed.writeBytes(bytes), secrets);
      addInChunks(output, text, chunk);
      output.close();
      assertEquals(expected, output.text(Stream.STDOUT), "chunks of " + chunk);
      assertEquals(expected, streamed.toString(StandardCharsets.UTF_8), "chunks of " + chunk);
    }
    assertFalse(expected.contains("aabaab") || expected.contains("baabcc"), expected);
  }

  @Test
  void textAtTheEndThatIsNotASecretIsShown() throws Exception {
    secrets.put("one", "topsecret");
    JobOutput output = new JobOutput(null, secrets);
    output.add(Stream.STDERR, "the end: topsec");
    assertEquals("the end: topsec", output.text(Stream.STDERR));
  }

  @Test
  void usualFormsOfASecretAreHiddenToo() throws Exception {
    secrets.put("one", SECRET);
    String url = URLEncoder.encode(SECRET, StandardCharsets.UTF_8);
    for (String form : List.of(SECRET, Json.text(SECRET), url, url.replace("+", "%20"))) {
      assertFalse(secrets.hide("<" + form + ">").contains("ss"), form);
    }
    for (String before : List.of("", "u", "us", "user:")) {
      String all = before + SECRET;
      byte[] bytes = all.getBytes(StandardCharsets.UTF_8);
      String encoded = Base64.getEncoder().encodeToString(bytes);
      String hidden = secrets.hide(encoded);
      assertFalse(hidden.contains(encoded.substring(8, 16)), hidden);
      String forUrls = Base64.getUrlEncoder().encodeToString(bytes);
      assertFalse(secrets.hide(forUrls).contains(forUrls.substring(8, 16)), forUrls);
    }
  }

  /** What messages of templates print, and a shell that traces its commands. */
  @Test
  void quotedFormsOfASecretAreHiddenToo() throws Exception {
    String secret = "Tr0ub\\'4dor''\"";
    secrets.put("one", secret);
    for (String form :
        List.of(
            PythonText.quoted(secret),
            PythonText.quoted("'\"" + secret),
            "b'Tr0ub\\\\'4dor''\"'",
            "+ echo 'Tr0ub\\'\\''4dor'\\'''\\''\"'",
            "+ echo 'Tr0ub\\'\"'\"'4dor'\"''\"'\"'")) {
      String hidden = secrets.hide("<" + form + ">");
      assertFalse(hidden.contains("4dor"), hidden);
    }
  }

  /** Each program escapes other characters, in its own way. */
  @Test
  void aSecretIsHiddenWhicheverOfItsCharactersAreEscapedAndHow() throws Exception {
    secrets.put("one", "p<ss&w0rd/\"x'y\\z=é 😀\t1");
    for (String form :
        List.of(
            "p<ss&w0rd/\\\"x'y\\\\z=\\u00e9 \\ud83d\\ude00\\t1",
            "p\\u003css\\u0026w0rd/\\\"x\\u0027y\\\\z\\u003dé 😀\\t1",
            "p<ss&w0rd\\/\\\"x'y\\\\z=\\u00E9 \\uD83D\\uDE00\\t1",
            "p<ss&w0rd/\\\\\\\"x'y\\\\\\\\z=\\\\u00e9 \\\\ud83d\\\\ude00\\\\t1",
            "p%3Css%26w0rd/%22x%27y%5Cz%3D%C3%A9%20%F0%9F%98%80%091",
            "p%3css%26w0rd%2f%22x%27y%5cz=%c3%a9+%f0%9f%98%80%091",
            "p<ss&w0rd/\"x\\'y\\\\z=\\xe9 \\U0001f600\\t1",
            "p<ss&w0rd/\"x\\'y\\\\z=\\xc3\\xa9 \\xf0\\x9f\\x98\\x80\\t1",
            "p\\<ss\\&w0rd/\\\"x\\'y\\\\z=\\303\\251\\ \\360\\237\\230\\200\\t1",
            "p&lt;ss&amp;w0rd/&quot;x&#39;y\\z=é 😀\t1",
            "p&lt;ss&amp;w0rd/&#34;x&#x27;y\\z=é 😀\t1")) {
      assertEquals("<***>", secrets.hide("<" + form + ">"));
      byte[] bytes = ("<" + form + ">").getBytes(StandardCharsets.UTF_8);
      for (int chunk = 1; chunk < 9; chunk++) {
        JobOutput output = new JobOutput(null, secrets);
        addInChunks(output, bytes, chunk);
        output.close();
        assertEquals("<***>", output.text(Stream.STDOUT));
      }
    }
    assertEquals("p%3Css&w0rd/ p&lt;", secrets.hide("p%3Css&w0rd/ p&lt;"));
  }

  @Test
  void aSecretOfBackslashesTakesNoTimeToLookFor() throws Exception {
    secrets.put("one", "\\".repeat(1000) + "end");
    secrets.put("two", "\\".repeat(15) + "tail");
    assertEquals("x***", secrets.hide("x" + "\\".repeat(1000) + "end"));
    assertEquals("x***", secrets.hide("x" + "\\".repeat(30) + "tail"));
    String other = "\\".repeat(20_000);
    assertEquals(other, secrets.hide(other));
  }

  @Test
  void base64OfASecretIsHiddenToItsLastCharacterWhateverStandsAroundIt() throws Exception {
    for (String secret : List.of("S3cr3t-Pa55w0rd-5", "S3cr3t-Pa55w0rd", "ab?~", "x".repeat(200))) {
      secrets.put("one", secret);
      for (String before : List.of("", "u", "us", "user: ", "y".repeat(57 - 2))) {
        for (String after : List.of("", ".", "..", "...")) {
          byte[] all = (before + secret + after).getBytes(StandardCharsets.UTF_8);
          // Characters that have only bits of what stands around.
          String front = encoded(Base64.getEncoder(), before).substring(0, before.length() * 4 / 3);
          String plain = encoded(Base64.getEncoder(), before + secret + after);
          int end = (before + secret).length() * 8;
          String back = plain.substring((end + 5) / 6).replaceFirst("^=+", "");
          for (Base64.Encoder encoder :
              List.of(
                  Base64.getEncoder(),
                  Base64.getUrlEncoder(),
                  Base64.getMimeEncoder(),
                  Base64.getMimeEncoder(76, new byte[] {'\n'}),
                  Base64.getUrlEncoder().withoutPadding())) {
            String text = encoder.encodeToString(all);
            String hidden = secrets.hide("<" + text + ">").replaceAll("[\r\n]", "");
            assertEquals(
                "<" + front + "***" + (text.endsWith("=") ? back : back.replace("=", "")) + ">",
                hidden,
                text);
          }
        }
      }
    }
  }

  @Test
  void base64IsHiddenWhereverLinesAreBroken() throws Exception {
    String secret = "S3cr3t-Pa55w0rd-5";
    secrets.put("one", secret);
    for (String before : List.of("", "u", "us")) {
      String plain = encoded(Base64.getEncoder(), before + secret + "...");
      for (int width = 3; width < plain.length(); width++) {
        String broken = plain.replaceAll("(.{" + width + "})", "$1\n");
        String hidden = secrets.hide(broken);
        // Of the first byte, and bits of the second, before the first break.
        int shown = hidden.indexOf("***");
        assertTrue(0 <= shown && shown <= before.length() + 3, width + ": " + hidden);
        String rest = hidden.substring(shown + 3).replace("\n", "");
        assertTrue(rest.length() <= "4uLg==".length(), width + ": " + hidden);
      }
    }
  }

  private static void addInChunks(JobOutput output, byte[] text, int chunk) throws Exception {
    for (int at = 0; at < text.length; at += chunk) {
      byte[] part = Arrays.copyOfRange(text, at, Math.min(text.length, at + chunk));
      output.add(Stream.STDOUT, part, part.length);
    }
  }

  private static String encoded(Base64.Encoder encoder, String text) {
    return encoder.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void base64IsHiddenWhereverChunksEndAndNoLineWaitsForIt() throws Exception {
    secrets.put("one", "S3cr3t-Pa55w0rd-5");
    byte[] text =
        "PFMzY3IzdC1QYTU1dzByZC01 UzNjcjN0LVBhNTV3MHJkLTU=\n".getBytes(StandardCharsets.UTF_8);
    for (int chunk = 1; chunk < text.length; chunk++) {
      ByteArrayOutputStream streamed = new ByteArrayOutputStream();
      JobOutput output = new JobOutput((stream, bytes) -> streamed.writeBytes(bytes), secrets);
      addInChunks(output, text, chunk);
      assertEquals("P*** ***\n", streamed.toString(StandardCharsets.UTF_8), "chunks of " + chunk);
    }
  }

  @Test
  void outputInWhichASecretWasHiddenIsNotKept() throws Exception {
    secrets.put("one", "topsecret");
    JobOutput output = new JobOutput(null, secrets);
    output.add(Stream.STDOUT, "v=topsecret");
    output.add(Stream.STDERR, "v=***");
    assertEquals("v=***", output.whole(Stream.STDERR));
    JobException e = assertThrows(JobException.class, () -> output.whole(Stream.STDOUT));
    assertTrue(e.getMessage().contains("has a secret in it"), e::getMessage);
    output.restart();
    output.add(Stream.STDOUT, "nothing");
    assertEquals("nothing", output.whole(Stream.STDOUT));
  }

  @Test
  void linesOfASecretAreHiddenAlone() throws Exception {
    secrets.put("key", "-----BEGIN KEY-----\nAbCdEfGhIjKl\nx\n-----END KEY-----");
    assertEquals("  > ***\n  > x", secrets.hide("  > AbCdEfGhIjKl\n  > x"));
  }
}
