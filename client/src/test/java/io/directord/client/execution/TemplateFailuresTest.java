package io.directord.client.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.JobException;
import io.directord.common.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** How a template that fails is felt. */
class TemplateFailuresTest {
  private static final Map<String, JsonNode> ARGS =
      new TreeMap<>(Map.of("app", Json.tree("shop"), "ports", Json.tree(List.of(80, 81))));

  @Test
  void namesTheExpressionTheLineAndTheArgumentsThatExist() {
    assertEquals(
        "'prots' is undefined (arguments that exist: app, ports), in line 3 of the template:"
            + " listen={{ prots | join(',') }}",
        failure("# {{ app }}\n\nlisten={{ prots | join(',') }}\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for port in ports %}\nx\n{{ prots }}\n{% endfor %}\n",
        "{% macro m() %}\n\n{{ prots }}\n{% endmacro %}\n{{ m() }}\n",
        "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}\n{% if app %}\n{{ prots }}"
            + "{% endif %}\n{% endcall %}\n",
        "{% set x %}\n\n{{ prots }}{% endset %}\n",
        "{# \n\n #}{{ prots }}\n",
        "{%- set x = 1 -%}\n\n{{ prots }}\n",
      })
  void namesTheLineWithinAStatement(String template) {
    String message = failure(template);
    assertTrue(message.startsWith("'prots' is undefined"), message);
    assertTrue(message.contains("in line 3 of the template"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`{{ app | uper }}`|No filter named 'uper' (did you mean upper?)",
        "`{{ app | regex_replace('a', 'b') }}`|No filter named 'regex_replace'",
        "`{{ app is definde }}`|No test named 'definde' (did you mean defined?)",
        "`{{ ports | map('jion') | list }}`|No filter named 'jion' (did you mean join?)",
        "`{{ ports | select('od') | list }}`|No test named 'od' (did you mean odd?)",
        "`{% for x in ports %}{% endfro %}`|Encountered unknown tag 'endfro' (did you mean endfor?)",
        "`{% unless app %}{% endunless %}`|Encountered unknown tag 'unless'",
        "`{% ifchanged app %}{% endifchanged %}`|Encountered unknown tag 'ifchanged'",
        "`{% cycle 'a', 'b' %}`|Encountered unknown tag 'cycle'",
        "`{% do ports.append(1) %}`|Encountered unknown tag 'do'",
        "`{{ ports % app }}`|unsupported operand type(s) for %: 'list' and 'str'",
        "`{% if app %}a{% else if ports %}b{% endif %}`|expected token 'end of statement block', got 'if ports'",
        "`{% include 'x' %}`|templates on nodes cannot load other templates",
      })
  void namesWhatDoesNotExist(String template, String message) {
    assertEquals(message + ", in line 1 of the template: " + template, failure(template));
  }

  @Test
  void namesTheBlockThatDoesNotEnd() {
    String message = failure("{% for x in ports %}\n{% if x %}\n{% endif %}\n");
    assertTrue(message.contains("needs to be closed is 'for'"), message);
    assertTrue(message.contains("in line 1 of the template: {% for x in ports %}"), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% if false %}{{ 1 + }}{% endif %}",
        "{% if false %}{% for %}{% endfor %}{% endif %}",
        "{% for x in [] %}{{ app | uper }}{% endfor %}",
        "{% macro m() %}{{ app is definde }}{% endmacro %}",
      })
  void findsAnErrorThatIsNotReached(String template) {
    assertTrue(failure(template).contains("in line 1 of the template"));
  }

  @Test
  void endsWhenTheJobIsInterrupted() {
    Thread.currentThread().interrupt();
    try {
      assertThrows(
          JobException.class,
          () -> Templates.render("{% for x in ports %}{% endfor %}", ARGS, new HashSet<>()));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertFalse(Thread.currentThread().isInterrupted());
  }

  private static String failure(String template) {
    return assertThrows(JobException.class, () -> Templates.render(template, ARGS, new HashSet<>()))
        .getMessage();
  }
}
