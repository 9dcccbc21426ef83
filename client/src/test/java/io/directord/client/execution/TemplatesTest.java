package io.directord.client.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.JobException;
import io.directord.common.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TemplatesTest {
  private final Map<String, JsonNode> args = args();

  /** What Jinja2 3.1 with StrictUndefined gives, seen by running it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "`{{ n }}/{{ f }}/{{ whole }}`|1/1.5/2.0",
        "`{{ yes }} {{ no }} {{ nothing }}`|True False None",
        "`{{ text }}`|it's",
        "`{{ list }}`|['a', 'b']",
        "`{{ map }}`|{'k': 'v', 'x': True}",
        "`{{ map.k }}{{ map['k'] }}{{ map.get('k') }}`|vvv",
        "`{{ list[0] }}{{ list[-1] }}{{ list|length }}`|ab2",
        "`{{ list | join(',') }} {{ text | upper }}`|a,b IT'S",
        "`{% for x in list %}{{ loop.index }}{{ x }}{% endfor %}`|1a2b",
        "`{% for k, v in map.items() %}{{ k }}={{ v }};{% endfor %}`|k=v;x=True;",
        "`{{ 'y' if yes else 'n' }}{{ 'y' if no else 'n' }}`|yn",
        "`{% if nothing is none %}none{% endif %}`|none",
        "`{{ 7 / 2 }} {{ 7 // 2 }} {{ 7 % 2 }}`|3.5 3 1",
        "`{{ 'a' ~ 'b' }}{{ 'a' + 'b' }}`|abab",
        "`{% set y = n + 1 %}{{ y }}`|2",
        "`{# a comment #}x`|x",
        "`{% raw %}{{ x }}{% endraw %}`|{{ x }}",
        "`{{ 'k' in map }} {{ 'z' in map }}`|True False",
        "`{{ braces }}`|{{ n }}",
        "`{{ nope is defined }} {{ n is defined }} {{ nope is undefined }}`|False True True",
        "`{{ nope | default('x') }}{{ map.nope | default('y') }}{{ n | default('z') }}`|xy1",
        "`{{ query.values() | map(attribute='base64_hosts') | select('defined') | list | first }}`|QUJD",
      })
  void rendersAsJinja2Does(String template, String expected) throws JobException {
    assertEquals(expected, render(template));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ nope }}",
        "a{{ n + nope }}",
        "{{ 'a' ~ nope }}",
        "{{ nope ~ 'a' }}",
        "{% if nope %}a{% endif %}",
        "{% if not nope %}a{% endif %}",
        "{% for x in nope %}{% endfor %}",
        "{% for x in list %}{{ nope }}{% endfor %}",
        "{{ nope.x }}",
        "{{ nope.x.y | default('a') }}",
        "{{ nope.values() }}",
        "{{ nope | upper }}",
        "{{ nope | length }}",
        "{{ nope | join(',') }}",
        "{{ nope | int }}",
        "{{ nope | list }}",
        "{{ [nope] }}",
        "{{ nope == 1 }}",
        "{{ 'a' if nope else 'b' }}",
      })
  void neverRendersWhatIsNotDefinedAsEmpty(String template) {
    JobException failure = assertThrows(JobException.class, () -> render(template));
    assertTrue(failure.getMessage().startsWith("'nope' is undefined"), failure.getMessage());
    assertTrue(failure.getMessage().contains("arguments that exist: "), failure.getMessage());
    assertTrue(failure.getMessage().contains(template), failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{ map.nope }}", "{{ map['nope'] }}", "{{ 'a' ~ map.nope }}"})
  void anAttributeThatIsNotThereIsUndefinedToo(String template) {
    JobException failure = assertThrows(JobException.class, () -> render(template));
    assertTrue(
        failure.getMessage().startsWith("'dict object' has no attribute 'nope'"),
        failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ n | nofilter }}",
        "{% if %}",
        "{% unknown %}",
        "{% for x in list %}",
        "docker inspect -f '{{ .State }}'",
        "{{ n",
      })
  void wrongSyntaxFails(String template) {
    JobException failure = assertThrows(JobException.class, () -> render(template));
    assertTrue(failure.getMessage().contains("in line 1 of the template"), failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% include '/etc/passwd' %}",
        "{% import '/etc/passwd' as x %}",
        "{% extends 'io/directord/x' %}",
        "{{ text.getClass() }}",
        "{{ ''.getClass().forName('java.lang.Runtime') }}",
        "{{ text.class }}",
        "{{ text['class'] }}",
        "{{ text | attr('class') }}",
        "{{ list.stream() }}",
        "{{ list.class.forName('java.lang.Runtime') }}",
        "{{ map.entrySet() }}",
        "{{ n.bitLength() }}",
        "{{ range.getClass() }}",
        "{{ range.call([1]) }}",
        "{{ nope.used() }}",
        "{{ namespace().attributes() }}",
        "{{ (1, 2).named('a') }}",
        "{% for x in list %}{{ loop.getClass() }}{% endfor %}",
        "{% macro m() %}{% endmacro %}{{ m.around() }}",
        "{{ '{0.class}'.format(text) }}",
        "{{ '{0.__class__}'.format(text) }}",
        "{{ text.__class__ }}",
        "{{ ____int3rpr3t3r____ }}",
        "{{ ____int3rpr3t3r____.getContext() }}",
        "{{ __macros__ }}",
        "{% from '/etc/passwd' import x %}",
        "{{ include('/etc/passwd') }}",
        "{{ text | render }}",
        "{{ 'java.lang.Runtime' | fromjson }}",
        "{% do text.getClass() %}",
      })
  void reachesNeitherFilesNorTheRuntime(String template) {
    assertThrows(JobException.class, () -> render(template));
  }

  @Test
  void keepsEveryNewline() throws JobException {
    assertEquals("a\n1\n", render("a\n{{ n }}\n"));
    assertEquals("1\n\n", render("{{ n }}\n\n"));
    assertEquals("\nx\n\n", render("{% if yes %}\nx\n{% endif %}\n"));
  }

  @Test
  void endsLinesAsJinja2Does() throws JobException {
    assertEquals("\n1\n\n", render("\r\n{{ n }}\r\n\r"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`{{ {'a': {'b': 1}} }}{{ {'a': {}}}}`|{'a': {'b': 1}}{'a': {}}",
        "`{% raw %}${#x[@]} {{ {} }}{% endraw %} {#- c -#} y`|`${#x[@]} {{ {} }}y`",
        "`a {{ '{{' }} {{ \"}}\" }}`|a {{ }}",
        "`a {%- raw -%} {{ }} {%- endraw -%} b`|a{{ }}b",
        "`{# c -#}\n\nx`|x",
        "`a\n{# c -#} {{- n }}`|`a\n1`",
        "`{{ 'a' if no if no else 'b' }}`|b",
      })
  void cutsTextWhereJinja2Does(String template, String result) throws JobException {
    assertEquals(result, render(template));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`{% macro m(a, s=', ') %}{{ a }}{{ s }}{% endmacro %}{{ m(1) }}x`|1, x",
        "`{% macro m(a, b=a + 1) %}{{ b }}{% endmacro %}{{ m(1) }}`|2",
        "`{% macro m(a=(1, 2)) %}{{ a }}{% endmacro %}{{ m() }}`|(1, 2)",
        "`{% macro m() %}{{ n }}{% endmacro %}{% for n in [7] %}{{ m() }}{% endfor %}`|1",
      })
  void macrosSeeTheirDefaultsAndTheNamesAroundThem(String template, String result)
      throws JobException {
    assertEquals(result, render(template));
  }

  @Test
  void whatIsLeftOutMovesNoLine() {
    String before = "{#\n#}a -\n\n{%- set x = {\n'a': 'b'} -%}\n\n{% raw -%}\n{{\n{%- endraw %}\n";
    JobException failure = assertThrows(JobException.class, () -> render(before + "{{ nope }}"));
    assertTrue(failure.getMessage().contains("in line 10 of"), failure.getMessage());
  }

  @Test
  void leavesTextWithoutATemplateAlone() throws JobException {
    for (String text : new String[] {"", "awk '{ print $1 }'", "{", "${x} {", "}} %} #}"}) {
      assertSame(text, Templates.render(text, args, new HashSet<>()));
    }
  }

  @Test
  void namesTheLineOfALongTemplate() {
    JobException failure =
        assertThrows(JobException.class, () -> render("one\ntwo\nserver={{ nope }}\nfour\n"));
    assertTrue(
        failure.getMessage().contains("in line 3 of the template: server={{ nope }}"),
        failure.getMessage());
  }

  @Test
  void endsATemplateThatGrowsWithoutEnd() {
    assertThrows(
        JobException.class,
        () ->
            render(
                "{% for i in range(10000) %}{% for j in range(10000) %}xxxxxxxxxxxxxxxxxxxx"
                    + "{% endfor %}{% endfor %}"));
  }

  @Test
  void loadsTheEngineForTemplatesOnly() throws Exception {
    assertFalse(loadedFor("awk '{ print $1 }'").contains("io.directord.jinja.evaluate"));
    assertTrue(loadedFor("{{ 1 }}").contains("io.directord.jinja.evaluate"));
  }

  /** The classes that a Java loads which renders the text. */
  private static String loadedFor(String text) throws Exception {
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-verbose:class",
                "-cp",
                System.getProperty("java.class.path"),
                Rendered.class.getName(),
                text)
            .redirectErrorStream(true)
            .start();
    String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, java.waitFor(), said);
    return said;
  }

  /** Renders its argument. */
  static final class Rendered {
    private Rendered() {}

    public static void main(String[] words) throws JobException {
      Templates.render(words[0], Map.of(), new HashSet<>());
    }
  }

  @Test
  void rendersOnSeveralThreadsAtOnce() throws Exception {
    String template =
        "{% set x = namespace(v=0) %}{% for i in range(COUNT) %}{% set x.v = x.v + i %}{% endfor %}"
            + "{{ x.v }}";
    List<Callable<String>> jobs = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      String mine = template.replace("COUNT", String.valueOf(i));
      jobs.add(() -> render(mine));
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      int i = 0;
      for (Future<String> rendered : threads.invokeAll(jobs)) {
        assertEquals(String.valueOf(i * (i - 1) / 2), rendered.get());
        i++;
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private String render(String template) throws JobException {
    return Templates.render(template, args, new HashSet<>());
  }

  private static Map<String, JsonNode> args() {
    Map<String, JsonNode> args = new LinkedHashMap<>();
    Json.mapper()
        .readTree(
            """
            {"n": 1, "f": 1.5, "whole": 2.0, "yes": true, "no": false, "nothing": null,
             "text": "it's", "list": ["a", "b"], "map": {"k": "v", "x": true},
             "braces": "{{ n }}",
             "query": {"n1": {"other": "1"}, "n2": {"base64_hosts": "QUJD"}}}
            """)
        .properties()
        .forEach(entry -> args.put(entry.getKey(), entry.getValue()));
    return args;
  }
}
