package io.directord.client.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.directord.common.component.JobException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A template that asks for too much fails its job, and harms nothing beside it. */
@Timeout(300)
class TemplateLimitsTest {
  private static final String[] TOO_MUCH = {
    "{{ 'x' * 10 ** 9 }}",
    "{{ [0] * 10 ** 9 }}",
    "{{ 2 ** (10 ** 9) }}",
    "{{ 2 ** (10 ** 9) * 1.0 }}",
    "{% set ns = namespace(x=3) %}{% for i in range(99) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
    "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}"
        + "{{ ns.x }}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}"
        + "{{ ns.x | tojson }}",
    "{% set l = [] %}{% for i in range(99999) %}{% set x = l.append('%09999d' % i) %}{% endfor %}",
    "{% set l = [] %}{% for i in range(99999) %}{% set x = l.append(range(999) | list) %}{% endfor %}",
    "{% set l = [] %}{% for i in range(99999) %}{% set x = l.extend(l + [1]) %}{% endfor %}",
    "{% set l = [] %}{% set x = l.append(l) %}{{ l }}",
    "{% set ns = namespace(x=[]) %}{% for i in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}"
        + "{{ ns.x }}",
    "{{ ('x' * 8000000).replace('x', 'y' * 8000000) }}",
    "{{ ('x' * 8000000) | replace('', 'y' * 9000) }}",
    "{{ ('x' * 8000000) | list | length }}",
    "{{ ('x,' * 4000000).split(',') | length }}",
    "{{ ('x ' * 4000000).split() | length }}",
    "{{ ('<' * 8000000) | escape | escape | length }}",
    "{{ (['y' * 8000000] * 9999) | join }}",
    "{{ 'x'.join(['y' * 8000000] * 9999) }}",
    "{{ 'x' | center(10 ** 9) }}{{ 'x'.ljust(10 ** 9) }}",
    "{{ 'x'.zfill(10 ** 9) }}",
    "{{ ('x\n' * 4000000) | indent(10 ** 6) }}",
    "{{ 'x' | indent(10 ** 9, true) }}",
    "{{ [1] | tojson(10 ** 9) }}",
    "{{ [1] | batch(10 ** 9, 'x') | list }}",
    "{{ [1] | slice(10 ** 9) | list }}",
    "{{ '%999999999d' % 1 }}",
    "{{ '%.999999999f' % 1 }}",
    "{{ '%99999999999d' % 1 }}",
    "{{ '{:99999999999}'.format(1) }}",
    "{{ range(10 ** 9) }}",
    "{{ ('9' * 1000000) | int }}",
    "{{ 9" + "9".repeat(5000) + " }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% macro m() %}{% call m() %}{% endcall %}{% endmacro %}{{ m() }}",
    "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "{{ " + "(".repeat(5000) + "1" + ")".repeat(5000) + " }}",
    "{{ " + "[".repeat(5000) + "]".repeat(5000) + " }}",
    "{{ " + "-".repeat(9999) + "1 }}",
    "{{ 1" + " if 1 else 1".repeat(9999) + " }}",
    "{% if 1 %}".repeat(5000) + "{% endif %}".repeat(5000),
    "{% for i in range(9999) %}{% for j in range(9999) %}xxxxxxxxxxxxxxxxxxxx{% endfor %}{% endfor %}",
  };

  @Test
  void failsAloneInAClientWithItsSmallHeap() throws Exception {
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-Xmn10m",
                "-XX:SurvivorRatio=2",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                Client.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, java.waitFor(), said);
    assertEquals("", said);
  }

  /** Prints which template was rendered though it asks for too much, or made the next one fail. */
  static final class Client {
    private Client() {}

    public static void main(String[] words) throws JobException {
      for (String template : TOO_MUCH) {
        String shown = template.substring(0, Math.min(99, template.length()));
        try {
          Templates.render(template, Map.of(), new HashSet<>());
          System.out.println("rendered: " + shown);
        } catch (JobException e) {
          if (e.getMessage().contains("Exception") || e.getMessage().length() > 500) {
            System.out.println(shown + ": " + e.getMessage());
          }
        }
        if (!Templates.render("{{ 1 + 1 }}", Map.of(), new HashSet<>()).equals("2")) {
          System.out.println("after " + shown);
        }
      }
    }
  }

  @Test
  void endsWhenItsJobIsToldToStop() throws Exception {
    List<String> endless =
        List.of(
            "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
            "{% for i in range(99999) %}{% for j in range(99999) %}{% set x = j + 1 %}"
                + "{% endfor %}{% endfor %}",
            "{% set a = namespace(x=[1], y=[1]) %}{% for i in range(60) %}{% set a.x = [a.x, a.x] %}"
                + "{% set a.y = [a.y, a.y] %}{% endfor %}{{ a.x == a.y }}");
    for (String template : endless) {
      AtomicReference<JobException> failure = new AtomicReference<>();
      Thread job = new Thread(() -> failure.set(failure(template)));
      job.start();
      job.interrupt();
      job.join();
      assertTrue(failure.get().getMessage().contains("told to stop"), template);
    }
  }

  private static JobException failure(String template) {
    return assertThrows(
        JobException.class, () -> Templates.render(template, Map.of(), new HashSet<>()));
  }

  @Test
  void takesALongRunOfBlanksForWhatItIs() throws JobException {
    String blanks = " ".repeat(1_000_000);

    assertEquals(
        "1" + blanks + "x", Templates.render("{{ 1 }}" + blanks + "x", Map.of(), new HashSet<>()));
  }

  @Test
  void rendersWhatIsLargeButNotTooLarge() throws JobException {
    String text = "é".repeat(100_000);
    for (String template :
        Arrays.asList(
            "{{ '" + text + "' | length }}",
            "{{ '" + "\\n".repeat(100_000) + "' | length }}",
            "{{ ('é' * 1000000)[5:100005] | length }}",
            "{{ ('ab' * 1000000)[:200000:2] | length }}",
            "{{ 100000 if ('é' * 1000000) | last == 'é' and ('x' * 200000) | first == 'x' }}",
            "{{ ('é' * 100000) | upper | lower | title | length }}")) {
      assertEquals("100000", Templates.render(template, Map.of(), new HashSet<>()));
    }
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      lines.add("{% if " + i + " %}line {{ " + i + " }}{% endif %}");
    }
    String rendered = Templates.render(String.join("\n", lines), Map.of(), new HashSet<>());
    if (!rendered.endsWith("line 4999")) {
      fail(rendered.substring(rendered.length() - 20));
    }
  }
}
