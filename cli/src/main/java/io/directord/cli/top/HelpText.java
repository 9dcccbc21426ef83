package io.directord.cli.top;

import java.util.List;

/** The text that says what the keys do. */
final class HelpText {
  static final List<String> LINES =
      List.of(
          "Tab, 1, 2      jobs or nodes",
          "Up, Down, j, k choose; PgUp, PgDn, Home, End, g, G likewise",
          "/              filter jobs by a text, nodes by a target: web-*, @role=web",
          "Esc            no filter; leaves a text like this one, as q does",
          "s              sort by something else",
          "",
          "Of jobs:",
          "a              also those that have ended, or not",
          "w, Enter       why it waits, or how it ended, on each node",
          "t              its output: as it comes if it was started with --stream,",
          "               else with each node's result",
          "c              cancel it, which is asked first",
          "",
          "Of nodes:",
          "Enter          all about it",
          "",
          "?, h           this help",
          "q, Ctrl-C      quit",
          "",
          "OK, FAIL and LEFT count nodes, JOBS what a node has not answered. In the",
          "header a job that waits or was sent is counted once for every node.");

  private HelpText() {}
}
