package io.directord.server.verb;

import io.directord.server.content.ContentStore;
import io.directord.verbs.Components;

/** The verbs known to the server, for jobs of any protocol. Thread-safe. */
public final class InstalledVerbs {
  private final Components components;
  private final ContentStore contents;

  /**
   * @param components those installed beside the server
   * @param contents stores the files of definitions, for the nodes to fetch
   */
  public InstalledVerbs(Components components, ContentStore contents) {
    this.components = components;
    this.contents = contents;
  }

  /** For the jobs of one request: definitions are read once for all of them. */
  public Completion completion() {
    return new Completion(components.afresh(), contents);
  }
}
