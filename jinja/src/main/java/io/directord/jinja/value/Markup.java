package io.directord.jinja.value;

/**
 * A text that is HTML already and is not escaped again. Texts that are put together with it are
 * escaped first, as {@link Escaping} does; everything else takes it as its text.
 */
public record Markup(String text) {
  /** The value, of a markup its text. */
  public static Object plain(Object value) {
    return value instanceof Markup markup ? markup.text() : value;
  }
}
