package io.directord.server.verb;

import io.directord.server.content.ContentStore;
import io.directord.verbs.Components;

/** What the server knows of verbs, through whichever door a job comes. Thread-safe. */
public final class InstalledVerbs {
  private final Components components;
  private final ContentStore contents;

  /**
   * @param components those installed beside the server
   * @param contents takes what a definition is made of, for the nodes to fetch
   */
  public InstalledVerbs(Components components, ContentStore contents) {
    this.components = components;
    this.contents = contents;
  }

  /** For the jobs of one request: definitions are read once for all of them, as they are now. */
  public Completion completion() {
    return new Completion(components.afresh(), contents);
  }
}
