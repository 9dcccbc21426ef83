package io.directord.jinja.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.jinja.error.TemplateException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LexerTest {
  static Object[][] cuts() {
    return new Object[][] {
      {"{{ '{# no comment #}' }}", "<'{# no comment #}'>"},
      {"{{ '}}' ~ \"%}\" }}", "<'}}' ~ \"%}\">"},
      {"{{ 'it\\'s }}' }}", "<'it\\'s }}'>"},
      {"{% set x = '%}' %}", "[set x = '%}']"},
      {"{{ {'a': {'b': 1}} }}", "<{'a': {'b': 1}}>"},
      {"{{ {'a': {'b': 1}}}}", "<{'a': {'b': 1}}>"},
      {"{# {{ a }} {% raw %} '#}x", "`x`"},
      {"{# {# #}x #}", "`x #}`"},
      {"a {#- c -#} b", "`a``b`"},
      {"a {{- n -}} b", "`a`<n>`b`"},
      {"a {%- if n -%} b", "`a`[if n]`b`"},
      {"a {%+ if n +%} b", "`a `[if n]` b`"},
      {"a {{+ n }} b", "`a `<n>` b`"},
      {"{{-1 }}", "<1>"},
      {"{{ -1 }}", "<-1>"},
      {"{{ n--}}x", "<n->`x`"},
      {"upstream { {%- raw %} {{ a }} {%- endraw %} }", "`upstream {`` {{ a }}`` }`"},
      {"{%raw%}{{ a }}{%endraw%}", "`{{ a }}`"},
      {"{% raw -%}  {# {%- endraw -%}  x", "`{#``x`"},
      {"{% raw %}{% endraw }}{% endraw %}", "`{% endraw }}`"},
      {"{% raw %}{% raw %}{% endraw %}x", "`{% raw %}``x`"},
      {"{% rawhide %}", "[rawhide]"},
      {"{{ a }}}", "<a>`}`"},
      {"{{{ a }: 1 }}}", "<{ a }: 1>`}`"},
      {"{ { } } {a", "`{ { } } {a`"},
      {"{%   set   x   =   1   %}", "[set   x   =   1]"},
    };
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void cutsWhereJinja2Does(String template, String parts) {
    assertEquals(parts, shown(template));
  }

  @Test
  void everyLineEndIsALineFeed() {
    assertEquals("`a\nb\n\n`<'c\nd'>`\n`", shown("a\r\nb\r\r\n{{ 'c\r\nd' }}\r\n"));
  }

  static Object[][] unclosed() {
    return new Object[][] {
      {"{# a", "Missing end of comment tag (where {# is meant as it is, write {{ '{#' }})", 1},
      {"x\n{% raw %}\n{% endraw", "Missing end of raw directive", 2},
      {"{{ a", "unexpected end of template, expected '}}'", 1},
      {"\n{{ (a }}", "unexpected '}', expected ')'", 2},
      {"{{ a) }}", "unexpected ')'", 1},
      {"{% if 'a %}", "a string that begins with ' is not closed", 1},
      {"{{ a\n & b }}", "unexpected char '&'", 2},
      {"{{ a ! b }}", "unexpected char '!'", 1},
      {"{{ a 😀 }}", "unexpected char '😀'", 1},
    };
  }

  @ParameterizedTest
  @MethodSource("unclosed")
  void saysWhatIsNotClosedAndWhere(String template, String message, int line) {
    TemplateException failure =
        assertThrows(TemplateException.class, () -> Lexer.segments(template));
    assertEquals(message, failure.getMessage());
    assertEquals(line, failure.line());
  }

  @Test
  void linesAreThoseOfTheTemplate() {
    String template = "a\n{{ b }}\n{#\n#}{% set x =\n1 %}\n{% raw %}\n{% endraw %}{{ c }}";
    assertEquals(
        List.of(1, 2, 2, 4, 5, 6, 7),
        Lexer.segments(template).stream().map(Segment::line).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{#",
        "{%",
        "{{",
        "{#}",
        "{%raw",
        "{% raw %}",
        "{% raw %}{% endraw ",
        "{{ '",
        "{{ (",
        "{{ a",
        "{%-",
        " {%-",
        "{{ a }} ",
        "{# #}\n",
        "{{ a\n }}",
        "{",
        "{{ '\\"
      })
  @Timeout(300)
  void takesTimeInProportionToItsLength(String part) {
    try {
      Lexer.segments(part.repeat(200_000));
    } catch (TemplateException e) {
      // What is not closed is said, and soon.
      assertNotNull(e.getMessage());
    }
  }

  @Test
  void endsWhenItsJobIsToldToStop() {
    Thread.currentThread().interrupt();
    try {
      assertThrows(TemplateException.class, () -> Lexer.segments("{{ a }}"));
    } finally {
      assertTrue(Thread.interrupted());
    }
  }

  private static String shown(String template) {
    return Lexer.segments(template).stream()
        .map(
            segment ->
                segment instanceof Segment.Text text
                    ? "`" + text.text() + "`"
                    : segment instanceof Segment.Output output
                        ? "<" + output.text().strip() + ">"
                        : "[" + ((Segment.Statement) segment).text().strip() + "]")
        .collect(Collectors.joining());
  }
}
