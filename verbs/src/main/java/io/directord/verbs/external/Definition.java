package io.directord.verbs.external;

import java.util.ArrayList;
import java.util.List;

/**
 * A parsed definition of a verb.
 *
 * @param verb upper case
 * @param description what it does, in sentences
 * @param examples lines as they stand in an orchestration
 * @param operands in their order
 * @param facts what a node must know before it has the definition
 * @param source of the script
 */
record Definition(
    String verb,
    String description,
    List<String> examples,
    List<Parameter> options,
    List<Parameter> operands,
    Facts facts,
    Source source) {

  /**
   * Where the script is: one of these is null.
   *
   * @param script the script itself
   * @param file the script's name, beside the definition
   */
  record Source(String script, String file) {}

  /** The script itself, or null if it is in a file. */
  String script() {
    return source.script();
  }

  /** The script's name, beside the definition; or null. */
  String file() {
    return source.file();
  }

  /** Options and operands. */
  List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(options);
    all.addAll(operands);
    return all;
  }
}
