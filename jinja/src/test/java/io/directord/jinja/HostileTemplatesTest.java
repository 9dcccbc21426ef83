package io.directord.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.error.TemplateException.Kind;
import io.directord.jinja.evaluate.Context;
import io.directord.jinja.limit.TemplateLimits;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates that would take the stack, the memory or the time of whoever renders them. */
@Timeout(300)
class HostileTemplatesTest {
  private static final Context NOTHING = Context.of(Map.of());
  private static final int DEEP = 100_000;

  private final Environment environment =
      new Environment(TemplateLimits.DEFAULT.withBytes(64 << 20));

  static String[] nested() {
    return new String[] {
      "{{ " + "(".repeat(DEEP) + "1" + ")".repeat(DEEP) + " }}",
      "{{ " + "[".repeat(DEEP) + "]".repeat(DEEP) + " }}",
      "{{ " + "{1:".repeat(DEEP) + "1" + "}".repeat(DEEP) + " }}",
      "{{ " + "-".repeat(DEEP) + "1 }}",
      "{{ " + "not ".repeat(DEEP) + "1 }}",
      "{{ 1" + " if 1 else 1".repeat(DEEP) + " }}",
      "{{ 1" + " + 1".repeat(DEEP) + " }}",
      "{{ 1" + " and 1".repeat(DEEP) + " }}",
      "{{ 1" + " | string".repeat(DEEP) + " }}",
      "{{ a" + ".b".repeat(DEEP) + " }}",
      "{{ a" + "[0]".repeat(DEEP) + " }}",
      "{{ a" + "()".repeat(DEEP) + " }}",
      "{% if 1 %}".repeat(DEEP) + "{% endif %}".repeat(DEEP),
      "{% for x in [1] %}".repeat(DEEP) + "{% endfor %}".repeat(DEEP),
      "{% set " + "(".repeat(DEEP) + "a" + ")".repeat(DEEP) + " = 1 %}",
      "{% set n = namespace(x=[]) %}{% for i in range(99999) %}{% set n.x = [n.x] %}{% endfor %}{{ n.x }}",
      "{% set n = namespace(x=[]) %}{% for i in range(99999) %}{% set n.x = [n.x] %}{% endfor %}"
          + "{{ n.x | tojson }}",
      "{% set n = namespace(x=()) %}{% for i in range(99999) %}{% set n.x = (n.x,) %}{% endfor %}"
          + "{{ {n.x: 1} }}",
      "{% set n = namespace(x=[], y=[]) %}{% for i in range(99999) %}{% set n.x = [n.x] %}"
          + "{% set n.y = [n.y] %}{% endfor %}{{ n.x == n.y }}{{ n.x < n.y }}",
      "{% set l = [] %}{{ l.append(l) }}{{ l }}",
      "{% set l = [] %}{{ l.append(l) }}{{ l | pprint }}",
      "{% set n = namespace(x=[]) %}{% for i in range(40) %}{% set n.x = [n.x, n.x] %}{% endfor %}"
          + "{{ ('%s' | safe) % n.x }}",
      "{% set n = namespace(x=[1]) %}{% for i in range(50000) %}{% set n.x = n.x | map('string') %}"
          + "{% endfor %}{{ n.x | list }}",
      "{% block a %}{{ self.a() }}{% endblock %}",
      "{% macro m() %}{% if 1 %}{% if 1 %}{{ (((m()))) }}{% endif %}{% endif %}{% endmacro %}{{ m() }}",
    };
  }

  @ParameterizedTest
  @MethodSource("nested")
  void whatIsNestedTooDeeplyIsAnErrorAndNeverTheEndOfTheStack(String template) {
    assertThrows(TemplateException.class, () -> environment.render(template, NOTHING));
  }

  static String[] slow() {
    return new String[] {
      "{{ ('<!--' * 1000000) | striptags | length }}",
      "{{ ('<' * 4000000) | striptags | length }}",
      "{{ ('-' * 1000000) | wordwrap | length }}",
      "{{ ('x' * 2000000) | wordwrap(1) | length }}",
      "{{ ('a--' * 300000) | wordwrap(3) | length }}",
      "{{ ('1' * 3000000 ~ 'x') | float }}",
      "{{ ('1_' * 1000000) | int }}",
      "{{ ('a' * 1000000 ~ 'b') in ('a' * 2000000) }}",
      "{{ ('a' * 2000000).replace('a' * 100000 ~ 'b', '') | length }}",
      "{{ ('a' * 2000000).rfind('b' ~ 'a' * 1000000) }}",
      "{{ ('x' * 2000000).split('x' * 1000000 ~ 'y') | length }}",
      "{{ ('x, ' * 90000).split(', ') | length }}{{ ('x, ' * 90000).rsplit(', ') | length }}",
      "{{ ('x ' * 90000).split() | length }}",
      "{{ ('x\\n' * 90000).splitlines() | length }}",
      "{{ '{:' ~ '{}' * 5 ~ '}' }}",
      "{{ ('a.' * 400000) | urlize | length }}{{ ('a@' ~ 'a.' * 500000 ~ '!') | urlize | length }}",
      "{{ ('(' * 500000 ~ ')' * 500000) | urlize | length }}",
      "{{ ('&#' * 1000000) | striptags | length }}",
    };
  }

  @ParameterizedTest
  @MethodSource("slow")
  void whatIsLongTakesTimeInProportion(String template) {
    assertTrue(environment.render(template, NOTHING).length() > 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% macro m(n) %}{{ m(n - 1) ~ m(n - 1) if n else '' }}{% endmacro %}{{ m(60) }}",
        "{% set l = range(99999) | list %}{% for i in l %}{{ 'x' in l }}{% endfor %}",
      })
  void whatTakesTooManyStepsEnds(String template) {
    Environment few =
        new Environment(new TemplateLimits(1_000_000, 64 << 20, 8 << 20, 100_000, 200));
    TemplateException failure =
        assertThrows(TemplateException.class, () -> few.render(template, NOTHING));
    assertEquals(Kind.LIMIT, failure.kind());
    assertEquals("the template takes more than 1000000 steps", failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ ('a b ' * 100000) | title | length }}",
        "{{ ('a b ' * 100000).swapcase() | length }}",
        "{{ range(30000) | list | pprint | length }}",
        "{% for i in range(100) %}{{ '%.9999f' % 1 }}{% endfor %}",
        "{% for i in range(200) %}{{ 1e300 | round(1000) }}{% endfor %}",
        "{% for i in range(200) %}{% set x = 3 ** 20000 %}{% endfor %}",
      })
  void whatTakesLongForOneStepTakesMoreSteps(String template) {
    Environment few = new Environment(new TemplateLimits(20_000, 64 << 20, 8 << 20, 100_000, 200));
    TemplateException failure =
        assertThrows(TemplateException.class, () -> few.render(template, NOTHING));
    assertEquals("the template takes more than 20000 steps", failure.getMessage());
  }

  @Test
  void whatIsNotHeldAnyMoreCostsNothing() {
    String turns =
        "{% for i in range(20000) %}{% set x = 'y' * 10000 %}{{ x[0] }}"
            + "{{ ('z' * 10000) | upper | first }}{% endfor %}";
    assertEquals(40_000, environment.render(turns, NOTHING).length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% set l = [] %}{% for i in range(20000) %}{{ l.append('y' * 10000) }}{% endfor %}",
        "{% set d = {} %}{% for i in range(20000) %}{{ d.update({i: 'y' * 10000}) }}{% endfor %}",
        "{% set d = {} %}{% for i in range(20000) %}{% set x = d.setdefault(i, 'y' * 10000) %}{% endfor %}",
        "{% set n = namespace(l=[]) %}{% for i in range(20000) %}{% set n.l = [n.l, 'y' * 10000] %}"
            + "{% endfor %}",
      })
  void whatIsHeldCounts(String template) {
    TemplateException failure =
        assertThrows(TemplateException.class, () -> environment.render(template, NOTHING));
    assertEquals(
        "what the template makes does not fit into the 64 MiB for it", failure.getMessage());
  }

  @Test
  void aRenderingGivesBackWhatItTook() {
    for (int i = 0; i < 100; i++) {
      assertEquals("2000000", environment.render("{{ ('x' * 2000000) | length }}", NOTHING));
    }
  }

  @Test
  void readsATemplateWithoutRenderingIt() {
    TemplateException failure =
        assertThrows(TemplateException.class, () -> environment.parse("a\n{{ b\n | uper }}"));
    assertEquals("No filter named 'uper' (did you mean upper?)", failure.getMessage());
    assertEquals(3, failure.line());
    assertEquals("b b", environment.parse("{{ a }} {{ a }}").render(Context.of(Map.of("a", "b"))));
  }
}
