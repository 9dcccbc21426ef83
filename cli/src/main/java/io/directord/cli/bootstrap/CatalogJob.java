package io.directord.cli.bootstrap;

import io.directord.common.validation.Place;
import io.directord.jinja.Template;
import java.nio.file.Path;

/**
 * A job of a catalog.
 *
 * @param template its words
 * @param file the catalog that it stands in
 * @param place of the first character of its words
 * @param isLiteral whether the lines of the words are lines of the file
 */
record CatalogJob(Verb verb, Template template, Path file, Place.InFile place, boolean isLiteral) {

  /** What jobs of catalogs can do. */
  enum Verb {
    RUN,
    ADD,
    GET
  }

  /**
   * The place of a line of the words.
   *
   * @param line from 1; 0 if it is not known
   */
  Place.InFile at(int line) {
    return at(place, line, isLiteral);
  }

  static Place.InFile at(Place.InFile place, int line, boolean isLiteral) {
    return isLiteral && line > 1
        ? new Place.InFile(place.file(), place.line() + line - 1, 1)
        : place;
  }
}
